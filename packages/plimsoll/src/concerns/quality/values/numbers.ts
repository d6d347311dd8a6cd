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
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = WIDTHS.get(type);
  const block = BLOCKS.get(type);
  if (type === "F32" || type === "F64") return tallyFloats(view, littleEndian, type);
  if (width !== undefined) {
    const plain = { bytes: width, factors: [0] };
    return tallyHalves(view, littleEndian, plain, type === "F16" ? HALF : BRAIN);
  }
  return block === undefined ? NOTHING : tallyHalves(view, littleEndian, block, HALF);
}

const NOTHING: Tally = { count: 0, broken: 0, zeros: 0, least: 0, greatest: 0 };

function tallyFloats(view: DataView, littleEndian: boolean, type: "F32" | "F64"): Tally {
  const width = type === "F32" ? 4 : 8;
  const end = view.byteLength - width;
  let [count, broken, zeros, least, greatest] = [0, 0, 0, Infinity, -Infinity];
  for (let at = 0; at <= end; at += width) {
    const value =
      width === 4 ? view.getFloat32(at, littleEndian) : view.getFloat64(at, littleEndian);
    count += 1;
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
  view: DataView,
  littleEndian: boolean,
  { bytes, factors }: { readonly bytes: number; readonly factors: readonly number[] },
  { exponent, valueOf }: Halves,
): Tally {
  const end = view.byteLength - bytes;
  let [count, broken, zeros, least, greatest] = [0, 0, 0, 0x8000, -0x8000];
  for (const factor of factors) {
    for (let at = factor; at <= end + factor; at += bytes) {
      const bits = view.getUint16(at, littleEndian);
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
