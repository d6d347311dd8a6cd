import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { runSync } from "../core/driver.ts";
import { FormatError } from "../core/format-error.ts";
import type { Parsed } from "../core/parsed.ts";
import { type GgufPairPlan, type GgufPlan, pair, writeGguf } from "../kit/gguf.ts";
import { tinyLlama } from "../kit/tiny-llama.ts";
import { memorySource } from "../source/memory.ts";
import type { GgufLimits } from "./limits.ts";
import { type GgufFile, readGguf } from "./parse.ts";
import type { GgufValue } from "./values.ts";

const read = (
  bytes: Uint8Array,
  limits: Partial<GgufLimits> = {},
  window?: number,
): Parsed<GgufFile> => runSync(readGguf(bytes.length, limits), memorySource(bytes), window);

const codes = (parsed: Parsed<unknown>): readonly string[] => parsed.faults.map(({ code }) => code);

/** An array's elements, whatever holds them. */
const elements = (entry: GgufValue | undefined): readonly unknown[] =>
  entry?.type === "array" ? [...entry.value] : [];

/** Everything a reading says, as plain data. */
const plain = ({ value, faults, complete, unclaimed }: Parsed<GgufFile>): unknown => ({
  ...value,
  metadata: [...value.metadata].map(([key, entry]) => [key, entry, elements(entry)]),
  faults: faults.map(({ code, offset }) => [code, offset]),
  complete,
  unclaimed,
});

const rich: GgufPlan = {
  metadata: [
    pair("general.architecture", "string", "llama"),
    pair("a.u8", "u8", 255),
    pair("a.i8", "i8", -1),
    pair("a.u16", "u16", 65_535),
    pair("a.i16", "i16", -2),
    pair("a.u32", "u32", 4_294_967_295),
    pair("a.i32", "i32", -3),
    pair("a.f32", "f32", 0.5),
    pair("a.f64", "f64", 0.1),
    pair("a.bool", "bool", true),
    { key: "a.u64", value: { type: "u64", value: 2n ** 64n - 1n } },
    { key: "a.i64", value: { type: "i64", value: -4n } },
    list("b.strings", { of: "string", items: ["", "ä", "\uFEFFx", "three"] }),
    list("b.u16", { of: "u16", items: [1, 2, 3] }),
    list("b.f32", { of: "f32", items: [1.5, -2.5] }),
    list("b.i64", { of: "i64", items: [-1n, 2n ** 62n] }),
    list("b.bool", { of: "bool", items: [true, false] }),
    list("b.empty", { of: "string", items: [] }),
  ],
  tensors: [
    { name: "a.weight", type: "F32", dims: [3, 5] },
    { name: "b.weight", type: "Q4_K", dims: [512, 2, 3] },
    { name: "scalar", type: "I8", dims: [] },
  ],
};

function list(
  key: string,
  values: Extract<GgufPairPlan["value"], { type: "array" }>["values"],
): GgufPairPlan {
  return { key, value: { type: "array", values } };
}

describe("a sound file", () => {
  test("tells every value type", () => {
    const { value, faults, complete, unclaimed } = read(writeGguf(rich));
    const get = (key: string): unknown => value.metadata.get(key)?.value;
    expect(faults).toEqual([]);
    expect([complete, unclaimed]).toEqual([true, []]);
    expect([get("a.u8"), get("a.i8"), get("a.u16"), get("a.i16")]).toEqual([255, -1, 65_535, -2]);
    expect([get("a.u32"), get("a.i32")]).toEqual([4_294_967_295, -3]);
    expect([get("a.f32"), get("a.f64"), get("a.bool")]).toEqual([0.5, 0.1, true]);
    expect([get("a.u64"), get("a.i64")]).toEqual([2n ** 64n - 1n, -4n]);
    expect(get("b.u16")).toEqual(new Uint16Array([1, 2, 3]));
    expect(get("b.f32")).toEqual(new Float32Array([1.5, -2.5]));
    expect(get("b.i64")).toEqual(new BigInt64Array([-1n, 2n ** 62n]));
    expect(get("b.bool")).toEqual(new Uint8Array([1, 0]));
    expect(elements(value.metadata.get("b.strings"))).toEqual(["", "ä", "\uFEFFx", "three"]);
    expect(elements(value.metadata.get("b.empty"))).toEqual([]);
  });

  test("tells tensors and their place", () => {
    const bytes = writeGguf(rich);
    const { value } = read(bytes);
    expect(value.tensors).toMatchObject([
      { name: "a.weight", type: "F32", typeId: 0, dims: [3, 5], offset: 0, bytes: 60 },
      { name: "b.weight", type: "Q4_K", typeId: 12, dims: [512, 2, 3], offset: 64, bytes: 1_728 },
      { name: "scalar", type: "I8", dims: [], offset: 1_792, bytes: 1 },
    ]);
    expect(value.dataOffset).toBe(bytes.length - 1_824);
    expect(value.dataEnd).toBe(bytes.length - 31);
    expect([value.version, value.byteOrder, value.alignment]).toEqual([3, "little", 32]);
  });

  test("tells where a string lies", () => {
    const bytes = writeGguf(rich);
    const at = read(bytes).value.metadata.get("general.architecture")?.offset ?? 0;
    expect(new TextDecoder().decode(bytes.subarray(at, at + 5))).toBe("llama");
  });

  test("reads the same in the other byte order, and in version 2", () => {
    const little = read(writeGguf(rich)).value;
    const big = read(writeGguf({ ...rich, byteOrder: "big" }));
    expect(big.faults).toEqual([]);
    expect(big.value).toEqual({ ...little, byteOrder: "big" });
    expect(read(writeGguf({ ...rich, version: 2 })).value).toEqual({ ...little, version: 2 });
  });

  test("is a tiny model", () => {
    const { value, faults } = read(tinyLlama({ chatTemplate: "{{ x }}", licence: "mit" }));
    expect(faults).toEqual([]);
    expect(value.metadata.get("tokenizer.chat_template")).toMatchObject({ value: "{{ x }}" });
    expect(value.tensors).toHaveLength(12);
    expect(tinyLlama({ seed: 2 })).not.toEqual(tinyLlama());
    expect(tinyLlama({ seed: 2 })).toEqual(tinyLlama({ seed: 2 }));
  });

  test("may hold nothing", () => {
    const parsed = read(writeGguf({ metadata: [], tensors: [] }));
    expect([parsed.faults, parsed.complete, parsed.value.dataEnd]).toEqual([[], true, 24]);
  });
});

