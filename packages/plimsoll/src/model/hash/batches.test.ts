import * as fc from "fast-check";
import { expect, test } from "vitest";

import { batchesOf } from "./batches.ts";

const MIB = 1_048_576;
const sizes = (batches: { readonly size: number }[][]): number[][] =>
  batches.map((batch) => batch.map(({ size }) => size));

test("large files are alone and first, small ones are together", () => {
  const files = [1, 20 * MIB, 2, 16 * MIB, 3].map((size) => ({ size }));
  expect(sizes(batchesOf(files))).toEqual([[20 * MIB], [16 * MIB], [3, 2, 1]]);
  expect(batchesOf([])).toEqual([]);
});

test("a batch is full at 16 MiB, and at 256 files", () => {
  const fit = [16 * MIB - 1, 1].map((size) => ({ size }));
  expect(batchesOf(fit)).toHaveLength(1);
  expect(batchesOf([...fit, { size: 1 }])).toHaveLength(2);
  expect(batchesOf(Array.from({ length: 256 }, () => ({ size: 0 })))).toHaveLength(1);
  expect(batchesOf(Array.from({ length: 257 }, () => ({ size: 0 })))).toHaveLength(2);
});

test("every file is in one batch", () => {
  const file = fc.record({ size: fc.integer({ min: 0, max: 40 * MIB }) });
  fc.assert(
    fc.property(fc.array(file), (files) => {
      const all = batchesOf(files).flat();
      expect(all).toHaveLength(files.length);
      expect(new Set(all)).toEqual(new Set(files));
    }),
  );
});
