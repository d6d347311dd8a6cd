import type { ByteSource } from "../source/byte-source.ts";
import type { Reading } from "./cursor.ts";

/** Fewest bytes fetched at a time: one page of a disk read costs as much as a byte of it. */
export const DEFAULT_WINDOW_BYTES = 65_536;

/**
 * Runs a reader to its end over a source, synchronously.
 *
 * `window` is the fewest bytes fetched when a reader asks for fewer; tests use 1 and 7, so that every
 * refill happens.
 * @throws whatever the reader throws, and FormatError `io` or `changed` from the source.
 */
export function runSync<T>(
  reading: Reading<T>,
  source: ByteSource,
  window: number = DEFAULT_WINDOW_BYTES,
): T {
  let step = reading.next();
  while (!step.done) {
    const { at, length } = step.value;
    const wanted = Math.min(Math.max(length, window), Math.max(source.size - at, 0));
    let bytes: Uint8Array;
    try {
      bytes = source.read(at, wanted);
    } catch (error) {
      // Handed to the reader, which keeps what it already has beside the fault.
      step = reading.throw(error);
      continue;
    }
    step = reading.next(bytes);
  }
  return step.value;
}
