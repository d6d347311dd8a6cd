import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, expect, test } from "vitest";

import { EVENT_MAX_BYTES } from "./event.ts";
import { linesOf } from "./lines.ts";
import { leafHash, markedHash } from "./tree.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-lines-"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const LONGEST = "x".repeat(EVENT_MAX_BYTES);

test.each([1, 2, 3, 7, 64, 1_048_576])(
  "lines do not depend on the window of %i bytes",
  (window) => {
    const path = join(folder, "lines");
    const texts = ["", "a", "h\u00e9\u2028llo", "", LONGEST, "end"];
    writeFileSync(path, `${texts.join("\n")}\ntorn`);
    const found = [...linesOf(path, window)].map(({ text, marked, start, isWhole }) => ({
      text,
      start,
      isWhole,
      // Looked at here: the bytes are good until the next line is asked for.
      size: marked.length,
    }));
    let start = 0;
    const expected = texts.map((text) => {
      const size = Buffer.byteLength(text);
      const line = { text, start, isWhole: true, size: size + 1 };
      start += size + 1;
      return line;
    });
    expect(found).toEqual([...expected, { text: "", start, isWhole: false, size: 0 }]);
  },
);

test("the hash of a line's bytes is the hash of its leaf", () => {
  const path = join(folder, "hashes");
  writeFileSync(path, "one\ntw\u00f6\n\n");
  const hashes: Buffer[] = [];
  for (const { marked } of linesOf(path, 2)) hashes.push(markedHash(marked));
  expect(hashes).toEqual(["one", "tw\u00f6", ""].map((text) => leafHash(text)));
});

test.each([1, 4_096, 1_048_576])("a line too long ends the reading, window %i", (window) => {
  const path = join(folder, "long");
  writeFileSync(path, `a\n${LONGEST}x`);
  expect([...linesOf(path, window)].map(({ isWhole }) => isWhole)).toEqual([true, false]);
});
