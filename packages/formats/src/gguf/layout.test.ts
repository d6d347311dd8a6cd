import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { runSync } from "../core/driver.ts";
import type { Parsed } from "../core/parsed.ts";
import { type GgufPlan, type GgufTensorPlan, pair, sparseGguf, writeGguf } from "../kit/gguf.ts";
import { fileSource } from "../source/file.ts";
import { memorySource } from "../source/memory.ts";
import { type GgufFile, readGguf } from "./parse.ts";
import { GGML_TYPES } from "./types.ts";

const parse = (bytes: Uint8Array): Parsed<GgufFile> =>
  runSync(readGguf(bytes.length), memorySource(bytes));
const read = (tensors: readonly GgufTensorPlan[], plan: Partial<GgufPlan> = {}): Parsed<GgufFile> =>
  parse(writeGguf({ metadata: [], tensors, ...plan }));
const codes = (parsed: Parsed<unknown>): readonly string[] => parsed.faults.map(({ code }) => code);

const tensor = (name: string, over: Partial<GgufTensorPlan> = {}): GgufTensorPlan => ({
  name,
  type: "F32",
  dims: [8],
  ...over,
});

const blocksWith = (offset: number): Parsed<GgufFile> =>
  read([
    tensor("a", { type: "Q8_0", dims: [32 * 16] }),
    tensor("b", { type: "Q8_0", dims: [32 * 16], offset }),
    tensor("c", { offset: 1_088 + offset - 544 }),
  ]);

const afterUnknown = (offset: number): readonly string[] =>
  codes(read([tensor("a", { typeId: 77 }), tensor("b", { offset, dims: [1] })]));

const aligned = (alignment: number): Partial<GgufPlan> => ({
  metadata: [pair("general.alignment", "u32", alignment)],
  alignment,
});

const hiddenBy = (alignment: number): readonly unknown[] =>
  read([tensor("a")], aligned(alignment)).unclaimed;

describe("names", () => {
  test("have at most 63 bytes", () => {
    expect(codes(read([tensor("n".repeat(63))]))).toEqual([]);
    expect(codes(read([tensor("n".repeat(64))]))).toEqual(["bad-field"]);
    expect(codes(read([tensor("ä".repeat(31))]))).toEqual([]);
    expect(codes(read([tensor("ä".repeat(32))]))).toEqual(["bad-field"]);
  });

  test("are unique, and hold no NUL", () => {
    expect(codes(read([tensor("a"), tensor("A")]))).toEqual([]);
    expect(codes(read([tensor("a"), tensor("a")]))).toEqual(["duplicate"]);
    expect(codes(read([tensor("a"), tensor("a\0b")]))).toEqual(["ambiguous"]);
  });
});

describe("dimensions", () => {
  test("are at most four", () => {
    expect(codes(read([tensor("a", { dims: [8, 1, 1, 1] })]))).toEqual([]);
    const five = read([tensor("a", { dims: [8, 1, 1, 1, 1] }), tensor("b")]);
    expect([codes(five), five.value.tensors.length]).toEqual([["bad-field"], 2]);
  });

  test("in a count that lies end the reading", () => {
    const many = (count: number): Parsed<GgufFile> =>
      read([
        tensor("a", { dims: Array.from({ length: count }, () => 1), data: new Uint8Array(4) }),
      ]);
    expect(many(64).complete).toBe(true);
    expect(many(65)).toMatchObject({ complete: false, value: { dataOffset: "unknown" } });
    expect(codes(read([tensor("a", { dimCount: 0xffff_ffff })]))).toEqual(["bad-field"]);
  });

  test("are not negative, and only the first may be zero", () => {
    const data = new Uint8Array(0);
    expect(codes(read([tensor("a", { dims: [0, 4], data })]))).toEqual([]);
    expect(codes(read([tensor("a", { dims: [4, 0], data })]))).toEqual(["bad-field"]);
    const negative = read([tensor("a", { dims: [-8n], data })]);
    expect([codes(negative), negative.complete]).toEqual([["bad-field"], false]);
    expect(negative.value.tensors[0]?.bytes).toBe("unknown");
  });

  test("are counted without overflow", () => {
    const data = new Uint8Array(0);
    const large = (dims: readonly bigint[]): readonly string[] =>
      codes(read([tensor("a", { type: "I8", dims, data })]));
    expect(large([2n ** 26n, 2n ** 26n])).toEqual(["truncated"]);
    expect(large([2n ** 27n, 2n ** 27n])).toEqual(["overflow"]);
    expect(large([2n ** 62n, 2n ** 62n])).toEqual(["overflow"]);
    expect(large([2n ** 32n, 2n ** 32n, 2n ** 32n, 0n])).toEqual(["bad-field"]);
  });

  test("make rows of whole blocks", () => {
    expect(codes(read([tensor("a", { type: "Q4_0", dims: [64, 3] })]))).toEqual([]);
    const data = new Uint8Array(36);
    expect(codes(read([tensor("a", { type: "Q4_0", dims: [16, 4], data })]))).toEqual([
      "bad-field",
    ]);
  });
});

