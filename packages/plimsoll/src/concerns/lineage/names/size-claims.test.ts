import { expect, test } from "vitest";

import { sizeClaims } from "./size-claims.ts";

test.each([
  ["Llama-3.1-8B-Instruct", [8e9]],
  ["Qwen2.5-1.5B", [1.5e9]],
  ["SmolLM2-135M-Instruct.Q4_1", [135e6]],
  ["Mixtral-8x7B-v0.1", [56e9]],
  ["stablelm-2-1_6b", [1.6e9, 6e9]],
  ["OLMoE-1B-7B-0924", [1e9, 7e9]],
  ["Qwen3-30B-A3B", [30e9]],
  ["Qwen2.5-7B-Instruct-1M", [7e9]],
  ["Llama-4-Scout-17B-16E", []],
  ["gemma-3n-E4B-it", []],
  ["phi-4", []],
  ["model-4bit-128k", []],
  ["granite-3.0-1b-a400m", [1e9]],
  ["bloom-1b1", []],
  ["0B", []],
])("%s may claim %j", (name, claims) => {
  expect(sizeClaims(name)).toEqual(claims);
});

test("a name of a megabyte takes no time", () => {
  const before = performance.now();
  sizeClaims("1.".repeat(500_000));
  expect(performance.now() - before).toBeLessThan(100);
});
