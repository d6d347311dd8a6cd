import { expect, test } from "vitest";

import { parseShardName, shardSeries } from "./shards.ts";

test.each([
  ["model-00001-of-00004.safetensors", 1, 4],
  ["gguf/Big-Q4_K_M-00002-of-00002.gguf", 2, 2],
  ["pytorch_model-1-of-3.bin", 1, 3],
])("%s is part %i of %i", (path, number, of) => {
  expect(parseShardName(path)).toMatchObject({ number, of });
});

test.each([
  "model.safetensors",
  "model-00000-of-00004.safetensors",
  "model-00005-of-00004.safetensors",
  "model-00001-of-00004",
])("%s is no part", (path) => {
  expect(parseShardName(path)).toBeUndefined();
});

test("series are told apart by folder, stem, count and ending", () => {
  const series = shardSeries(["a-1-of-2.bin", "a-1-of-2.gguf", "b/a-1-of-2.bin", "a-1-of-3.bin"]);
  expect(series.map(({ missing }) => missing.count)).toEqual([1, 1, 1, 2]);
});

test("missing parts are listed in order and, beyond the first twenty, counted", () => {
  const [series] = shardSeries(["m-00002-of-99999.safetensors"]);
  expect(series?.missing.count).toBe(99_998);
  expect(series?.missing.first).toHaveLength(20);
  expect(series?.missing.first.slice(0, 2)).toEqual([
    "m-00001-of-99999.safetensors",
    "m-00003-of-99999.safetensors",
  ]);
});
