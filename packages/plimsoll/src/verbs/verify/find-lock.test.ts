import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import { formatLock } from "../../model/lock/format.ts";
import type { Lock } from "../../model/lock/lock.ts";
import { entryWith, lockOf } from "../../testing/locks.ts";
import { findLockFor } from "./find-lock.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "plim-find-")));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const at = (path: string): string => join(folder, path);
const put = (path: string, models: Lock["models"]): void => {
  mkdirSync(at(path), { recursive: true });
  writeFileSync(at(`${path}/plimsoll.lock`), formatLock(lockOf(models)));
};
const model = (reference: string): Lock["models"][string] => ({
  ...entryWith({ a: 1 }),
  reference,
});

put("project", { one: model("./models/one"), two: model("./models/two"), far: model("hf:a/b") });
mkdirSync(at("project/models/one"), { recursive: true });
put("project/models/two", { brought: model(".") });
symlinkSync("models/one", at("project/link"));
put("self", { self: model("."), other: model("../elsewhere") });

/** The lock and names that a word leads to from a folder, or the code of the error. */
async function found(word: string | undefined, cwd = "project"): Promise<string> {
  try {
    const { path, names } = await findLockFor(word, at(cwd));
    return `${path.slice(folder.length + 1).replace("/plimsoll.lock", "")}: ${names.join(" ")}`;
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : "?";
  }
}

describe("without a word", () => {
  test.each([
    ["project", "project: far one two"],
    ["project/models/one", "project: far one two"],
    ["project/models/two", "project/models/two: brought"],
    [".", "usage"],
  ])("in %s", async (cwd, expected) => {
    expect(await found(undefined, cwd)).toBe(expected);
  });
});

describe("with a word", () => {
  test.each([
    ["a name", "one", "project: one"],
    ["a place", "./models/one", "project: one"],
    ["a place with a slash", "models/one/", "project: one"],
    ["an absolute place", at("project/models/one"), "project: one"],
    ["a link to a place", "./link", "project: one"],
    ["a reference from elsewhere", "hf:a/b", "project: far"],
    ["the project's lock before the model's own", "./models/two", "project: two"],
    ["a lock file", "models/two/plimsoll.lock", "project/models/two: brought"],
    ["a folder that has a lock", "../self", "self: self"],
    ["a name that is none", "three", "usage"],
    ["a place that is not locked", "./models", "usage"],
    ["nothing", "./nowhere", "usage"],
    ["a word that objects have", "toString", "usage"],
  ])("%s", async (_, word, expected) => {
    expect(await found(word)).toBe(expected);
  });

  test("a folder with a lock of which it is no model means all of them", async () => {
    put("many", { x: model("./x"), y: model("./y") });
    expect(await found("many", ".")).toBe("many: x y");
  });

  test("a locked model that is gone still has its place", async () => {
    expect(await found("../elsewhere", "self")).toBe("self: other");
  });
});
