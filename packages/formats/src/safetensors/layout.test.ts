import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

import { runSync } from "../core/driver.ts";
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

const placed = (...offsets: readonly [number, number][]): Parsed<SafetensorsFile> => {
  const tensors = offsets.map(([start, end], index) =>
    tensor(`t${index}`, { dtype: "U8", shape: [end - start], offsets: [start, end] }),
  );
  const total = Math.max(...offsets.map(([, end]) => end));
  const header = safetensorsHeader({ tensors });
  return read({ header, trailing: new Uint8Array(total) });
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
