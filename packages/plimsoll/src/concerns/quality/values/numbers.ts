/** What the values that were read of a tensor are. */
export type Tally = {
  /** Values that were read. */
  readonly count: number;
  /** Values that are no number, or infinite. */
  readonly broken: number;
  readonly zeros: number;
  /** Least and greatest of the finite ones; both 0 where there is none. */
  readonly least: number;
  readonly greatest: number;
};

/** Bytes of one value of each type whose values are plain numbers. */
const WIDTHS: ReadonlyMap<string, number> = new Map([
  ["F64", 8],
  ["F32", 4],
  ["F16", 2],
  ["BF16", 2],
]);

/**
 * The f16 factors of a block of quantised weights: bytes of a block, and where the factors lie in it.
 * @see https://github.com/ggml-org/ggml commit d99724f, src/ggml-common.h, read 2026-11-22
 */
const BLOCKS: ReadonlyMap<string, { readonly bytes: number; readonly factors: readonly number[] }> =
  new Map([
    ["Q4_0", { bytes: 18, factors: [0] }],
    ["Q4_1", { bytes: 20, factors: [0, 2] }],
    ["Q5_0", { bytes: 22, factors: [0] }],
    ["Q5_1", { bytes: 24, factors: [0, 2] }],
    ["Q8_0", { bytes: 34, factors: [0] }],
    ["Q2_K", { bytes: 84, factors: [80, 82] }],
    ["Q3_K", { bytes: 110, factors: [108] }],
    ["Q4_K", { bytes: 144, factors: [0, 2] }],
    ["Q5_K", { bytes: 176, factors: [0, 2] }],
    ["Q6_K", { bytes: 210, factors: [208] }],
    ["IQ4_NL", { bytes: 18, factors: [0] }],
    ["IQ4_XS", { bytes: 136, factors: [0] }],
  ]);

/** Bytes after which the next value or block begins; undefined for a type whose values are not read. */
export function unitOf(type: string): number | undefined {
  return WIDTHS.get(type) ?? BLOCKS.get(type)?.bytes;
}

/** True for a type whose values themselves are read, not the factors of its blocks. */
export function isPlainType(type: string): boolean {
  return WIDTHS.has(type);
}

/** Tallies the values of a plain type, or the factors of whole blocks; `bytes` begins at a value or block. */
export function tally(type: string, bytes: Uint8Array, littleEndian: boolean): Tally {
  const width = WIDTHS.get(type);
  const block = BLOCKS.get(type);
  if (type === "F32") return tallyFloats(new Float32Array(...inOrder(bytes, 4, littleEndian)));
  if (type === "F64") return tallyFloats(new Float64Array(...inOrder(bytes, 8, littleEndian)));
  if (width === undefined && block === undefined) return NOTHING;
  const halves = new Uint16Array(...inOrder(bytes, 2, littleEndian));
  if (block !== undefined) return tallyHalves(halves, block, HALF);
  return tallyHalves(halves, PLAIN, type === "F16" ? HALF : BRAIN);
}

/** Whether this machine keeps the low byte of a number first, as nearly all do. */
const IS_LITTLE = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Where whole numbers of `width` bytes lie, in this machine's order of bytes: a table of them is read faster than a view. */
function inOrder(
  bytes: Uint8Array,
  width: 2 | 4 | 8,
  littleEndian: boolean,
): [buffer: ArrayBufferLike, offset: number, length: number] {
  const length = Math.floor(bytes.length / width);
  if (littleEndian === IS_LITTLE && bytes.byteOffset % width === 0) {
    return [bytes.buffer, bytes.byteOffset, length];
  }
  const own = Buffer.from(new Uint8Array(bytes.subarray(0, length * width)).buffer);
  if (littleEndian !== IS_LITTLE) SWAPS[width](own);
  return [own.buffer, own.byteOffset, length];
}

const SWAPS: Readonly<Record<2 | 4 | 8, (bytes: Buffer) => void>> = {
  2: (bytes) => bytes.swap16(),
  4: (bytes) => bytes.swap32(),
  8: (bytes) => bytes.swap64(),
};

/** Numbers side by side, as if each were a block. */
const PLAIN = { bytes: 2, factors: [0] };

const NOTHING: Tally = { count: 0, broken: 0, zeros: 0, least: 0, greatest: 0 };

function tallyFloats(values: Float32Array | Float64Array): Tally {
  let [broken, zeros, least, greatest] = [0, 0, Infinity, -Infinity];
  const { length: count } = values;
  // By number: there are millions, and the first thousands run before the engine has compiled this.
  for (let at = 0; at < count; at += 1) {
    const value = values[at] ?? 0;
    // True for what is no number, too.
    if (!(Math.abs(value) < Infinity)) {
      broken += 1;
      continue;
    }
    if (value === 0) zeros += 1;
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  return least > greatest
    ? { ...NOTHING, count, broken }
    : { count, broken, zeros, least, greatest };
}

/** A kind of number of 16 bits: which of them are the exponent, and what number they are. */
type Halves = { readonly exponent: number; readonly valueOf: (bits: number) => number };

const HALF: Halves = {
  exponent: 0x7c00,
  valueOf: (bits) => {
    const view = new DataView(new ArrayBuffer(2));
    view.setUint16(0, bits);
    return view.getFloat16(0);
  },
};

/** A bfloat16 is the upper half of a single. */
const BRAIN: Halves = {
  exponent: 0x7f80,
  valueOf: (bits) => {
    const view = new DataView(new ArrayBuffer(4));
    view.setUint16(0, bits);
    return view.getFloat32(0);
  },
};

/**
 * Tallies without a single floating-point number: a model has millions of these, and but for their sign they are
 * ordered as their bits are.
 */
function tallyHalves(
  halves: Uint16Array,
  { bytes, factors }: { readonly bytes: number; readonly factors: readonly number[] },
  { exponent, valueOf }: Halves,
): Tally {
  const step = bytes / 2;
  const end = halves.length - step;
  let [count, broken, zeros, least, greatest] = [0, 0, 0, 0x8000, -0x8000];
  for (const factor of factors) {
    const first = factor / 2;
    for (let at = first; at <= end + first; at += step) {
      const bits = halves[at] ?? 0;
      const size = bits & 0x7fff;
      count += 1;
      if ((bits & exponent) === exponent) {
        broken += 1;
        continue;
      }
      if (size === 0) zeros += 1;
      const rank = size === bits ? size : -size;
      if (rank < least) least = rank;
      if (rank > greatest) greatest = rank;
    }
  }
  const valueAt = (rank: number): number => valueOf(rank < 0 ? -rank | 0x8000 : rank);
  return least > greatest
    ? { ...NOTHING, count, broken }
    : { count, broken, zeros, least: valueAt(least), greatest: valueAt(greatest) };
}

/** Adds up tallies of several places of one tensor. */
export function joinTallies(tallies: readonly Tally[]): Tally {
  const counted = tallies.filter(({ count }) => count > 0);
  if (counted.length === 0) return { count: 0, broken: 0, zeros: 0, least: 0, greatest: 0 };
  return {
    count: counted.reduce((sum, one) => sum + one.count, 0),
    broken: counted.reduce((sum, one) => sum + one.broken, 0),
    zeros: counted.reduce((sum, one) => sum + one.zeros, 0),
    least: Math.min(...counted.map(({ least }) => least)),
    greatest: Math.max(...counted.map(({ greatest }) => greatest)),
  };
}
