import { FormatError } from "../../core/format-error.ts";
import { codeOf, refused } from "./refused.ts";
import type { RangeResponse } from "./types.ts";
import type { Watch } from "./watch.ts";

/** How many bytes a body may have, and whose they are. */
export type Expected = { readonly length: number; readonly id: string; readonly offset: number };

/**
 * The body of an answer, which has exactly the length it says.
 * @throws FormatError `io` when it has not; the reason when the watch ends it.
 */
export async function readBody(
  response: RangeResponse,
  expected: Expected,
  watch: Watch,
): Promise<Uint8Array> {
  const { length, id, offset } = expected;
  const bytes = new Uint8Array(length);
  let filled = 0;
  for await (const chunk of chunksOf(response, expected, watch)) {
    if (filled + chunk.length > length) {
      throw refused(id, `the server sends more than the ${length} bytes it says`, offset);
    }
    bytes.set(chunk, filled);
    filled += chunk.length;
  }
  if (filled < length) {
    const at = offset + filled;
    throw refused(id, `the connection ends after ${filled} of ${length} bytes`, at);
  }
  return bytes;
}

/**
 * A body of unknown length, up to a limit; what its head says of the length must be true.
 * @throws FormatError `io`, as for a server that ignores ranges of a large file.
 */
export async function readWhole(
  response: RangeResponse,
  expected: Expected,
  watch: Watch,
): Promise<Uint8Array> {
  const { length, id } = expected;
  const told = response.headers.get("content-length");
  const isTold = told !== null && /^\d{1,15}$/u.test(told);
  const tooLarge = refused(id, `the server ignores ranges and would send all of it`);
  if (isTold && Number(told) > length) throw tooLarge;
  if (isTold) return readBody(response, { ...expected, length: Number(told) }, watch);
  const chunks: Uint8Array[] = [];
  let filled = 0;
  for await (const chunk of chunksOf(response, expected, watch)) {
    filled += chunk.length;
    if (filled > length) throw tooLarge;
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

async function* chunksOf(
  { body }: RangeResponse,
  { id, offset }: Expected,
  watch: Watch,
): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  const iterator = body[Symbol.asyncIterator]();
  for (;;) {
    let step: IteratorResult<Uint8Array>;
    try {
      step = await watch.during(() => iterator.next());
    } catch (error) {
      if (watch.signal.aborted || FormatError.isInstance(error)) throw error;
      throw refused(id, `the connection broke${codeOf(error)}`, offset);
    }
    if (step.done === true) return;
    watch.beat();
    yield step.value;
  }
}
