import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { readWith } from "./read.ts";
import type { SnapshotFile } from "./snapshot.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plimsoll-read-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const file = (content: string): SnapshotFile => {
  const path = join(folder, "a.txt");
  writeFileSync(path, content);
  return { path: "a.txt", base: "a.txt", size: content.length, location: Buffer.from(path) };
};

test("a file that stays as it is, is read", () => {
  expect(readWith(file("abc"), (source) => source.read(0, 3).length)).toEqual({
    kind: "read",
    value: 3,
  });
});

test("a file that changes while it is read is unread", () => {
  const changing = file("abc");
  const result = readWith(changing, (source) => {
    appendFileSync(join(folder, "a.txt"), "d");
    return source.size;
  });
  expect(result).toMatchObject({
    kind: "unread",
    file: "a.txt",
    reason: expect.stringMatching(/^changed/u),
  });
});

test("a file that is gone is unread", () => {
  const gone = file("abc");
  rmSync(join(folder, "a.txt"));
  expect(readWith(gone, () => 0)).toMatchObject({
    kind: "unread",
    reason: expect.stringMatching(/^io/u),
  });
});

test("a fault of ours is not called the file's", () => {
  expect(() =>
    readWith(file("abc"), () => {
      throw new TypeError("ours");
    }),
  ).toThrow("ours");
});
