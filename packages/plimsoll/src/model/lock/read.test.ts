import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import { PlimsollError } from "../../kernel/error.ts";
import { snapshotDigest } from "../snapshot-digest.ts";
import { formatLock } from "./format.ts";
import { entryWith, lockOf } from "../../testing/locks.ts";
import { findLock, parseLock, readLock } from "./read.ts";

const folder = mkdtempSync(join(tmpdir(), "plim-lock-"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const sound = formatLock(lockOf({ m: entryWith({ "a.txt": 3, "b/c.txt": 4 }) }));

/** The code and message of what reading a text throws; empty when it does not. */
async function refusal(text: string | Uint8Array): Promise<{ code: string; message: string }> {
  try {
    await parseLock(Buffer.from(text), "plimsoll.lock");
  } catch (error) {
    if (PlimsollError.isInstance(error)) return { code: error.code, message: error.message };
    throw error;
  }
  return { code: "", message: "" };
}

const edit =
  (from: string | RegExp, to: string): ((text: string) => string) =>
  (text) =>
    text.replace(from, to);

describe("what is refused, beside a near twin that is read", () => {
  test.each([
    [
      "a key said twice",
      edit('"tool"', '"tool": "0", "tool"'),
      edit('"tool"', '"x-tool": "0", "tool"'),
      "tool",
    ],
    [
      "an unknown key",
      edit('"tool"', '"denied": [], "tool"'),
      edit('"tool"', '"x-denied": [], "tool"'),
      "denied",
    ],
    [
      "an unknown key of a model",
      edit('"files"', '"sketch": 1, "files"'),
      edit('"files"', '"x-sketch": 1, "files"'),
      "sketch",
    ],
    [
      "an unknown key of a file",
      edit('"path"', '"mode": 1, "path"'),
      edit('"path"', '"x-mode": 1, "path"'),
      "mode",
    ],
    ["a later version", edit("lock@1", "lock@2"), edit("lock@1", "lock@1"), "version 2"],
    ["another file", edit("plimsoll/lock@1", "plimsoll/report@1"), edit("", ""), "no lock"],
    [
      "a digest of other files",
      edit(/"size": 3/u, '"size": 5'),
      edit(/"size": 3/u, '"size": 3'),
      "models.m",
    ],
    ["a size that is none", edit(/"size": 3/u, '"size": -3'), edit("", ""), "size"],
    ["a size beyond 2^53", edit(/"size": 3/u, '"size": 9007199254740993'), edit("", ""), "size"],
    ["a path that climbs", edit("b/c.txt", "b/../c.txt"), edit("", ""), "b/../c.txt"],
    ["an absolute path", edit("b/c.txt", "/c.txt"), edit("", ""), "/c.txt"],
    ["a file listed twice", edit("b/c.txt", "a.txt"), edit("", ""), "twice"],
    [
      "a name that objects have already",
      edit('"m"', '"__proto__"'),
      edit('"m"', '"proto"'),
      "__proto__",
    ],
    [
      "one that loses its members in silence",
      edit('"tool"', '"constructor": 1, "tool"'),
      edit('"tool"', '"x-constructor": 1, "tool"'),
      "constructor",
    ],
    [
      "a text that ends early",
      (text: string) => text.slice(0, -3),
      (text: string) => text.slice(0, -1),
      "byte",
    ],
    [
      "a byte order mark",
      (text: string) => `\uFEFF${text}`,
      (text: string) => ` ${text}`,
      "byte order mark",
    ],
    ["a time with a fraction", edit("00Z", "00.5Z"), edit("00Z", "01Z"), "resolved"],
  ])("%s", async (_, bad, good, named) => {
    const { code, message } = await refusal(bad(sound));
    expect(code).toBe("lock-invalid");
    expect(message).toContain(named);
    expect(await refusal(good(sound))).toEqual({ code: "", message: "" });
  });

  test("bytes that are no text", async () => {
    expect((await refusal(Uint8Array.of(0x7b, 0xff, 0x7d))).code).toBe("lock-invalid");
    expect((await refusal("")).code).toBe("lock-invalid");
    expect((await refusal("[]")).code).toBe("lock-invalid");
  });

  test("all problems at once", async () => {
    const bad = sound.replace('"size": 3', '"size": -3').replace('"size": 4', '"size": 0.5');
    const { message } = await refusal(bad);
    expect(message).toContain("models.m.files.0.size");
    expect(message).toContain("models.m.files.1.size");
  });
});

describe("an unfinished merge is named with its line", () => {
  test.each(["<<<<<<< HEAD", "||||||| base", ">>>>>>> theirs"])("%s", async (marker) => {
    const { code, message } = await refusal(sound.replace("\n", `\n${marker}\n`));
    expect(code).toBe("lock-invalid");
    expect(message).toContain("conflict marker");
    expect(message).toContain("line 2");
  });

  test("the same within a text is none", async () => {
    const text = sound.replace('"tool"', '"x-note": "<<<<<<< HEAD", "tool"');
    expect(await refusal(text)).toEqual({ code: "", message: "" });
  });
});

test("keys of other programs are kept as they are, large numbers included", async () => {
  const text = sound
    .replace('"tool"', '"x-a": {"n": 9007199254740993, "__l": [1.5, null, {}]}, "tool"')
    .replace('"path"', '"x-b": "y", "path"');
  const read = await parseLock(Buffer.from(text), "plimsoll.lock");
  const again = formatLock(read);
  expect(again).toContain('"n": 9007199254740993');
  expect(again).toContain('"x-b": "y" }');
  expect(formatLock(await parseLock(Buffer.from(again), "plimsoll.lock"))).toBe(again);
});

describe("finding one", () => {
  mkdirSync(join(folder, "project/a/b"), { recursive: true });
  const path = join(folder, "project/plimsoll.lock");
  writeFileSync(path, sound);

  test("here or above", () => {
    expect(findLock(join(folder, "project"))).toBe(path);
    expect(findLock(join(folder, "project/a/b"))).toBe(path);
    expect(findLock(folder)).toBeUndefined();
  });

  test("reading it, one that is not there, and a folder of that name", async () => {
    expect((await readLock(path))?.models["m"]?.digest).toBe(
      snapshotDigest(entryWith({ "a.txt": 3, "b/c.txt": 4 }).files),
    );
    expect(await readLock(join(folder, "plimsoll.lock"))).toBeUndefined();
    await expect(readLock(folder)).rejects.toMatchObject({ code: "environment" });
  });
});
