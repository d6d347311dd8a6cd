import { describe, expect, test } from "vitest";

import { runSync } from "../core/driver.ts";
import type { Parsed } from "../core/parsed.ts";
import { type GgufPairPlan, type GgufPlan, pair, writeGguf } from "../kit/gguf.ts";
import { memorySource } from "../source/memory.ts";
import type { GgufLimits } from "./limits.ts";
import { type GgufFile, readGguf } from "./parse.ts";

const HUGE = 2n ** 62n;

const read = (plan: Partial<GgufPlan>, limits: Partial<GgufLimits> = {}): Parsed<GgufFile> => {
  const bytes = writeGguf({ metadata: [], tensors: [], ...plan });
  return runSync(readGguf(bytes.length, limits), memorySource(bytes));
};

const codes = (parsed: Parsed<unknown>): readonly string[] => parsed.faults.map(({ code }) => code);
const limitOf = (parsed: Parsed<unknown>): string | undefined => parsed.faults.at(-1)?.limit?.name;

const strings = (...items: (string | Uint8Array)[]): GgufPairPlan => ({
  key: "s",
  value: { type: "array", values: { of: "string", items } },
});

const boolPair = (value: number): GgufPairPlan => ({ key: "b", value: { type: "bool", value } });

const boolList = (items: number[]): GgufPairPlan => ({
  key: "b",
  value: { type: "array", values: { of: "bool", items } },
});

describe("keys", () => {
  test("that occur again keep the first value and tell the others", () => {
    const metadata = [pair("k", "u8", 1), pair("k", "u8", 2), pair("k", "string", "x")];
    const parsed = read({ metadata });
    expect(codes(parsed)).toEqual(["duplicate", "duplicate"]);
    expect(parsed.value.metadata.get("k")?.value).toBe(1);
    expect(parsed.value.repeated.map(({ value }) => value.value)).toEqual([2, "x"]);
    expect(codes(read({ metadata: [pair("k", "u8", 1), pair("K", "u8", 2)] }))).toEqual([]);
  });

  test("that are empty, hold a NUL or are not UTF-8", () => {
    expect(codes(read({ metadata: [pair("", "u8", 1)] }))).toEqual(["bad-field"]);
    expect(codes(read({ metadata: [pair("a\0b", "u8", 1)] }))).toEqual(["ambiguous"]);
    const broken = { ...pair("", "u8", 1), key: new Uint8Array([0x61, 0xff]) };
    const parsed = read({ metadata: [broken] });
    expect(codes(parsed)).toEqual(["bad-encoding"]);
    expect([...parsed.value.metadata.keys()]).toEqual(["a\uFFFD"]);
    expect(codes(read({ metadata: [pair("__proto__", "u8", 1)] }))).toEqual([]);
  });
});

describe("values", () => {
  test("of no type end the reading and keep what came before", () => {
    const metadata = [pair("a", "u8", 1), { ...pair("b", "u8", 2), typeId: 13 }];
    const parsed = read({ metadata });
    expect([codes(parsed), parsed.complete]).toEqual([["bad-field"], false]);
    expect([...parsed.value.metadata.keys()]).toEqual(["a"]);
    expect(parsed.value.dataOffset).toBe("unknown");
  });

  test("of truth are 0 or 1", () => {
    expect(codes(read({ metadata: [boolPair(1)] }))).toEqual([]);
    expect(codes(read({ metadata: [boolPair(2)] }))).toEqual(["bad-field"]);
    expect(codes(read({ metadata: [boolList([0, 1])] }))).toEqual([]);
    expect(codes(read({ metadata: [boolList([0, 1, 2, 3])] }))).toEqual(["bad-field"]);
  });

  test("that are not UTF-8 can still be had", () => {
    const value = { type: "string", value: new Uint8Array([0xff, 0x41]) } as const;
    const parsed = read({ metadata: [{ key: "k", value }] });
    expect(codes(parsed)).toEqual(["bad-encoding"]);
    expect(parsed.value.metadata.get("k")?.value).toBe("\uFFFDA");
    const array = read({ metadata: [strings(new Uint8Array([0xff]), "b")] }).value.metadata.get(
      "s",
    );
    if (array?.type !== "array" || array.of !== "string") throw new TypeError("no strings");
    expect(array.value.bytesAt(0)).toEqual(Buffer.from([0xff]));
    expect([array.value.at(0), array.value.at(1), array.value.at(2)]).toEqual([
      "\uFFFD",
      "b",
      undefined,
    ]);
    expect([array.value.at(-1), array.value.bytesAt(2)]).toEqual([undefined, undefined]);
  });
});

