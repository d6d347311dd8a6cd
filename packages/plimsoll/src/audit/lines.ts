import { closeSync, openSync, readSync } from "node:fs";

import { EVENT_MAX_BYTES } from "./event.ts";
import { LEAF_MARK } from "./tree.ts";

/** Bytes read at a time. */
const CHUNK_BYTES = 1_048_576;

const LINE_FEED = 0x0a;

/** One line of a file, without its line feed, with where it begins. */
export type FileLine = {
  readonly text: string;
  /** Its bytes with the mark of a leaf before them; good until the next line is asked for. */
  readonly marked: Buffer;
  readonly start: number;
  /** False for bytes behind the last line feed, and for a line longer than any of ours. */
  readonly isWhole: boolean;
};

const NOTHING = Buffer.alloc(0);

/** Reads a file line by line, in flat memory. */
export function* linesOf(path: string, chunkBytes = CHUNK_BYTES): Generator<FileLine> {
  const file = openSync(path, "r");
  try {
    // In front of each line is a byte that was read already, where its mark goes: nothing is copied to be hashed.
    const bytes = Buffer.allocUnsafe(1 + EVENT_MAX_BYTES + chunkBytes);
    let start = 0;
    let filled = 1;
    for (let at = 0; ;) {
      const read = readSync(file, bytes, filled, chunkBytes, at);
      if (read === 0) break;
      at += read;
      filled += read;
      let from = 1;
      for (;;) {
        const end = bytes.subarray(0, filled).indexOf(LINE_FEED, from);
        if (end === -1) break;
        yield lineAt(bytes, from, end, start);
        start += end - from + 1;
        from = end + 1;
      }
      bytes.copyWithin(1, from, filled);
      filled -= from - 1;
      if (filled - 1 > EVENT_MAX_BYTES) break;
    }
    if (filled > 1) yield { text: "", marked: NOTHING, start, isWhole: false };
  } finally {
    closeSync(file);
  }
}

function lineAt(bytes: Buffer, from: number, end: number, start: number): FileLine {
  if (end - from > EVENT_MAX_BYTES) return { text: "", marked: NOTHING, start, isWhole: false };
  bytes[from - 1] = LEAF_MARK;
  return {
    text: bytes.toString("utf8", from, end),
    marked: bytes.subarray(from - 1, end),
    start,
    isWhole: true,
  };
}
