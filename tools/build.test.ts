import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, expect, test } from "vitest";

import { workers } from "./build.ts";

const folder = mkdtempSync(join(tmpdir(), "plim-build-"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("every worker of the source is an entry, and what only sounds like one is not", () => {
  const found = workers(join(import.meta.dirname, "../packages/plimsoll/src"));
  expect(Object.keys(found)).toContain("hash-worker");
  for (const name of ["a/b", "testing"]) mkdirSync(join(folder, name), { recursive: true });
  for (const name of [
    "x-worker.ts",
    "x-worker.test.ts",
    "worker.ts",
    "a/b/y-worker.ts",
    "testing/z-worker.ts",
  ]) {
    writeFileSync(join(folder, name), "");
  }
  expect(workers(folder)).toEqual({
    "x-worker": join(folder, "x-worker.ts"),
    "y-worker": join(folder, "a/b/y-worker.ts"),
  });
});

test("two workers of one name are refused: one would overwrite the other", () => {
  writeFileSync(join(folder, "a/x-worker.ts"), "");
  expect(() => workers(folder)).toThrow(TypeError);
});
