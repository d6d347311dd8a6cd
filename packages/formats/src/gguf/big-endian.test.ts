import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { runSync } from "../core/driver.ts";
import { FormatError } from "../core/format-error.ts";
import type { Parsed } from "../core/parsed.ts";
import { type GgufPlan, pair, writeGguf } from "../kit/gguf.ts";
import { memorySource } from "../source/memory.ts";
import { type GgufFile, readGguf } from "./parse.ts";
import type { GgufValue } from "./values.ts";

/**
 * As the gguf package 0.19.0 of Python writes it (read 2026-11-25): `GGUFWriter(path, "llama",
 * endianess=GGUFEndian.BIG)`, `add_uint64("a.u64", 2**40 + 1)`, `add_float64("a.f64", 0.1)`,
 * `add_int16("a.i16", -2)`, `add_array("a.list", [1.5, -2.0])`, `add_array("a.words", ["x", "ä"])`, and the
 * tensors `t.weight` [[1, 2], [3, 4]] in float32 and `h.weight` [1, 2, 3] in float16.
 */
const WRITTEN = Uint8Array.from(
  Buffer.from(
    "474755460000000300000000000000020000000000000006000000000000001467656e6572616c2e617263686974" +
      "6563747572650000000800000000000000056c6c616d610000000000000005612e7536340000000a000001000000" +
      "00010000000000000005612e6636340000000c3fb999999999999a0000000000000005612e69313600000003fffe" +
      "0000000000000006612e6c697374000000090000000600000000000000023fc00000c00000000000000000000007" +
      "612e776f726473000000090000000800000000000000020000000000000001780000000000000002c3a400000000" +
      "00000008742e77656967687400000002000000000000000200000000000000020000000000000000000000000000" +
      "000000000008682e7765696768740000000100000000000000030000000100000000000000200000000000003f80" +
      "0000400000004040000040800000000000000000000000000000000000003c004000420000000000000000000000" +
      "00000000000000000000000000000000",
    "hex",
  ),
);

const read = (bytes: Uint8Array, window?: number): Parsed<GgufFile> =>
  runSync(readGguf(bytes.length), memorySource(bytes), window);

function shown(entry: GgufValue): unknown {
  return entry.type === "array" ? [...entry.value] : entry.value;
}

describe("a file of the reference writer", () => {
  test.each([1, 7, 65_536])("reads in windows of %i", (window) => {
    const { value, faults, complete, unclaimed } = read(WRITTEN, window);
    expect([faults, complete, unclaimed, value.byteOrder]).toEqual([[], true, [], "big"]);
    expect([...value.metadata].map(([key, entry]) => [key, shown(entry)])).toEqual([
      ["general.architecture", "llama"],
      ["a.u64", 2n ** 40n + 1n],
      ["a.f64", 0.1],
      ["a.i16", -2],
      ["a.list", [1.5, -2]],
      ["a.words", ["x", "ä"]],
    ]);
    expect(value.tensors).toMatchObject([
      { name: "t.weight", type: "F32", dims: [2, 2], offset: 0, bytes: 16 },
      { name: "h.weight", type: "F16", dims: [3], offset: 32, bytes: 6 },
    ]);
    const data = new DataView(WRITTEN.buffer, WRITTEN.byteOffset + Number(value.dataOffset));
    expect([0, 4, 8, 12].map((at) => data.getFloat32(at))).toEqual([1, 2, 3, 4]);
  });

  test("cut at any offset, keeps to its codes", () => {
    for (let end = 8; end < 358; end += 1) {
      const { faults } = read(WRITTEN.subarray(0, end));
      expect(faults.map(({ code }) => code)).toContain("truncated");
    }
    expect(read(WRITTEN.subarray(0, 358)).faults).toEqual([]);
  });
});

/** The version field as it stands in the file, and what becomes of it. */
function outcome(...version: readonly number[]): string {
  const bytes = WRITTEN.slice();
  bytes.set(version, 4);
  try {
    const { value } = read(bytes);
    return `${value.byteOrder} ${value.version}`;
  } catch (error) {
    if (!FormatError.isInstance(error)) throw error;
    return error.code;
  }
}

test.each([
  ["big 3", [0, 0, 0, 3]],
  ["big 2", [0, 0, 0, 2]],
  ["unsupported", [0, 0, 0, 1]],
  ["bad-version", [0, 0, 0, 4]],
  ["bad-version", [0, 0, 0, 0]],
  ["bad-version", [0, 0, 1, 0]],
  ["little 3", [3, 0, 0, 0]],
])("%s", (expected, version) => {
  expect(outcome(...version)).toBe(expected);
});

/** What a reading says, but for the byte order. */
function told(plan: GgufPlan): unknown {
  const { value, faults, complete, unclaimed } = read(writeGguf(plan));
  const metadata = [...value.metadata].map(([key, entry]) => [key, entry.type, shown(entry)]);
  const codes = faults.map(({ code, offset, message }) => [code, offset, message]);
  return { ...value, byteOrder: undefined, metadata, codes, complete, unclaimed };
}

test("whatever lies, lies in either order alike", () => {
  const tensor = fc.record({
    name: fc.constantFrom("a", "b", "c.weight"),
    type: fc.constantFrom("F32", "Q4_0", "I8", "BF16"),
    dims: fc.array(fc.constantFrom(0, 1, 32, 2 ** 40), { maxLength: 5 }),
    offset: fc.constantFrom(0, 32, 64, 2n ** 60n),
    data: fc.uint8Array({ maxLength: 40 }),
  });
  const plans = fc.record({
    alignment: fc.constantFrom(16, 32, 33, 64),
    count: fc.constantFrom(2, 2n ** 40n),
    tensors: fc.array(tensor, { maxLength: 3 }),
  });
  fc.assert(
    fc.property(plans, ({ alignment, count, tensors }) => {
      const items = [1, -2];
      const plan: GgufPlan = {
        metadata: [
          pair("general.alignment", "u32", alignment),
          { key: "k", value: { type: "array", values: { of: "i32", items }, count } },
        ],
        tensors,
      };
      expect(told({ ...plan, byteOrder: "big" })).toEqual(told({ ...plan, byteOrder: "little" }));
    }),
  );
});
