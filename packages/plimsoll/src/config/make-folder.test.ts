import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { isVirtual, makeFolder } from "./make-folder.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plimsoll-folder-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("makes what is missing above it, and is content with what is there", () => {
  const path = join(folder, "a", "b", "c");
  makeFolder(path, 0o700);
  makeFolder(path, 0o700);
  expect([statSync(path).isDirectory(), statSync(path).mode & 0o777]).toEqual([true, 0o700]);
});

test("is not content with a file in its place", () => {
  writeFileSync(join(folder, "a"), "");
  expect(() => {
    makeFolder(join(folder, "a", "b"));
  }).toThrow(/is no folder/u);
  expect(() => {
    makeFolder(join(folder, "a"));
  }).toThrow(/is no folder/u);
});

test("a link to itself, or to nothing, is no place", () => {
  symlinkSync("loop", join(folder, "loop"));
  symlinkSync("nowhere", join(folder, "dangling"));
  for (const name of ["loop", "dangling"]) {
    const paths = [join(folder, name), join(folder, name, "b")];
    for (const path of paths) {
      expect(() => {
        makeFolder(path);
      }).toThrow(/is no folder/u);
      expect(isVirtual(path)).toBe(false);
    }
  }
  symlinkSync(".", join(folder, "here"));
  makeFolder(join(folder, "here", "x"));
  expect(statSync(join(folder, "x")).isDirectory()).toBe(true);
});

test.runIf(existsSync("/proc/self"))("ends where nobody can make folders", () => {
  expect(() => {
    makeFolder("/proc/plimsoll/state");
  }).toThrow(/ENOENT|EACCES|EPERM|EROFS/u);
});

test("a path of more folders than anybody has is refused", () => {
  mkdirSync(join(folder, "x"));
  expect(() => {
    makeFolder(join(folder, ...Array.from({ length: 201 }, () => "d")));
  }).toThrow(RangeError);
});

test.runIf(existsSync("/proc/self"))("knows what is no storage", () => {
  expect([isVirtual("/proc/x/y"), isVirtual("/proc"), isVirtual(join(folder, "x", "y"))]).toEqual([
    true,
    true,
    false,
  ]);
});
