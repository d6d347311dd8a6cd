import { join } from "node:path";

import { expect, test } from "vitest";

import { openKnowledge } from "../../../config/knowledge.ts";
import { otherFamily } from "./families.ts";
import { parseNameClaims } from "./schema.ts";

const facts = openKnowledge(join(import.meta.dirname, "../../../../knowledge")).read(
  "name-claims",
  parseNameClaims,
);

test.each([
  ["Meta-Llama-3-8B-Instruct", "qwen2", "llama-3"],
  ["Llama 3.1 8B", "gemma2", "llama-3"],
  ["Qwen3-8B", "qwen2", "qwen3"],
  ["gemma-3-4b-it", "gemma2", "gemma-3"],
])("%s is no %s", (name, architecture, word) => {
  expect(otherFamily([name], architecture, facts)?.word).toBe(word);
});

test.each([
  ["Meta-Llama-3-8B-Instruct", "llama"],
  ["DeepSeek-R1-Distill-Qwen-7B", "qwen2"],
  ["phi-4-unsloth", "llama"],
  ["Qwen2.5-7B", "qwen2"],
  ["Llama-3-distilled-into-Qwen2.5", "qwen2"],
  ["my-model", "qwen2"],
  ["MiniCPM-Llama3-V-2_5", "minicpmv"],
  ["allama-31", "qwen2"],
  ["gemma-2-9b-it", "gemma2"],
  ["gemma-2b-it", "gemma"],
])("%s may be %s", (name, architecture) => {
  expect(otherFamily([name], architecture, facts)).toBeUndefined();
});
