import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { runSync } from "../core/driver.ts";
import { FormatError } from "../core/format-error.ts";
import type { Parsed } from "../core/parsed.ts";
import {
  type SafetensorsPlan,
  type SafetensorsTensorPlan,
  writeSafetensors,
} from "../kit/safetensors.ts";
import { memorySource } from "../source/memory.ts";
import type { SafetensorsLimits } from "./limits.ts";
import { readSafetensors } from "./parse.ts";
import { SAFETENSORS_DTYPE_BITS, type SafetensorsFile } from "./types.ts";

type Read = Parsed<SafetensorsFile>;

const parse = (bytes: Uint8Array, limits: Partial<SafetensorsLimits> = {}, window?: number): Read =>
  runSync(readSafetensors(bytes.length, limits), memorySource(bytes), window);
const read = (plan: Partial<SafetensorsPlan>, limits?: Partial<SafetensorsLimits>): Read =>
  parse(writeSafetensors({ tensors: [], ...plan }), limits);
const codes = ({ faults }: Parsed<unknown>): readonly string[] => faults.map(({ code }) => code);

const tensor = (
  name: string,
  over: Partial<SafetensorsTensorPlan> = {},
): SafetensorsTensorPlan => ({
  name,
  dtype: "F32",
  shape: [2, 3],
  ...over,
});

function attempt(bytes: Uint8Array, window?: number): Read | string {
  try {
    return parse(bytes, {}, window);
  } catch (error) {
    if (FormatError.isInstance(error)) return error.code;
    throw error;
  }
}

const summary = (parsed: Read | string): unknown =>
  typeof parsed === "string"
    ? parsed
    : { codes: codes(parsed), complete: parsed.complete, missing: parsed.value.missingBytes };

const sound: SafetensorsPlan = {
  metadata: { format: "pt", ä: "ö" },
  tensors: [
    tensor("b"),
    tensor("a", { dtype: "BF16" }),
    tensor("scalar", { shape: [] }),
    tensor("empty", { shape: [0, 4] }),
    tensor("packed", { dtype: "F6_E2M3", shape: [4] }),
  ],
};

const statedLength = (headerLength: number | bigint): readonly string[] =>
  codes(read({ header: "{}", headerLength }));

const byteEntry = (shape: number): string =>
  `{"dtype":"U8","shape":[${shape}],"data_offsets":[0,${shape}]}`;

describe("a sound file", () => {
  test("tells metadata, tensors and their place", () => {
    const bytes = writeSafetensors(sound);
    const { value, faults, complete, unclaimed } = parse(bytes);
    expect([faults, complete, unclaimed]).toEqual([[], true, []]);
    expect([...value.metadata]).toEqual([
      ["format", "pt"],
      ["ä", "ö"],
    ]);
    expect(value.tensors.map(({ name, offset, bytes }) => [name, offset, bytes])).toEqual([
      ["b", 0, 24],
      ["a", 24, 12],
      ["scalar", 36, 4],
      ["empty", 40, 0],
      ["packed", 40, 3],
    ]);
    expect(value.tensors[0]).toMatchObject({ dtype: "F32", shape: [2, 3] });
    expect([value.dataOffset, value.dataEnd]).toEqual([bytes.length - 43, bytes.length]);
    expect([value.headerBytes % 8, value.missingBytes]).toEqual([0, 0]);
  });

  test("may hold nothing, and white space around", () => {
    expect(codes(read({ header: "{}" }))).toEqual([]);
    expect(codes(read({ header: " \n{} " }))).toEqual([]);
  });

  test("knows each dtype by its size", () => {
    for (const [dtype, bits] of SAFETENSORS_DTYPE_BITS) {
      const { value, faults } = read({ tensors: [tensor("t", { dtype, shape: [4] })] });
      expect([faults, value.tensors[0]?.bytes]).toEqual([[], bits / 2]);
    }
  });
});

describe("any way of reading", () => {
  test("gives the same from windows of 1, 7 and 65,536 bytes", () => {
    const bytes = writeSafetensors(sound);
    for (const window of [1, 7, 65_536]) expect(parse(bytes, {}, window)).toEqual(parse(bytes));
  });

  test("cut at every offset throws nothing but FormatError, and tells what is missing", () => {
    const bytes = writeSafetensors(sound);
    const { dataOffset } = parse(bytes).value;
    for (let length = 0; length < bytes.length; length += 1) {
      const whole = [true, bytes.length - length];
      const [complete, missing] = length >= dataOffset ? whole : [false, "unknown"];
      expect(summary(attempt(bytes.subarray(0, length)))).toEqual(
        length < 9 ? "truncated" : { codes: ["truncated"], complete, missing },
      );
    }
  });

  test("with a byte flipped throws nothing but FormatError", () => {
    const bytes = writeSafetensors(sound);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const bent = bytes.slice();
        bent[at] = (bent[at] ?? 0) ^ mask;
        attempt(bent, 64);
      }),
      { numRuns: 300 },
    );
  });
});