describe("types", () => {
  test("that are not known leave their size unknown, and the others known", () => {
    const parsed = read([tensor("a", { typeId: 77 }), tensor("b"), tensor("c")]);
    expect([codes(parsed), parsed.complete]).toEqual([["unsupported"], false]);
    const [a, b] = parsed.value.tensors;
    expect([a?.type, a?.bytes, b?.bytes]).toEqual(["type 77", "unknown", 32]);
    expect(parsed.unclaimed).toEqual([]);
  });

  test("that were removed are not known", () => {
    for (const typeId of [4, 5, 31, 32, 33, 36, 37, 38, -1]) {
      expect(codes(read([tensor("a", { typeId })]))).toEqual(["unsupported"]);
    }
  });

  test("of memory are a fault, with their size", () => {
    const parsed = read([tensor("a", { type: "Q8_1", dims: [32] }), tensor("b")]);
    expect([codes(parsed), parsed.complete]).toEqual([["bad-field"], true]);
  });

  test("have the sizes of their blocks", () => {
    for (const { name, blockElements, blockBytes } of GGML_TYPES.values()) {
      const { value } = read([tensor("a", { type: name, dims: [blockElements * 2, 3] })]);
      expect(value.tensors[0]?.bytes).toBe(blockBytes * 6);
    }
  });
});

describe("offsets", () => {
  test("follow one another", () => {
    expect(codes(read([tensor("a"), tensor("b", { offset: 32 })]))).toEqual([]);
    expect(codes(read([tensor("a"), tensor("b", { offset: 31 })]))).toEqual(["overlap"]);
    expect(codes(read([tensor("a"), tensor("b", { offset: 0 })]))).toEqual(["overlap"]);
    expect(codes(read([tensor("a"), tensor("b", { offset: 33 })]))).toEqual(["gap", "truncated"]);
    expect(codes(read([tensor("a", { offset: 32 })]))).toEqual(["gap", "truncated"]);
  });

  test("one block early is one fault, exact is none", () => {
    expect(codes(blocksWith(544))).toEqual([]);
    expect(codes(blocksWith(512))).toEqual(["overlap"]);
  });

  test("past 2^53 are told exactly", () => {
    const parsed = read([tensor("a", { offset: 2n ** 63n + 1n })]);
    expect(codes(parsed)).toContain("overflow");
    expect(parsed.faults[0]?.message).toContain("9223372036854775809");
  });

  test("after a tensor of unknown size are still aligned", () => {
    expect(afterUnknown(32)).toEqual(["unsupported"]);
    expect(afterUnknown(33)).toEqual(["unsupported", "bad-field"]);
  });
});

describe("alignment", () => {
  test("is the one stated", () => {
    const parsed = read([tensor("a"), tensor("b", { dims: [1] })], aligned(64));
    expect([codes(parsed), parsed.value.alignment]).toEqual([[], 64]);
    expect(parsed.value.tensors.map(({ offset }) => offset)).toEqual([0, 64]);
  });

  test("stated and not kept is a fault", () => {
    const metadata = [pair("general.alignment", "u32", 64)];
    expect(codes(read([tensor("a"), tensor("b")], { metadata }))).toContain("overlap");
  });

  test("is a power of two of type u32", () => {
    const with32 = (value: number): readonly string[] =>
      codes(read([], { metadata: [pair("general.alignment", "u32", value)] }));
    expect([with32(1), with32(2 ** 31)]).toEqual([[], []]);
    expect([with32(0), with32(48), with32(2 ** 31 + 1)]).toEqual([
      ["bad-field"],
      ["bad-field"],
      ["bad-field"],
    ]);
    const metadata = [pair("general.alignment", "u16", 32)];
    expect(codes(read([], { metadata }))).toEqual(["bad-field"]);
  });

  test("of a large value hides no bytes", () => {
    expect(hiddenBy(65_536)).toEqual([]);
    expect(hiddenBy(131_072)).toHaveLength(2);
  });
});

describe("the end of the file", () => {
  test("before the last tensor tells what is missing", () => {
    const bytes = writeGguf({ metadata: [], tensors: [tensor("a"), tensor("b", { dims: [5] })] });
    const end = bytes.length - 12;
    expect(codes(parse(bytes.subarray(0, end)))).toEqual([]);
    const cut = parse(bytes.subarray(0, end - 1));
    expect([codes(cut), cut.complete, cut.value.missingBytes]).toEqual([["truncated"], true, 1]);
    expect(parse(bytes.subarray(0, end - 40)).value.missingBytes).toBe(40);
  });

  test("after the last tensor tells what is left", () => {
    const bytes = writeGguf({ metadata: [], tensors: [tensor("a", { dims: [5] })] });
    const longer = new Uint8Array(bytes.length + 9);
    longer.set(bytes);
    const parsed = parse(longer);
    expect([codes(parsed), parsed.complete]).toEqual([[], true]);
    expect(parsed.unclaimed).toEqual([{ start: bytes.length, end: bytes.length + 9 }]);
    expect(parse(bytes).unclaimed).toEqual([]);
  });

  test("of 100 GB costs no more than the header", () => {
    const folder = mkdtempSync(join(tmpdir(), "gguf-"));
    const path = join(folder, "large.gguf");
    const experts = { type: "F16", dims: [8_192, 65_536, 8] };
    const names = Array.from({ length: 12 }, (_, index) => tensor(`blk.${index}`, experts));
    const size = sparseGguf(path, { metadata: [], tensors: names });
    const source = fileSource(path, "large");
    try {
      const { value, faults } = runSync(readGguf(source.size), source);
      expect(faults).toEqual([]);
      expect([value.dataEnd, size > 100e9]).toEqual([size, true]);
      expect(statSync(path).blocks * 512).toBeLessThan(1_000_000);
    } finally {
      source.close();
      rmSync(folder, { recursive: true });
    }
  });
});
