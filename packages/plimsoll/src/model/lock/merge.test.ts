import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { arbitraryLock, entryWith, lockOf } from "../../testing/locks.ts";
import { formatLock } from "./format.ts";
import type { Lock } from "./lock.ts";
import { mergeLocks, type Merged } from "./merge.ts";

const [a, b, c] = [entryWith({ a: 1 }), entryWith({ b: 2 }), entryWith({ c: 3 })];

const told = (merged: Merged): string =>
  merged.kind === "merged" ? formatLock(merged.lock) : `conflict: ${merged.names.join(" ")}`;

describe("two branches", () => {
  const base = lockOf({ a });

  test.each([
    ["add different models", lockOf({ a, b }), lockOf({ a, c }), lockOf({ a, b, c })],
    ["add the same model", lockOf({ a, b }), lockOf({ a, b }), lockOf({ a, b })],
    ["change and add", lockOf({ a: b }), lockOf({ a, c }), lockOf({ a: b, c })],
    ["remove and add", lockOf({}), lockOf({ a, c }), lockOf({ c })],
    ["leave and leave", base, base, base],
    [
      "keep words of others",
      { ...base, "x-y": 1 },
      { ...base, "x-z": 2 },
      { ...base, "x-y": 1, "x-z": 2 },
    ],
  ] satisfies [string, Lock, Lock, Lock][])("%s", (_, ours, theirs, both) => {
    expect(told(mergeLocks(base, ours, theirs))).toBe(formatLock(both));
  });

  test.each([
    ["change one model each in its way", lockOf({ a: b }), lockOf({ a: c })],
    ["change and remove", lockOf({ a: b }), lockOf({})],
    ["say different things of others", { ...base, "x-y": 1 }, { ...base, "x-y": 2 }],
  ] satisfies [string, Lock, Lock][])("%s: the name is told", (_, ours, theirs) => {
    expect(mergeLocks(base, ours, theirs).kind).toBe("conflict");
  });

  test("without a common lock, the same name with other files is a conflict", () => {
    expect(told(mergeLocks(undefined, lockOf({ a, b }), lockOf({ a, b: c })))).toBe("conflict: b");
  });

  test("the later facts and program stand, by number and not by letter", () => {
    const old = lockOf({}, { tool: "0.9.0" });
    const late = lockOf({}, { tool: "0.10.0" });
    expect(told(mergeLocks(old, old, late))).toContain("0.10.0");
    const facts = lockOf({}, { tool: "0.1.0", knowledge: "2026-12-01" });
    expect(told(mergeLocks(old, late, facts))).toContain('"tool": "0.1.0"');
  });
});

test("any two branches: no side matters, a side that left all as it was gives way", () => {
  fc.assert(
    fc.property(arbitraryLock, arbitraryLock, arbitraryLock, (base, ours, theirs) => {
      expect(told(mergeLocks(base, ours, theirs))).toBe(told(mergeLocks(base, theirs, ours)));
      const { tool, knowledge } = theirs;
      const same = { ...base, tool, knowledge };
      expect(told(mergeLocks(base, same, theirs))).toBe(formatLock(theirs));
      expect(told(mergeLocks(base, theirs, theirs))).toBe(formatLock(theirs));
    }),
    { numRuns: 50 },
  );
});
