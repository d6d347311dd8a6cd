import type { Reading } from "../core/cursor.ts";
import type { Work } from "./work.ts";

/** Bytes asked for at a time: a length of gigabytes must not become a window of that size. */
const COPY_BYTES = 65_536;

/** Copies bytes from input to output. @throws FormatError `truncated` when the input ends among them; `limit`. */
export function* copyBytes({ input, output }: Work, length: number): Reading<void> {
  let left = length;
  while (left > 0) {
    yield* input.more(Math.min(left, COPY_BYTES));
    const count = Math.min(left, input.bytes.length - input.at);
    if (count === 0) throw input.ended();
    output.append(input.take(count));
    left -= count;
  }
}