describe("the header", () => {
  test("is an object after a length, or the file is another format", () => {
    expect(attempt(writeSafetensors({ tensors: [], header: "[]" }))).toBe("bad-magic");
    expect(attempt(writeSafetensors({ tensors: [], header: "{}", headerLength: 1 }))).toBe(
      "bad-magic",
    );
    expect(attempt(new Uint8Array(64))).toBe("bad-magic");
    expect(attempt(new Uint8Array(8))).toBe("truncated");
  });

  test("that is not JSON is kept as a fault", () => {
    const parsed = read({ header: "{]" });
    expect([codes(parsed), parsed.complete]).toEqual([["bad-encoding"], false]);
    expect(parsed.faults[0]?.offset).toBe(9);
    expect(codes(read({ header: new Uint8Array([0x7b, 0xff, 0x7d]) }))).toEqual(["bad-encoding"]);
    expect(codes(read({ header: " []" }))).toEqual(["bad-field"]);
  });

  test("of the greatest length is read, of one more is not", () => {
    const bytes = writeSafetensors(sound);
    const { headerBytes } = parse(bytes).value;
    expect(codes(parse(bytes, { header: headerBytes }))).toEqual([]);
    const past = parse(bytes, { header: headerBytes - 1 });
    expect([codes(past), past.complete]).toEqual([["limit"], false]);
    expect(past.faults[0]?.limit).toEqual({
      name: "SAFETENSORS_MAX_HEADER",
      value: headerBytes - 1,
    });
  });

  test("of 100,000,000 bytes is within the limit, of 100,000,001 is not", () => {
    expect(statedLength(100_000_000)).toEqual(["truncated"]);
    expect(statedLength(100_000_001)).toEqual(["limit"]);
    expect(statedLength(2n ** 62n)).toEqual(["limit"]);
    expect(statedLength(2n ** 64n - 1n)).toEqual(["limit"]);
  });

  test("with a key twice tells it, in bytes, and takes the last", () => {
    const twice = `{"ä":${byteEntry(1)},"ä":${byteEntry(2)}}`;
    const parsed = read({ header: twice, trailing: new Uint8Array(2) });
    expect(codes(parsed)).toEqual(["duplicate"]);
    expect(parsed.value.tensors.map(({ bytes }) => bytes)).toEqual([2]);
    expect(parsed.faults[0]?.offset).toBe(
      8 + Buffer.byteLength(twice.slice(0, twice.lastIndexOf('"ä"'))),
    );
  });
});

test("a key twice within a key twice is told at its own byte", () => {
  const inner = '{"ä":0,"ä":0}';
  const parsed = read({ header: `{"__metadata__":{},"__metadata__":${inner}}` });
  const outer = '{"__metadata__":{},';
  expect(
    parsed.faults.filter(({ code }) => code === "duplicate").map(({ offset }) => offset),
  ).toEqual([8 + outer.length, 8 + `${outer}"__metadata__":{"a1":0,`.length]);
});

describe("metadata", () => {
  test("is strings by key", () => {
    expect(codes(read({ metadata: { a: "1" } }))).toEqual([]);
    const mixed = read({ metadata: { a: 1, b: "x", c: null } });
    expect(codes(mixed)).toEqual(["bad-field", "bad-field"]);
    expect([...mixed.value.metadata]).toEqual([["b", "x"]]);
    expect(codes(read({ metadata: ["a"] }))).toEqual(["bad-field"]);
  });
});

describe("many faults", () => {
  test("are told up to the limit", () => {
    const tensors = Array.from({ length: 3 }, (_, index) => tensor(`t${index}`, { dtype: "Q9" }));
    expect(codes(read({ tensors }, { faults: 3 }))).toHaveLength(3);
    const past = read({ tensors }, { faults: 2 });
    expect([codes(past), past.complete]).toEqual([["unsupported", "unsupported", "limit"], false]);
  });
});
