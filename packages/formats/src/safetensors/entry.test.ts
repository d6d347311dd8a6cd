import { expect, test } from "vitest";

import { runSync } from "../core/driver.ts";
import type { Parsed } from "../core/parsed.ts";
import {
  type SafetensorsPlan,
  type SafetensorsTensorPlan,
  writeSafetensors,
} from "../kit/safetensors.ts";
import { memorySource } from "../source/memory.ts";
import { readSafetensors } from "./parse.ts";
import type { SafetensorsFile } from "./types.ts";

const tensor = (
  name: string,
  over: Partial<SafetensorsTensorPlan> = {},
): SafetensorsTensorPlan => ({
  name,
  dtype: "F32",
  shape: [2, 3],
  ...over,
});

const read = (plan: Partial<SafetensorsPlan>): Parsed<SafetensorsFile> => {
  const bytes = writeSafetensors({ tensors: [], ...plan });
  return runSync(readSafetensors(bytes.length), memorySource(bytes));
};

const codes = ({ faults }: Parsed<unknown>): readonly string[] => faults.map(({ code }) => code);

const entry = (text: string): readonly string[] => codes(read({ header: `{"t":${text}}` }));
const bytesOf = (shape: string, offsets: string): readonly string[] =>
  entry(`{"dtype":"U8","shape":${shape},"data_offsets":${offsets}}`);
const one = (over: Partial<SafetensorsTensorPlan>): readonly string[] =>
  codes(read({ tensors: [tensor("t", over)] }));
const namesOf = (a: string, b: string): readonly string[] =>
  codes(read({ tensors: [tensor(a), tensor(b)] }));

test.each([
  ["a number", "3"],
  ["no dtype", '{"shape":[0],"data_offsets":[0,0]}'],
  ["no shape", '{"dtype":"U8","data_offsets":[0,0]}'],
  ["no offsets", '{"dtype":"U8","shape":[0]}'],
])("that are %s", (_, text) => {
  expect(entry(text)).toEqual(["bad-field"]);
});

test("have a shape of whole numbers and two offsets", () => {
  expect(bytesOf("[0]", "[0,0]")).toEqual([]);
  for (const shape of ["[-1]", "[0.5]", '["0"]', "[null]", "0", "[1e300]"]) {
    expect(bytesOf(shape, "[0,0]")).toEqual(["bad-field"]);
  }
  for (const offsets of ["[0]", "[0,0,0]", "[-1,0]", "[1,0]", "[0.5,1]", "[0,9007199254740992]"]) {
    expect(bytesOf("[0]", offsets)).toEqual(["bad-field"]);
  }
});

test("have the size of their shape, in whole bytes", () => {
  expect(one({ shape: [2, 3], data: new Uint8Array(24) })).toEqual([]);
  expect(one({ shape: [2, 3], data: new Uint8Array(23) })).toEqual(["bad-field"]);
  expect(one({ dtype: "F4", shape: [6] })).toEqual([]);
  expect(one({ dtype: "F4", shape: [5], data: new Uint8Array(2) })).toEqual(["bad-field"]);
});

test("with dimensions that overflow are told, and zero among small ones is not", () => {
  expect(bytesOf("[4294967296,4294967296]", "[0,0]")).toEqual(["overflow"]);
  expect(bytesOf("[18446744073709551616]", "[0,0]")).toEqual(["overflow"]);
  expect(bytesOf("[4294967296,0]", "[0,0]")).toEqual([]);
  // 2^61 bytes are 2^64 bits; one byte less can be counted, and is not there.
  expect(bytesOf("[2305843009213693952]", "[0,0]")).toEqual(["overflow"]);
  expect(bytesOf("[2305843009213693951]", "[0,0]")).toEqual(["bad-field"]);
});

test("of unknown dtype are unsupported, and keep their place", () => {
  const parsed = read({ tensors: [tensor("a", { dtype: "Q9", shape: [4] }), tensor("b")] });
  expect([codes(parsed), parsed.complete]).toEqual([["unsupported"], false]);
  expect(parsed.value.tensors.map(({ bytes }) => bytes)).toEqual([4, 24]);
});

test("with names that differ in encoding only", () => {
  expect(namesOf("\u00E9", "e\u0301")).toEqual(["ambiguous"]);
  expect(namesOf("\u00E9", "e")).toEqual([]);
});
