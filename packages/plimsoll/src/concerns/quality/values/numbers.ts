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
  const sums = { count: 0, broken: 0, zeros: 0, least: Infinity, greatest: -Infinity };
  for (const value of valuesIn(type, view, littleEndian)) {
    sums.count += 1;
    if (!Number.isFinite(value)) {
      sums.broken += 1;
      continue;
    }
    if (value === 0) sums.zeros += 1;
    if (value < sums.least) sums.least = value;
    if (value > sums.greatest) sums.greatest = value;
  }
  return sums.least > sums.greatest ? { ...sums, least: 0, greatest: 0 } : sums;
}

function* valuesIn(type: string, view: DataView, littleEndian: boolean): Generator<number> {
  const width = WIDTHS.get(type);
  if (width !== undefined) {
    const read = readerOf(type, view, littleEndian);
    for (let at = 0; at + width <= view.byteLength; at += width) yield read(at);
    return;
  }
  const block = BLOCKS.get(type);
  if (block === undefined) return;
  for (let at = 0; at + block.bytes <= view.byteLength; at += block.bytes) {
    for (const factor of block.factors) yield view.getFloat16(at + factor, littleEndian);
  }
}

function readerOf(type: string, view: DataView, littleEndian: boolean): (at: number) => number {
  switch (type) {
    case "F64":
      return (at) => view.getFloat64(at, littleEndian);
    case "F32":
      return (at) => view.getFloat32(at, littleEndian);
    case "F16":
      return (at) => view.getFloat16(at, littleEndian);
    default: {
      // A bfloat16 is the upper half of a single.
      const single = new DataView(new ArrayBuffer(4));
      return (at) => {
        single.setUint16(0, view.getUint16(at, littleEndian));
        return single.getFloat32(0);
      };
    }
  }
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