describe("arrays of arrays", () => {
  type Nested = Extract<GgufPairPlan["value"], { type: "array" }>;
  const nest = (depth: number): Nested =>
    depth === 0
      ? { type: "array", values: { of: "string", items: ["x", "y"] } }
      : { type: "array", values: { of: "array", items: [nest(depth - 1), nest(depth - 1)] } };
  const after = pair("after", "u8", 1);

  test("are stepped over, so that what follows is found", () => {
    const parsed = read({ metadata: [{ key: "k", value: nest(4) }, after] });
    expect([codes(parsed), parsed.complete]).toEqual([["bad-field"], false]);
    expect([...parsed.value.metadata.keys()]).toEqual(["after"]);
  });

  test("are not followed for ever", () => {
    const parsed = read({ metadata: [{ key: "k", value: nest(5) }, after] });
    expect(limitOf(parsed)).toBe("GGUF_MAX_ARRAY_DEPTH");
    const values = { of: "array", items: Array.from({ length: 65_537 }, () => nest(0)) } as const;
    const wide = read({ metadata: [{ key: "k", value: { type: "array", values } }, after] });
    expect(limitOf(wide)).toBe("GGUF_MAX_ARRAYS_SKIPPED");
  });
});

describe("counts that lie", () => {
  test.each<[string, Partial<GgufPlan>, string]>([
    ["pairs", { pairCount: HUGE }, "GGUF_MAX_KV"],
    ["tensors", { tensorCount: HUGE }, "GGUF_MAX_TENSORS"],
    ["a key", { metadata: [{ ...pair("k", "u8", 1), keyLength: HUGE }] }, "GGUF_MAX_STRING"],
    [
      "a string",
      { metadata: [{ key: "k", value: { type: "string", value: "", length: HUGE } }] },
      "GGUF_MAX_STRING",
    ],
    [
      "an array",
      {
        metadata: [
          { key: "k", value: { type: "array", count: HUGE, values: { of: "u8", items: [] } } },
        ],
      },
      "GGUF_MAX_ARRAY",
    ],
    [
      "a string in an array",
      {
        metadata: [
          {
            key: "k",
            value: { type: "array", typeId: 8, values: { of: "u64", items: [HUGE] } },
          },
        ],
      },
      "GGUF_MAX_STRING",
    ],
  ])("%s: 2^62", (_, plan, name) => {
    const parsed = read(plan);
    expect([codes(parsed), limitOf(parsed), parsed.complete]).toEqual([["limit"], name, false]);
  });

  test("below the limits but past the end take no memory", () => {
    const count = 16_777_216;
    for (const of of ["string", "f64"] as const) {
      const value = { type: "array", count, values: { of, items: [] } } as const;
      const before = process.memoryUsage().arrayBuffers;
      expect(codes(read({ metadata: [{ key: "k", value }] }))).toEqual(["truncated"]);
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000);
    }
    expect(codes(read({ tensorCount: 1_000_000 }))).toEqual(["truncated"]);
  });
});

describe("limits, at and past", () => {
  const tensor = { name: "t", type: "F32", dims: [1] };
  const floats: GgufPairPlan = {
    key: "f",
    value: { type: "array", values: { of: "f32", items: [1, 2, 3] } },
  };

  test.each<[keyof GgufLimits, number, Partial<GgufPlan>, string]>([
    ["kv", 2, { metadata: [pair("a", "u8", 1), pair("b", "u8", 1)] }, "GGUF_MAX_KV"],
    ["tensors", 1, { tensors: [tensor] }, "GGUF_MAX_TENSORS"],
    ["string", 5, { metadata: [pair("k", "string", "hello")] }, "GGUF_MAX_STRING"],
    ["string", 5, { metadata: [strings("a", "hello")] }, "GGUF_MAX_STRING"],
    ["array", 3, { metadata: [floats] }, "GGUF_MAX_ARRAY"],
    ["array", 2, { metadata: [strings("a", "b")] }, "GGUF_MAX_ARRAY"],
    // 24 bytes of preamble, key 9, type 4, array type and count 12, then the elements.
    ["header", 61, { metadata: [floats] }, "GGUF_MAX_HEADER"],
    ["header", 67, { metadata: [strings("a", "b")] }, "GGUF_MAX_HEADER"],
  ])("%s: %i", (limit, value, plan, name) => {
    expect(codes(read(plan, { [limit]: value }))).toEqual([]);
    const past = read(plan, { [limit]: value - 1 });
    expect([codes(past), limitOf(past)]).toEqual([["limit"], name]);
    expect(past.faults[0]?.limit?.value).toBe(value - 1);
  });

  test("tensors past their limit leave the metadata", () => {
    const parsed = read({ metadata: [pair("a", "u8", 1)], tensors: [tensor] }, { tensors: 0 });
    expect([parsed.value.metadata.size, parsed.value.tensors.length]).toEqual([1, 0]);
  });

  test("faults", () => {
    const metadata = Array.from({ length: 4 }, () => pair("k", "u8", 1));
    const exact = read({ metadata }, { faults: 3 });
    expect([codes(exact).length, exact.complete]).toEqual([3, true]);
    const past = read({ metadata }, { faults: 2 });
    expect([codes(past), past.complete]).toEqual([["duplicate", "duplicate", "limit"], false]);
  });

  test("faults past their limit still tell why reading ended", () => {
    const metadata = [
      ...Array.from({ length: 3 }, () => pair("k", "u8", 1)),
      { ...pair("b", "u8", 1), typeId: 99 },
    ];
    expect(codes(read({ metadata }, { faults: 1 }))).toEqual(["duplicate", "limit", "bad-field"]);
  });
});
