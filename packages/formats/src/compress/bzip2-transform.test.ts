import { expect, test } from "vitest";

import { Budget } from "../core/budget.ts";
import { undoTransform } from "./bzip2-transform.ts";
import { DEFAULT_COMPRESS_LIMITS } from "./limits.ts";
import { Work } from "./work.ts";

/** The text of a block: its last column, and the row of the text among its sorted rotations. */
function undo(column: string, origin: number): string {
  const work = new Work(100, DEFAULT_COMPRESS_LIMITS, new Budget());
  const rows = Uint32Array.from(Buffer.from(column, "latin1"));
  undoTransform(work, { rows, length: rows.length, origin });
  return Buffer.from(work.content).toString("latin1");
}

test("a block is turned back", () => {
  expect(undo("nnbaaa", 3)).toBe("banana");
});

test("four equal bytes are followed by the number of further ones", () => {
  expect(undo("aaaa\0", 4)).toBe("aaaa");
  expect(undo("aaaa\x02", 4)).toBe("aaaaaa");
  expect(undo("aaa", 0)).toBe("aaa");
  expect(() => undo("aaaa", 0)).toThrow(expect.objectContaining({ code: "bad-encoding" }));
});
