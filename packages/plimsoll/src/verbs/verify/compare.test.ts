import { describe, expect, test } from "vitest";

import { unread } from "../../kernel/unread.ts";
import type { HashedFile } from "../../model/hash/hash.ts";
import { compareFiles, type Found } from "./compare.ts";

const digest = (digits: string): string => digits.repeat(32);

/** A file that was hashed. */
const hashed = (path: string, digits: string, size = 3): HashedFile => ({
  kind: "hashed",
  file: { path, base: path, size, location: Buffer.from(path) },
  sha256: digest(digits),
  identity: { device: 1n, inode: 1n, size: BigInt(size), mtimeNs: 1n, ctimeNs: 1n },
});
const locked = (path: string, digits: string): { path: string; size: number; sha256: string } => ({
  path,
  size: 3,
  sha256: digest(digits),
});
const states = (files: readonly { path: string; state: string }[]): string[] =>
  files.map(({ path, state }) => `${path} ${state}`);
const nothing: Found = { outcomes: [], extra: [], unlisted: [] };

test("each file is one of five things, in the order of paths", () => {
  const files = compareFiles(
    ["ok", "other", "gone", "shut"].map((path) => locked(path, "aa")),
    {
      outcomes: [hashed("ok", "aa"), hashed("other", "bb"), unread("shut", "io: no")],
      extra: ["new"],
      unlisted: [unread("link", "a link that leaves the folder")],
    },
  );
  expect(states(files)).toEqual([
    "gone missing",
    "link unread",
    "new extra",
    "ok ok",
    "other changed",
    "shut unread",
  ]);
  expect(files).toContainEqual({
    path: "other",
    state: "changed",
    expected: { size: 3, sha256: digest("aa") },
    actual: { size: 3, sha256: digest("bb") },
  });
});

test("a digest that agrees with another size is a change", () => {
  const [file] = compareFiles([locked("a", "aa")], {
    ...nothing,
    outcomes: [hashed("a", "aa", 4)],
  });
  expect(file?.state).toBe("changed");
});

describe("what cannot be listed is unread and not missing", () => {
  test.each([
    ["itself", "sub/a.txt", "unread"],
    ["a folder on the way", "sub", "unread"],
    ["the whole", ".", "unread"],
    ["a folder that only sounds alike", "su", "missing"],
    ["a file beside it", "sub/a", "missing"],
  ])("%s", (_, path, state) => {
    const files = compareFiles([locked("sub/a.txt", "aa")], {
      ...nothing,
      unlisted: [unread(path, "it cannot be listed")],
    });
    expect(files.find((file) => file.path === "sub/a.txt")?.state).toBe(state);
  });
});

describe("a renamed file", () => {
  test("is named on both sides, each extra given once", () => {
    const files = compareFiles([locked("a", "aa"), locked("b", "aa")], {
      ...nothing,
      outcomes: [hashed("c", "aa")],
      extra: ["c"],
    });
    expect(files).toEqual([
      { path: "a", state: "missing", expected: { size: 3, sha256: digest("aa") }, renamedTo: "c" },
      { path: "b", state: "missing", expected: { size: 3, sha256: digest("aa") } },
      { path: "c", state: "extra", renamedFrom: "a" },
    ]);
  });

  test("other bytes under another name are merely extra", () => {
    const files = compareFiles([locked("a", "aa")], {
      ...nothing,
      outcomes: [hashed("c", "bb")],
      extra: ["c"],
    });
    expect(files[1]).toEqual({ path: "c", state: "extra" });
  });
});
