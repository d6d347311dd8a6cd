import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { runSync } from "../core/driver.ts";
import { FormatError } from "../core/format-error.ts";
import type { Parsed } from "../core/parsed.ts";
import {
  safetensorsHeader,
  type SafetensorsPlan,
  type SafetensorsTensorPlan,
  sparseSafetensors,
  writeSafetensors,
} from "../kit/safetensors.ts";
import { fileSource } from "../source/file.ts";
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
      const parsed = attempt(bytes.subarray(0, length));
      if (typeof parsed === "string") {
        expect([parsed, length < 9]).toEqual(["truncated", true]);
        continue;
      }
      expect(codes(parsed)).toEqual(["truncated"]);
      const isWhole = length >= dataOffset;
      expect(parsed.complete).toBe(isWhole);
      expect(parsed.value.missingBytes).toBe(isWhole ? bytes.length - length : "unknown");
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
    const stated = (headerLength: number | bigint): readonly string[] =>
      codes(read({ header: "{}", headerLength }));
    expect(stated(100_000_000)).toEqual(["truncated"]);
    expect(stated(100_000_001)).toEqual(["limit"]);
    expect(stated(2n ** 62n)).toEqual(["limit"]);
    expect(stated(2n ** 64n - 1n)).toEqual(["limit"]);
  });

  test("with a key twice tells it, in bytes, and takes the last", () => {
    const entry = (shape: number): string =>
      `{"dtype":"U8","shape":[${shape}],"data_offsets":[0,${shape}]}`;
    const twice = `{"ä":${entry(1)},"ä":${entry(2)}}`;
    const parsed = parse(concat(writeSafetensors({ tensors: [], header: twice }), 2));
    expect(codes(parsed)).toEqual(["duplicate"]);
    expect(parsed.value.tensors.map(({ bytes }) => bytes)).toEqual([2]);
    expect(parsed.faults[0]?.offset).toBe(
      8 + Buffer.byteLength(twice.slice(0, twice.lastIndexOf('"ä"'))),
    );
  });
});

function concat(bytes: Uint8Array, zeros: number): Uint8Array {
  const longer = new Uint8Array(bytes.length + zeros);
  longer.set(bytes);
  return longer;
}

describe("metadata", () => {
  test("is strings by key", () => {
    expect(codes(read({ metadata: { a: "1" } }))).toEqual([]);
    const mixed = read({ metadata: { a: 1, b: "x", c: null } });
    expect(codes(mixed)).toEqual(["bad-field", "bad-field"]);
    expect([...mixed.value.metadata]).toEqual([["b", "x"]]);
    expect(codes(read({ metadata: ["a"] }))).toEqual(["bad-field"]);
  });
});

