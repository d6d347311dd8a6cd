import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { afterAll, expect, test } from "vitest";

import { Coverage } from "./coverage.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-coverage-"));

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A module of two branches and a function that is not called. */
const SOURCE = `export function half(n) { if (n % 2 === 0) { return n / 2; } return n; }
export function never() { return 0; }
`;

test("new code is told once, and blocks that did not run are counted", async () => {
  const path = join(folder, "half.mjs");
  writeFileSync(path, SOURCE);
  const coverage = new Coverage(folder);
  try {
    const module: unknown = await import(pathToFileURL(path).href);
    const half = (n: number): void => {
      if (typeof module === "object" && module !== null && "half" in module) call(module.half, n);
    };
    coverage.follow(["half.mjs"]);
    half(1);
    expect(coverage.look()).toBe(true);
    coverage.admit(coverage.seen);
    const before = coverage.blocks;
    half(3);
    expect(coverage.look()).toBe(false);
    half(2);
    expect(coverage.look()).toBe(true);
    coverage.admit(coverage.seen);
    expect(coverage.blocks.covered).toBeGreaterThan(before.covered);
    expect(coverage.blocks.covered).toBeLessThan(coverage.blocks.total);
  } finally {
    coverage.stop();
  }
});

function call(action: unknown, argument: number): void {
  if (typeof action === "function") Reflect.apply(action, undefined, [argument]);
}
