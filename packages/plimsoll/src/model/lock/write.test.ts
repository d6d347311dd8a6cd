import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { entryWith, lockOf } from "../../testing/locks.ts";
import { formatLock } from "./format.ts";
import { guarded } from "./guard.ts";
import type { Lock } from "./lock.ts";
import { updateLock } from "./write.ts";

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plim-write-"));
  path = join(folder, "plimsoll.lock");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const lock = lockOf({ m: entryWith({ a: 1 }) });

const failing = (): Lock => {
  throw new RangeError("no");
};

test("a lock is made, changed, and left alone when it says the same; nothing else stays", async () => {
  expect(await updateLock(path, () => lock)).toBe("written");
  expect(readFileSync(path, "utf8")).toBe(formatLock(lock));
  expect(await updateLock(path, (current) => current)).toBe("unchanged");
  expect(await updateLock(path, () => undefined)).toBe("unchanged");
  expect(await updateLock(path, () => lockOf({}))).toBe("written");
  expect(readFileSync(path, "utf8")).toBe(formatLock(lockOf({})));
  expect(readdirSync(folder)).toEqual(["plimsoll.lock"]);
});

test("writers at the same time lose no entry", async () => {
  const names = Array.from({ length: 12 }, (_, index) => `m${index}`);
  await Promise.all(
    names.map((name) =>
      updateLock(path, (current) => {
        return lockOf({ ...current?.models, [name]: entryWith({ a: 1 }) });
      }),
    ),
  );
  await updateLock(path, (current) => {
    expect(Object.keys(current?.models ?? {}).toSorted()).toEqual(names.toSorted());
    return undefined;
  });
  expect(readdirSync(folder)).toEqual(["plimsoll.lock"]);
});

describe("what stays as it was", () => {
  test("a lock that is none is not written over", async () => {
    writeFileSync(path, "<<<<<<< ours\n");
    await expect(updateLock(path, () => lock)).rejects.toMatchObject({ code: "lock-invalid" });
    expect(readFileSync(path, "utf8")).toBe("<<<<<<< ours\n");
  });

  test("a change that fails leaves the lock, and frees the guard", async () => {
    await updateLock(path, () => lock);
    await expect(updateLock(path, failing)).rejects.toThrow(RangeError);
    expect(readFileSync(path, "utf8")).toBe(formatLock(lock));
    expect(await updateLock(path, () => lockOf({}))).toBe("written");
  });

  test.skipIf(process.platform === "win32")("the mode, and a link to the file", async () => {
    mkdirSync(join(folder, "real"));
    const real = join(folder, "real/plimsoll.lock");
    writeFileSync(real, formatLock(lock));
    chmodSync(real, 0o640);
    symlinkSync(real, path);
    await updateLock(path, () => lockOf({}));
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(readFileSync(real, "utf8")).toBe(formatLock(lockOf({})));
    expect(statSync(real).mode & 0o777).toBe(0o640);
  });

  test("what a link in place of the temporary file leads to", async () => {
    const victim = join(folder, "victim");
    writeFileSync(victim, "mine");
    symlinkSync(victim, join(folder, ".plimsoll.lock.new"));
    await updateLock(path, () => lock);
    expect(readFileSync(victim, "utf8")).toBe("mine");
    expect(lstatSync(path).isFile()).toBe(true);
  });
});

test("a link that leads nowhere, and a folder that is not there, are said to be so", async () => {
  symlinkSync(join(folder, "nowhere"), path);
  await expect(updateLock(path, () => lock)).rejects.toMatchObject({ code: "environment" });
  await expect(updateLock(join(folder, "no/x"), () => lock)).rejects.toMatchObject({
    code: "environment",
  });
});

describe("the guard", () => {
  test("is held by one at a time, in the order of nobody", async () => {
    let inside = 0;
    let most = 0;
    const enter = (): Promise<void> =>
      guarded(join(folder, "g"), async () => {
        inside += 1;
        most = Math.max(most, inside);
        await new Promise(setImmediate);
        inside -= 1;
      });
    await Promise.all(Array.from({ length: 8 }, enter));
    expect([most, readdirSync(folder)]).toEqual([1, []]);
  });

  test("an empty file that a killed holder left is taken", async () => {
    writeFileSync(join(folder, "g"), "");
    expect(await guarded(join(folder, "g"), () => Promise.resolve(1))).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  });
});