describe("tensors", () => {
  const entry = (text: string): readonly string[] => codes(read({ header: `{"t":${text}}` }));
  const fields = (dtype: string, shape: string, offsets: string): readonly string[] =>
    entry(`{"dtype":${dtype},"shape":${shape},"data_offsets":${offsets}}`);

  test.each([
    ["a number", "3"],
    ["no dtype", '{"shape":[0],"data_offsets":[0,0]}'],
    ["no shape", '{"dtype":"U8","data_offsets":[0,0]}'],
    ["no offsets", '{"dtype":"U8","shape":[0]}'],
  ])("that are %s", (_, text) => {
    expect(entry(text)).toEqual(["bad-field"]);
  });

  test("have a shape of whole numbers and two offsets", () => {
    expect(fields('"U8"', "[0]", "[0,0]")).toEqual([]);
    for (const shape of ["[-1]", "[0.5]", '["0"]', "[null]", "0", "[1e300]"]) {
      expect(fields('"U8"', shape, "[0,0]")).toEqual(["bad-field"]);
    }
    for (const offsets of [
      "[0]",
      "[0,0,0]",
      "[-1,0]",
      "[1,0]",
      "[0.5,1]",
      "[0,9007199254740992]",
    ]) {
      expect(fields('"U8"', "[0]", offsets)).toEqual(["bad-field"]);
    }
  });

  test("have the size of their shape, in whole bytes", () => {
    const one = (over: Partial<SafetensorsTensorPlan>): readonly string[] =>
      codes(read({ tensors: [tensor("t", over)] }));
    expect(one({ shape: [2, 3], data: new Uint8Array(24) })).toEqual([]);
    expect(one({ shape: [2, 3], data: new Uint8Array(23) })).toEqual(["bad-field"]);
    expect(one({ dtype: "F4", shape: [6] })).toEqual([]);
    expect(one({ dtype: "F4", shape: [5] })).toEqual(["bad-field"]);
  });

  test("with dimensions that overflow are told, and zero among small ones is not", () => {
    expect(fields('"U8"', "[4294967296,4294967296]", "[0,0]")).toEqual(["overflow"]);
    expect(fields('"U8"', "[18446744073709551616]", "[0,0]")).toEqual(["overflow"]);
    expect(fields('"U8"', "[4294967296,0]", "[0,0]")).toEqual([]);
    expect(fields('"U8"', "[2305843009213693951]", "[0,0]")).toEqual(["bad-field"]);
  });

  test("of unknown dtype are unsupported, and keep their place", () => {
    const parsed = read({ tensors: [tensor("a", { dtype: "Q9", shape: [4] }), tensor("b")] });
    expect([codes(parsed), parsed.complete]).toEqual([["unsupported"], false]);
    expect(parsed.value.tensors.map(({ bytes }) => bytes)).toEqual([4, 24]);
  });

  test("with names that differ in encoding only", () => {
    const names = (a: string, b: string): readonly string[] =>
      codes(read({ tensors: [tensor(a), tensor(b)] }));
    expect(names("\u00E9", "e\u0301")).toEqual(["ambiguous"]);
    expect(names("\u00E9", "e")).toEqual([]);
  });
});

describe("data", () => {
  const placed = (...offsets: readonly [number, number][]): Read => {
    const tensors = offsets.map(([start, end], index) =>
      tensor(`t${index}`, { dtype: "U8", shape: [end - start], offsets: [start, end] }),
    );
    const total = Math.max(...offsets.map(([, end]) => end));
    const header = safetensorsHeader({ tensors });
    return parse(concat(writeSafetensors({ tensors: [], header }), total));
  };

  test("is contiguous, in any order of the header", () => {
    expect(codes(placed([0, 4], [4, 9]))).toEqual([]);
    const turned = placed([4, 9], [0, 4], [4, 4]);
    expect([codes(turned), turned.value.tensors.map(({ name }) => name)]).toEqual([
      [],
      ["t1", "t2", "t0"],
    ]);
  });

  test("has no overlap", () => {
    expect(codes(placed([0, 4], [3, 9]))).toEqual(["overlap"]);
    expect(codes(placed([0, 9], [3, 4]))).toEqual(["overlap"]);
  });

  test("has no hole, and a hole is told as unclaimed", () => {
    const hole = placed([0, 4], [5, 9]);
    const at = hole.value.dataOffset + 4;
    expect([codes(hole), hole.unclaimed]).toEqual([["gap"], [{ start: at, end: at + 1 }]]);
    expect(codes(placed([1, 4]))).toEqual(["gap"]);
  });

  test("ends where the file ends", () => {
    const longer = read({ tensors: [tensor("t")], trailing: new Uint8Array(3) });
    const end = longer.value.dataOffset + 24;
    expect([codes(longer), longer.unclaimed]).toEqual([["gap"], [{ start: end, end: end + 3 }]]);
    expect(longer.complete).toBe(true);
  });

  test("of 100 GB costs no more than the header", () => {
    const folder = mkdtempSync(join(tmpdir(), "safetensors-"));
    const path = join(folder, "large.safetensors");
    const tensors = [tensor("a", { shape: [100_000, 250_000] }), tensor("b")];
    const size = sparseSafetensors(path, { tensors });
    const source = fileSource(path, "large");
    try {
      const { value, faults } = runSync(readSafetensors(source.size), source);
      expect([faults, value.dataEnd, size > 100e9]).toEqual([[], size, true]);
      expect(statSync(path).blocks * 512).toBeLessThan(1_000_000);
    } finally {
      source.close();
      rmSync(folder, { recursive: true });
    }
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