describe("any way of reading", () => {
  test("gives the same from windows of 1, 7 and 65,536 bytes", () => {
    for (const bytes of [writeGguf(rich), writeGguf({ ...rich, byteOrder: "big" })]) {
      const whole = plain(read(bytes, {}, bytes.length));
      for (const window of [1, 7, 65_536]) expect(plain(read(bytes, {}, window))).toEqual(whole);
    }
  });

  test("reads strings that cross the bounds of a chunk", () => {
    const items = Array.from({ length: 9_000 }, (_, index) => "x".repeat(index % 41));
    const long = ["y".repeat(200_000), "z"];
    const plan = {
      metadata: [list("k", { of: "string", items: [...items, ...long] })],
      tensors: [],
    };
    const { value, faults } = read(writeGguf(plan));
    expect(faults).toEqual([]);
    expect(elements(value.metadata.get("k"))).toEqual([...items, ...long]);
  });

  test("cut at every offset throws nothing but FormatError, and keeps what came before", () => {
    const bytes = writeGguf(rich);
    // The last record: a name of 6 bytes and its length, no dimension, type and offset.
    const headerEnd = (read(bytes).value.tensors.at(-1)?.infoOffset ?? 0) + 30;
    for (let length = 0; length < bytes.length - 31; length += 1) {
      const parsed = attempt(bytes.subarray(0, length));
      const isHeader = length < headerEnd;
      expect(summary(parsed)).toEqual(
        length < 8
          ? "truncated"
          : {
              codes: ["truncated"],
              architecture: length >= 69,
              complete: !isHeader,
              missing: isHeader ? "unknown" : bytes.length - 31 - length,
            },
      );
    }
    expect(codes(read(bytes.subarray(0, bytes.length - 31)))).toEqual([]);
  });

  test("with a byte flipped throws nothing but FormatError", () => {
    const bytes = writeGguf(rich);
    const header = bytes.length - 1_824;
    fc.assert(
      fc.property(fc.nat(header - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const bent = bytes.slice();
        bent[at] = (bent[at] ?? 0) ^ mask;
        attempt(bent);
      }),
      { numRuns: 300 },
    );
  });

  test("what is written is what is read", () => {
    const key = fc
      .string({ minLength: 1, maxLength: 12 })
      .map((text) => text.replaceAll("\0", "0"));
    const pairs = fc.uniqueArray(fc.tuple(key, fc.string({ unit: "grapheme" })), {
      selector: ([name]) => name,
      maxLength: 5,
    });
    fc.assert(
      fc.property(pairs, fc.constantFrom(1, 7, 65_536), (entries, window) => {
        const metadata = entries.map(([name, text]) => pair(name, "string", text));
        const { value, faults } = read(writeGguf({ metadata, tensors: [] }), {}, window);
        expect(faults).toEqual([]);
        expect([...value.metadata].map(([name, entry]) => [name, entry.value])).toEqual(entries);
      }),
      { numRuns: 50 },
    );
  });
});

function attempt(bytes: Uint8Array): Parsed<GgufFile> | string {
  try {
    return read(bytes, {}, 64);
  } catch (error) {
    if (FormatError.isInstance(error)) return error.code;
    throw error;
  }
}

function summary(parsed: Parsed<GgufFile> | string): unknown {
  if (typeof parsed === "string") return parsed;
  return {
    codes: codes(parsed),
    architecture: parsed.value.metadata.has("general.architecture"),
    complete: parsed.complete,
    missing: parsed.value.missingBytes,
  };
}

describe("what is no GGUF of ours", () => {
  test.each([
    ["GGUX", 3, "bad-magic"],
    ["lmgg", 3, "unsupported"],
    ["tjgg", 3, "unsupported"],
    ["GGUF", 0, "bad-version"],
    ["GGUF", 1, "unsupported"],
    ["GGUF", 4, "bad-version"],
    ["GGUF", 0x0100_0000, "unsupported"],
    ["GGUF", 0x0400_0000, "bad-version"],
  ])("%s version %i", (magic, version, code) => {
    expect(attempt(writeGguf({ metadata: [], tensors: [], magic, version }))).toBe(code);
  });
});
