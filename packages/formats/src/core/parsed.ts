import type { FormatError } from "./format-error.ts";

/** A half-open range of bytes: `start` is inside, `end` is not. */
export type ByteRange = { readonly start: number; readonly end: number };

/**
 * What a reader returns: everything it could read, with what was wrong.
 *
 * `complete` is false when bytes that belong to the format were not read (truncated, limit,
 * unsupported). A fault that hides nothing (a duplicate key, a gap) leaves it true.
 */
export type Parsed<T> = {
  readonly value: T;
  readonly faults: readonly FormatError[];
  readonly complete: boolean;
  /** Bytes of the source that the format does not account for. */
  readonly unclaimed: readonly ByteRange[];
};
