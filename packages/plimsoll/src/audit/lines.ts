import { closeSync, openSync, readSync } from "node:fs";

import { EVENT_MAX_BYTES } from "./event.ts";

/** Bytes read at a time. */
const CHUNK_BYTES = 1_048_576;

/** One line of a file, without its line feed, with where it begins. */
export type FileLine = {
  readonly text: string;
  readonly start: number;
  /** False for bytes behind the last line feed, and for a line longer than any of ours. */
  readonly isWhole: boolean;
};

/** Reads a file line by line, in flat memory. */
export function* linesOf(path: string): Generator<FileLine> {
  const file = openSync(path, "r");
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    let rest: Buffer = Buffer.alloc(0);
    let start = 0;
    for (let at = 0; ;) {
      const read = readSync(file, chunk, 0, CHUNK_BYTES, at);
      if (read === 0) break;
      at += read;
      const bytes =
        rest.length === 0
          ? chunk.subarray(0, read)
          : Buffer.concat([rest, chunk.subarray(0, read)]);
      let from = 0;
      for (let end = bytes.indexOf(0x0a); end !== -1; end = bytes.indexOf(0x0a, from)) {
        const isWhole = end - from <= EVENT_MAX_BYTES;
        yield { text: isWhole ? bytes.toString("utf8", from, end) : "", start, isWhole };
        start += end - from + 1;
        from = end + 1;
      }
      rest = Buffer.from(bytes.subarray(from));
      if (rest.length > EVENT_MAX_BYTES) break;
    }
    if (rest.length > 0) yield { text: "", start, isWhole: false };
  } finally {
    closeSync(file);
  }
}
