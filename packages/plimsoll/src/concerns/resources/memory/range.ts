/** An estimate in bytes: what it is at least, most likely and at most. */
export type ByteRange = { readonly low: number; readonly likely: number; readonly high: number };

/** A range of one value. */
export function exactly(bytes: number): ByteRange {
  return { low: bytes, likely: bytes, high: bytes };
}

/** Adds ranges end by end. */
export function sum(...ranges: readonly ByteRange[]): ByteRange {
  return ranges.reduce(
    (total, { low, likely, high }) => ({
      low: total.low + low,
      likely: total.likely + likely,
      high: total.high + high,
    }),
    exactly(0),
  );
}

/** The next multiple of a step. */
export function pad(count: number, step: number): number {
  return Math.ceil(count / step) * step;
}
