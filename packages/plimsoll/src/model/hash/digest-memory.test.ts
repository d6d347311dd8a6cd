import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { NO_MEMORY, openDigestMemory, REMEMBER_FROM_BYTES, rereading } from "./digest-memory.ts";
import type { FileIdentity } from "./identity.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plim-memory-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const NOW = new Date("2026-11-25T12:00:00Z");
const nowNs = BigInt(NOW.getTime()) * 1_000_000n;
const OLD = nowNs - 3_600_000_000_000n;
const file: FileIdentity = { device: 1n, inode: 2n, size: 100_000n, mtimeNs: OLD, ctimeNs: OLD };
const sha256 = "ab".repeat(32);

/** What a later run recalls of what this one learned. */
function recalledLater(identity: FileIdentity, asked: FileIdentity = identity): string | undefined {
  const memory = openDigestMemory(folder, NOW);
  memory.remember(identity, sha256);
  expect(memory.save()).toBeUndefined();
  return openDigestMemory(folder, NOW).recall(asked);
}

describe("a digest is recalled", () => {
  test("for the file as it was", () => {
    expect(recalledLater(file)).toBe(sha256);
  });

  test.each(["device", "inode", "size", "mtimeNs", "ctimeNs"] as const)(
    "not when its %s is another",
    (field) => {
      expect(recalledLater(file, { ...file, [field]: file[field] + 1n })).toBeUndefined();
    },
  );

  test("for a file from before 1970 too", () => {
    expect(recalledLater({ ...file, mtimeNs: -5n })).toBe(sha256);
  });
});

describe("a file is not remembered", () => {
  const settled = nowNs - 2_000_000_000n;

  test.each([
    ["that changed within a tick of this run", { mtimeNs: settled + 1n }, { mtimeNs: settled }],
    ["whose inode did", { ctimeNs: settled + 1n }, { ctimeNs: settled }],
    ["that is small", { size: REMEMBER_FROM_BYTES - 1n }, { size: REMEMBER_FROM_BYTES }],
    ["without an inode number", { inode: 0n }, { inode: 1n }],
  ])("%s; its near twin is", (_, out, within) => {
    expect(recalledLater({ ...file, ...out })).toBeUndefined();
    expect(recalledLater({ ...file, ...within })).toBe(sha256);
  });
});

describe("the file of the memory", () => {
  test("that is damaged in any byte counts as empty, and is written anew", () => {
    recalledLater(file);
    const path = join(folder, "file-digests");
    const whole = readFileSync(path);
    for (let at = 0; at < whole.length; at += 7) {
      const damaged = Uint8Array.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      writeFileSync(path, damaged);
      expect(openDigestMemory(folder, NOW).recall(file)).toBeUndefined();
    }
    for (const text of ["", "\n", whole.subarray(0, -1), "x".repeat(100)]) {
      writeFileSync(path, text);
      expect(openDigestMemory(folder, NOW).recall(file)).toBeUndefined();
    }
    expect(recalledLater(file)).toBe(sha256);
    expect(readFileSync(path)).toEqual(whole);
  });

  test("keeps what another process wrote meanwhile", () => {
    const [one, two] = [openDigestMemory(folder, NOW), openDigestMemory(folder, NOW)];
    const other = { ...file, inode: 3n };
    one.remember(file, sha256);
    two.remember(other, sha256);
    one.save();
    two.save();
    const later = openDigestMemory(folder, NOW);
    expect([later.recall(file), later.recall(other)]).toEqual([sha256, sha256]);
  });

  test("keeps the newest", () => {
    const files = [1n, 2n, 3n].map((inode) => ({ ...file, inode }));
    const memory = openDigestMemory(folder, NOW, 2);
    for (const one of files) memory.remember(one, sha256);
    memory.save();
    const later = openDigestMemory(folder, NOW);
    expect(files.map((one) => later.recall(one))).toEqual([undefined, sha256, sha256]);
  });

  test("that cannot be written is said to be so", () => {
    mkdirSync(join(folder, "file-digests/x"), { recursive: true });
    const memory = openDigestMemory(folder, NOW);
    memory.remember(file, sha256);
    expect(memory.save()).toContain("file-digests");
  });
});

test("a run that rereads recalls nothing and still learns", () => {
  const memory = openDigestMemory(folder, NOW);
  rereading(memory).remember(file, sha256);
  memory.save();
  const later = openDigestMemory(folder, NOW);
  expect(rereading(later).recall(file)).toBeUndefined();
  expect(later.recall(file)).toBe(sha256);
  expect(NO_MEMORY.recall(file)).toBeUndefined();
});
