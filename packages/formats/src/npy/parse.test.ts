import { describe, expect, test } from "vitest";

import { runSync } from "../core/driver.ts";
import { FormatError } from "../core/format-error.ts";
import type { Parsed } from "../core/parsed.ts";
import { writeNpy, type NpySpec } from "../kit/npy.ts";
import { concat, text } from "../kit/records.ts";
import { memorySource } from "../source/memory.ts";
import type { NpyLimits } from "./limits.ts";
import { looksLikeNpz, npzArrayName } from "./npz.ts";
import { readNpy } from "./parse.ts";
import type { NpyFile } from "./types.ts";

function read(
  bytes: Uint8Array,
  limits: Partial<NpyLimits> = {},
  window?: number,
): Parsed<NpyFile> {
  return runSync(readNpy(bytes.length, limits), memorySource(bytes), window);
}

const codes = (spec: NpySpec): string[] => read(writeNpy(spec)).faults.map(({ code }) => code);

test("an array of floats", () => {
  const { value, ...rest } = read(writeNpy({}));
  expect(value).toEqual({
    version: 1,
    dtype: { kind: "simple", code: "<f4", itemBytes: 4, hasObject: false },
    fortranOrder: false,
    shape: [2, 3],
    dataOffset: 128,
    holdsPickle: false,
    dataBytes: 24,
    missingBytes: 0,
  });
  expect(rest).toEqual({ faults: [], complete: true, unclaimed: [] });
});

describe("types of elements: bytes, and whether a pickle stands in their place", () => {
  test.each<[string, number | "unknown", boolean]>([
    ["'|b1'", 1, false],
    ["'<U5'", 20, false],
    ["'|S10'", 10, false],
    ["'>c16'", 16, false],
    ["'<M8[ns]'", 8, false],
    ["'|V2'", 2, false],
    ["'f8'", 8, false],
    ["('<f4', (2, 2))", 16, false],
    ["[('a', '<f4'), ('b', '|i1', (3,)), ('', '|V1')]", 8, false],
    ["[(('title', 'a'), '<f8'), ('in', [('x', '<i2')])]", 10, false],
    ["'|O'", "unknown", true],
    ["'O8'", "unknown", true],
    ["[('a', '<f4'), ('b', '|O')]", "unknown", true],
    ["[('a', [('b', ('|O', (2,)))])]", "unknown", true],
  ])("%s", (descr, bytes, holdsPickle) => {
    const data = new Uint8Array(bytes === "unknown" ? 3 : bytes);
    const { value, faults, complete } = read(writeNpy({ descr, shape: "()", data }));
    expect([faults, complete]).toEqual([[], true]);
    expect([value.dataBytes, value.holdsPickle]).toEqual([bytes, holdsPickle]);
  });

  test.each(["'object'", "'f4,O'", "'<f3'", "'bfloat16'", "5", "[('a',)]", "[('a', '<f4', 'x')]"])(
    "%s is none that NumPy writes",
    (descr) => {
      const { value, faults, complete } = read(writeNpy({ descr }));
      expect(faults.map(({ code }) => code)).toEqual(["unsupported"]);
      expect([complete, value.holdsPickle, value.dataBytes]).toEqual([false, "unknown", "unknown"]);
    },
  );
});

test("all versions, both orders", () => {
  for (const version of [1, 2, 3]) {
    const { value } = read(writeNpy({ version, fortranOrder: "True", shape: "(6,)" }));
    expect([value.version, value.fortranOrder, value.shape]).toEqual([version, true, [6]]);
  }
});

test("names in records are in the encoding of the version", () => {
  const descr = "[('ä', '<f4')]";
  const name = (version: number): unknown => {
    const { dtype } = read(writeNpy({ descr, version, shape: "(6,)" })).value;
    return dtype?.kind === "record" ? dtype.fields[0]?.name : undefined;
  };
  expect([name(2), name(3)]).toEqual(["Ã¤", "ä"]);
});

