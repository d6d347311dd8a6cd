import fc from "fast-check";
import { expect, test } from "vitest";

import { runSync } from "../core/driver.ts";
import { FormatError } from "../core/format-error.ts";
import type { Parsed } from "../core/parsed.ts";
import { writeParquet } from "../kit/index.ts";
import { memorySource } from "../source/memory.ts";
import type { ParquetLimits } from "./limits.ts";
import { readParquet } from "./parse.ts";
import type { ParquetFile } from "./types.ts";

const read = (bytes: Uint8Array, limits: Partial<ParquetLimits> = {}): Parsed<ParquetFile> =>
  runSync(readParquet(bytes.length, limits), memorySource(bytes));

const codeOf = (bytes: Uint8Array, limits: Partial<ParquetLimits> = {}): string => {
  try {
    return read(bytes, limits).faults[0]?.code ?? "none";
  } catch (error) {
    if (!FormatError.isInstance(error)) throw error;
    return error.code;
  }
};

const PEOPLE = writeParquet({
  columns: [
    { name: "id" },
    { name: "person", children: [{ name: "name" }, { name: "mail" }] },
    { name: "text" },
  ],
  rows: 1_234_567,
  least: ["ann@example.org"],
});

test("columns, rows and least values are read", () => {
  const { value, faults, complete } = read(PEOPLE);
  expect(value.columns.map(({ path }) => path)).toEqual([
    "id",
    "person.name",
    "person.mail",
    "text",
  ]);
  expect(value.rows).toBe(1_234_567);
  expect(value.texts).toContain("ann@example.org");
  expect({ faults, complete }).toEqual({ faults: [], complete: true });
});

test.each([
  ["no mark", Uint8Array.from([...PEOPLE.slice(0, -1), 0x32]), "bad-magic"],
  ["encrypted", Uint8Array.from([...PEOPLE.slice(0, -1), 0x45]), "encrypted"],
  [
    "a length beyond the file",
    Uint8Array.from([...PEOPLE.slice(0, -8), 255, 255, 255, 127, ...PEOPLE.slice(-4)]),
    "truncated",
  ],
  ["too short", PEOPLE.slice(-8), "bad-magic"],
  ["a footer that breaks off", cut(PEOPLE, 20), "truncated"],
])("%s", (_, bytes, code) => {
  expect(codeOf(bytes)).toBe(code);
});

function cut(bytes: Uint8Array, footerBytes: number): Uint8Array {
  const footer = bytes.slice(4, 4 + footerBytes);
  return Uint8Array.from([
    ...bytes.slice(0, 4),
    ...footer,
    footerBytes,
    0,
    0,
    0,
    ...bytes.slice(-4),
  ]);
}

test("what was read before a break is kept", () => {
  expect(read(cut(PEOPLE, 40)).value.columns.map(({ path }) => path)).toContain("id");
});

test.each([
  ["columns", { columns: 6 }, { columns: 5 }],
  ["steps", { steps: 60 }, { steps: 10 }],
  ["footerBytes", { footerBytes: PEOPLE.length - 12 }, { footerBytes: PEOPLE.length - 13 }],
  ["depth", { depth: 8 }, { depth: 2 }],
])("limit %s", (_, at, over) => {
  expect(codeOf(PEOPLE, at)).toBe("none");
  expect(codeOf(PEOPLE, over)).toBe("limit");
});

test("lists within lists end at the depth", () => {
  const footer = [0x19, ...Array.from({ length: 200 }, () => 0x19), 0];
  const bytes = Uint8Array.from([
    80,
    65,
    82,
    49,
    ...footer,
    footer.length,
    0,
    0,
    0,
    80,
    65,
    82,
    49,
  ]);
  expect(codeOf(bytes)).toBe("limit");
});

test("any footer is read or refused, never anything else", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (footer) => {
      const bytes = Uint8Array.from([
        80,
        65,
        82,
        49,
        ...footer,
        footer.length,
        0,
        0,
        0,
        80,
        65,
        82,
        49,
      ]);
      expect(codeOf(bytes)).toMatch(/^[a-z-]+$/u);
    }),
  );
});
