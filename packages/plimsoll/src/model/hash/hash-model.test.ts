import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { directHasher } from "../../testing/direct-hasher.ts";
import { resolveReference } from "../reference.ts";
import { takeSnapshot } from "../snapshot.ts";
import { NO_MEMORY } from "./digest-memory.ts";
import { hashModel, recheckModel, type HashedModel } from "./hash-model.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plim-model-"));
  mkdirSync(join(folder, "m"));
  put("a", "one");
  put("b", "two");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const put = (name: string, text: string): void => {
  writeFileSync(join(folder, "m", name), text);
};
const hashed = (path = "m"): Promise<HashedModel> =>
  hashModel(takeSnapshot(resolveReference(join(folder, path), "/")), {
    workers: 1,
    memory: NO_MEMORY,
    openHasher: directHasher,
  });

test("the digest is of all files, and not of the lock that lies among them", async () => {
  const { digest } = await hashed();
  expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/u);
  put("plimsoll.lock", "{}");
  expect((await hashed()).digest).toBe(digest);
  put("plimsoll.lock.txt", "{}");
  expect((await hashed()).digest).not.toBe(digest);
});

test("a lock that is named itself is a file like any", async () => {
  put("plimsoll.lock", "{}");
  expect((await hashed("m/plimsoll.lock")).files).toHaveLength(1);
});

test("there is none when anything is unread", async () => {
  symlinkSync("nowhere", join(folder, "m/link"));
  const { digest, unread, files } = await hashed();
  expect([digest, files.length, unread.map(({ file }) => file)]).toEqual([null, 2, ["link"]]);
});

test("a second look finds what changed, went or came since", async () => {
  const before = await hashed();
  expect(recheckModel(before)).toBe(before);
  put("c", "three");
  utimesSync(join(folder, "m/a"), 1, 1);
  rmSync(join(folder, "m/b"));
  const { digest, unread } = recheckModel(before);
  expect([digest, unread.map(({ file }) => file)]).toEqual([null, ["a", "b", "c"]]);
});
