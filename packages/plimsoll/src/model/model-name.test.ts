import { expect, test } from "vitest";

import { isLocalPath, modelName } from "./model-name.ts";

test.each([
  ["org/Name-7B", "name-7b"],
  ["https://huggingface.co/org/Name-7B-GGUF", "name-7b"],
  ["https://huggingface.co/org/name/tree/main?x=1", "name"],
  ["Name 7B", "name-7b"],
  ["org/name-AWQ-4bit", "name"],
  ["org/name-unsloth-bnb-4bit", "name"],
  ["name.i1-Q4_K_M.gguf", "name"],
  ["name-IQ2_XXS", "name"],
  ["gemma-3-4b-it-qat-q4_0-gguf", "gemma-3-4b-it"],
  ["tree/name", "name"],
  ["", ""],
])("%s is called %s", (reference, name) => {
  expect(modelName(reference)).toBe(name);
});

test.each(["phi-4", "qwen3-4b", "llama-3.1-8b", "opt-125m", "granite-4.0-h"])(
  "%s keeps its whole name",
  (name) => {
    expect(modelName(name)).toBe(name);
  },
);

test.each(["/data/base", "./base", "~/base", "C:\\models\\base", "file:///x", "runs/a/base", ".."])(
  "%s is a path",
  (reference) => {
    expect(isLocalPath(reference)).toBe(true);
  },
);

test.each(["org/name", "name", "https://host/a/b/c", "hf:org/name"])("%s is none", (reference) => {
  expect(isLocalPath(reference)).toBe(false);
});
