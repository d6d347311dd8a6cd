import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { compiledFolder, keepCompiled } from "./compiled-code.ts";
import type { HomeEnvironment } from "./home.ts";

const ME = process.getuid?.();

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "plim-compiled-"));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

function where(env: Record<string, string> = {}): HomeEnvironment {
  return { env: { PLIMSOLL_HOME: home, ...env }, platform: "linux", home };
}

test("the folder is made for its owner alone", () => {
  const folder = compiledFolder(where(), ME);
  expect(folder).toBe(join(home, "cache/compiled"));
  expect(statSync(folder ?? "").mode & 0o777).toBe(0o700);
});

test.each([
  [0o755, true],
  [0o775, false],
  [0o757, false],
])("a folder of mode %o is used: %s", (mode, isUsed) => {
  const folder = join(home, "cache/compiled");
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, mode);
  expect(compiledFolder(where(), ME)).toBe(isUsed ? folder : undefined);
});

test("what belongs to someone else is not run", () => {
  expect(compiledFolder(where(), (ME ?? 0) + 1)).toBeUndefined();
  // Where there are no user ids there is none to compare.
  expect(compiledFolder(where(), undefined)).toBeDefined();
});

test("a home that cannot hold it is no fault", () => {
  writeFileSync(join(home, "cache"), "");
  expect(compiledFolder(where(), ME)).toBeUndefined();
});

test("a place that was chosen is left alone", () => {
  keepCompiled(where({ NODE_COMPILE_CACHE: "/somewhere" }), ME);
  expect(existsSync(join(home, "cache"))).toBe(false);
});
