import type { AsyncByteSource } from "../source/async-source.ts";
import type { Reading } from "./cursor.ts";
import { DEFAULT_WINDOW_BYTES } from "./driver.ts";

/**
 * Runs a reader to its end over a source that takes time: the same reader as `runSync`, with the same result.
 *
 * `window` is the fewest bytes asked for when a reader asks for fewer.
 * @throws whatever the reader throws, FormatError `io` or `changed` from the source, and the signal's reason.
 */
export async function runAsync<T>(
  reading: Reading<T>,
  source: AsyncByteSource,
  window: number = DEFAULT_WINDOW_BYTES,
  signal?: AbortSignal,
): Promise<T> {
  let step = reading.next();
  while (!step.done) {
    const { at, length } = step.value;
    const wanted = Math.min(Math.max(length, window), Math.max(source.size - at, 0));
    let bytes: Uint8Array;
    try {
      bytes = await source.read(at, wanted, signal);
    } catch (error) {
      // Handed to the reader, which keeps what it already has beside the fault.
      step = reading.throw(error);
      continue;
    }
    step = reading.next(bytes);
  }
  return step.value;
}
