import fc from "fast-check";
import { expect, test } from "vitest";

import { decodeLong, parseFloat0, parseInt0, parseLong0, parseSlot } from "./numbers.ts";

const DIGITS = 50;

test.each([
  ["5", 5],
  ["-5", -5],
  [" 5\t", 5],
  ["0x1F", 31],
  ["0b11", 3],
  ["1_000", 1000],
  ["0_0", 0],
  ["9007199254740993", 9007199254740993n],
  ["1__0", undefined],
  ["_1", undefined],
  ["08", undefined],
  ["0x", undefined],
  ["", undefined],
  ["\u00a05", undefined],
])("INT %j is %s", (line, value) => {
  expect(parseInt0(line, DIGITS)).toEqual(
    value === undefined ? undefined : { kind: "int", value, by: "both" },
  );
});

test.each([
  ["010", 8, "c"],
  ["-010", -8, "c"],
  ["5\u00007", 5, "c"],
])("INT %j is %s for %s alone", (line, value, by) => {
  expect(parseInt0(line, DIGITS)).toEqual({ kind: "int", value, by });
});

test("INT with two characters for 0 or 1 is a bool in C", () => {
  expect(parseInt0("01", DIGITS)).toEqual({ kind: "bool", value: true, by: "both" });
  expect(parseInt0("001", DIGITS)).toEqual({ kind: "int", value: 1, by: "c" });
});

test.each([
  ["5L", 5],
  ["5", 5],
  ["5LL", undefined],
  ["L", undefined],
  ["010", undefined],
])("LONG %j is %s", (line, value) => {
  expect(parseLong0(line, DIGITS)).toEqual(
    value === undefined ? undefined : { kind: "int", value, by: "both" },
  );
});

test.each([
  ["010", 10],
  ["+1", 1],
  ["-1", -1],
  ["0x1", undefined],
])("PUT %j is %s", (line, value) => {
  expect(parseSlot(line, DIGITS)).toEqual(
    value === undefined ? undefined : { kind: "int", value, by: "both" },
  );
});

test.each([
  ["1.5", 1.5, "both"],
  [".5e1", 5, "both"],
  ["-Infinity", -Infinity, "both"],
  ["1_0.5", 10.5, "python"],
  [" 2 ", 2, "python"],
  ["1e999", Infinity, "python"],
  ["2\u0000z", 2, "c"],
])("FLOAT %j is %s for %s", (line, value, by) => {
  expect(parseFloat0(line)).toEqual({ kind: "float", value, by });
});

test.each(["", ".", "1e", "0x1p3", "1._5", "1__0", "1e999\u0000z"])("FLOAT %j is none", (line) => {
  expect(parseFloat0(line)).toBeUndefined();
});

test("two's complement of any length", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 90n), max: 2n ** 90n }), (number) => {
      const bytes: number[] = [];
      for (let at = 0n; at < 12n; at += 1n)
        bytes.push(Number(BigInt.asUintN(8, number >> (8n * at))));
      expect(BigInt(decodeLong(Uint8Array.from(bytes)))).toBe(number);
    }),
    { numRuns: 100 },
  );
  expect(decodeLong(Uint8Array.of(0x80))).toBe(-128);
  expect(decodeLong(new Uint8Array(0))).toBe(0);
  expect(decodeLong(Uint8Array.of(0, 0, 0, 0, 0, 0, 0x80))).toBe(-(2n ** 55n));
});
