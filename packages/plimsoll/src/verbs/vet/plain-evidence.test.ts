import { describe, expect, test } from "vitest";

import { FormatError } from "@plimsoll/formats";

import {
  EVIDENCE_MAX_CHARS,
  EVIDENCE_MAX_DEPTH,
  EVIDENCE_MAX_ITEMS,
  EVIDENCE_MAX_VALUES,
  plainEvidence,
} from "./plain-evidence.ts";

describe("plainEvidence keeps what JSON has words for, and says the rest in JSON's words", () => {
  test.each([
    ["a text", "ü", "ü"],
    ["a number", 1.5, 1.5],
    ["no number", Number.NaN, "NaN"],
    ["an integer beyond numbers", 2n ** 64n, "18446744073709551616"],
    ["a map", new Map([["__proto__", 1n]]), JSON.parse('{"__proto__":"1"}')],
    ["bytes", Buffer.from([1, 255]), { bytes: 2, begins: "01ff" }],
    ["a set", new Set([1, 2]), [1, 2]],
    ["a file of the snapshot", { path: "a/b", location: Buffer.from("/x/a/b"), size: 1 }, "a/b"],
    ["what has no words in an object", { a: () => 1, b: undefined, c: 1 }, { c: 1 }],
    ["what has no words in a list", [() => 1, 2], [null, 2]],
    ["nothing at all", undefined, null],
    ["a date", new Date(0), "1970-01-01T00:00:00.000Z"],
  ])("%s", (_, value, expected) => {
    expect(plainEvidence(value)).toStrictEqual(expected);
  });

  test("a fault is its code and its place", () => {
    const fault = FormatError.limit("SOME_MAX", 5, 7);
    expect(plainEvidence([fault])).toMatchObject([{ code: "limit", offset: 7 }]);
  });
});

describe("plainEvidence cuts what is long and says how much", () => {
  test("a list at the limit is whole, one past it says so", () => {
    const at = Array.from({ length: EVIDENCE_MAX_ITEMS }, () => 0);
    expect(plainEvidence(at)).toStrictEqual(at);
    expect(plainEvidence([...at, 0, 0])).toStrictEqual([...at, { omitted: 2 }]);
  });

  test("so is a map, and a list that only counts itself when walked", () => {
    const entries = Array.from(
      { length: EVIDENCE_MAX_ITEMS + 3 },
      (_, at) => [`k${at}`, at] as const,
    );
    expect(plainEvidence(new Map(entries))).toHaveProperty("omitted", 3);
    const walked = {
      *[Symbol.iterator]() {
        for (const [key] of entries) yield key;
      },
    };
    expect(plainEvidence(walked)).toHaveProperty([EVIDENCE_MAX_ITEMS, "omitted"], 3);
  });

  test("a long list that knows its length is not walked to its end", () => {
    let walked = 0;
    const list = {
      length: 1e9,
      *[Symbol.iterator]() {
        for (;;) yield (walked += 1);
      },
    };
    expect(plainEvidence(list)).toHaveProperty(
      [EVIDENCE_MAX_ITEMS, "omitted"],
      1e9 - EVIDENCE_MAX_ITEMS,
    );
    expect(walked).toBe(EVIDENCE_MAX_ITEMS + 1);
  });

  test("a text", () => {
    const text = "x".repeat(EVIDENCE_MAX_CHARS);
    expect(plainEvidence(text)).toBe(text);
    expect(plainEvidence(`${text}yy`)).toBe(`${text}… (2 characters omitted)`);
  });

  test("what holds itself, and what is shared by two", () => {
    const loop: { again?: unknown } = {};
    loop.again = [loop];
    expect(plainEvidence(loop)).toStrictEqual({ again: [{ omitted: "it holds itself" }] });
    const shared = { a: 1 };
    expect(plainEvidence([shared, shared])).toStrictEqual([{ a: 1 }, { a: 1 }]);
  });

  test("what is nested too deep", () => {
    const nest = (levels: number): unknown => (levels === 0 ? "end" : [nest(levels - 1)]);
    expect(JSON.stringify(plainEvidence(nest(EVIDENCE_MAX_DEPTH)))).toContain("end");
    expect(JSON.stringify(plainEvidence(nest(EVIDENCE_MAX_DEPTH + 1)))).not.toContain("end");
  });

  test("values that multiply end", () => {
    let shared: unknown = "leaf";
    for (let level = 0; level < 20; level += 1) shared = [shared, shared, shared, shared];
    const leaves = JSON.stringify(plainEvidence(shared)).split("leaf").length - 1;
    expect(leaves).toBeLessThanOrEqual(EVIDENCE_MAX_VALUES);
  });
});