describe("each fault beside its sound twin", () => {
  test.each<[string, NpySpec, string[], NpySpec]>([
    ["a negative length", { shape: "(-2, 3)" }, ["bad-field"], { shape: "(+2, 3)" }],
    ["a list as shape", { shape: "[2, 3]" }, ["bad-field"], { shape: "(2, 3,)" }],
    ["a number as shape", { shape: "(6)" }, ["bad-field"], { shape: "(6,)" }],
    ["an order that is no boolean", { fortranOrder: "0" }, ["bad-field"], {}],
    [
      "a key twice",
      { header: "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}" },
      ["duplicate"],
      { header: "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}" },
    ],
    [
      "a fourth key",
      { header: "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), 'x': 1}" },
      ["bad-field"],
      { header: "{'shape': (2, 3), 'fortran_order': False, 'descr': '<f4'}" },
    ],
    [
      "no descr",
      { header: "{'fortran_order': False, 'shape': (2, 3)}" },
      ["bad-field"],
      { header: "{'descr': '<' 'f4', 'fortran_order': False, 'shape': (2, 3)}" },
    ],
    ["no dict", { header: "('<f4', False, (2, 3))" }, ["bad-field"], {}],
    ["a call", { shape: "tuple((2, 3))" }, ["bad-field"], { shape: "((2, 3))" }],
    ["elements missing", { shape: "(7,)" }, ["truncated"], { shape: "(6,)" }],
    ["bytes behind", { shape: "(5,)" }, ["gap"], { shape: "(6L,)" }],
    ["no elements", { shape: "(0, 9)" }, ["gap"], { shape: "(0, 9)", data: new Uint8Array(0) }],
    [
      "more elements than there are numbers",
      { shape: "(9007199254740991, 2)" },
      ["overflow"],
      { shape: "(0, 9007199254740991)", data: new Uint8Array(0) },
    ],
    ["a header that ends early", { headerLength: 60_000 }, ["truncated"], {}],
  ])("%s", (_, broken, wanted, sound) => {
    expect(codes(broken)).toEqual(wanted);
    expect(codes(sound)).toEqual([]);
  });
});

test("missing bytes are counted", () => {
  expect(read(writeNpy({ shape: "(7,)" })).value.missingBytes).toBe(4);
});

test("a header in UTF-8 that is none", () => {
  const header = concat([text("{'descr': '"), Uint8Array.of(0xff), text("'}")]);
  expect(codes({ header, version: 3 })).toEqual(["bad-encoding"]);
  expect(codes({ header, version: 2 })).toContain("unsupported");
});

test("begins as it must", () => {
  expect(outcome(writeNpy({ version: 4 }))).toBe("bad-version");
  expect(outcome(writeNpy({ minor: 1 }))).toBe("bad-version");
  expect(outcome(writeNpy({ version: 3 }))).toMatchObject({ complete: true });
  expect(() => read(text("\u0093NUMPX  "))).toThrow(expect.objectContaining({ code: "bad-magic" }));
  expect(() => read(Uint8Array.of(0x93))).toThrow(expect.objectContaining({ code: "bad-magic" }));
});

test("limits, at them and one past", () => {
  const bytes = writeNpy({ descr: "[('a', '<f4')]", shape: "(6,)" });
  const limitOf = (limits: Partial<NpyLimits>): unknown => {
    const { faults, complete } = read(bytes, limits);
    expect(complete).toBe(faults.length === 0);
    return faults[0]?.limit?.name;
  };
  expect(limitOf({ header: 118, depth: 3 })).toBeUndefined();
  expect(limitOf({ header: 117 })).toBe("NPY_MAX_HEADER");
  expect(limitOf({ depth: 2 })).toBe("NPY_MAX_DEPTH");
});

/** All that a caller can see. */
function outcome(bytes: Uint8Array, window?: number): unknown {
  try {
    const { value, faults, ...rest } = read(bytes, {}, window);
    return { ...rest, value, faults: faults.map(({ code, offset }) => [code, offset]) };
  } catch (error) {
    if (!FormatError.isInstance(error)) throw error;
    return error.code;
  }
}

describe.each<[string, NpySpec]>([
  ["plain", {}],
  ["record", { descr: "[('a', '<f4'), ('b', '|O')]", version: 3 }],
])("%s", (_, spec) => {
  const bytes = writeNpy(spec);

  test("the window makes no difference", () => {
    expect(outcome(bytes, 1)).toEqual(outcome(bytes));
    expect(outcome(bytes, 7)).toEqual(outcome(bytes));
  });

  test("cut anywhere", () => {
    const seen = Array.from(bytes, (_, end) => outcome(bytes.subarray(0, end)));
    expect(new Set(seen.slice(0, 8))).toEqual(new Set(["bad-magic"]));
    for (const cut of seen.slice(8, 128)) expect(cut).toMatchObject({ complete: false });
    for (const cut of seen.slice(128)) expect(cut).toMatchObject({ complete: true });
  });

  test("a flipped byte never does more than fault", () => {
    for (let at = 0; at < bytes.length; at += 1) {
      for (const mask of [1, 0x80, 0xff]) {
        const flipped = bytes.slice();
        flipped[at] = (flipped[at] ?? 0) ^ mask;
        expect(outcome(flipped)).toBeDefined();
      }
    }
  });
});

test("names in a .npz", () => {
  expect(npzArrayName("a.npy")).toBe("a");
  expect(npzArrayName("a.txt")).toBeUndefined();
  expect(looksLikeNpz(["a.npy", "b/c.npy"])).toBe(true);
  expect(looksLikeNpz(["a.npy", "data.pkl"])).toBe(false);
  expect(looksLikeNpz([])).toBe(false);
});
