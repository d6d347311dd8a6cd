import { join } from "node:path";

import { expect, test } from "vitest";

import { openKnowledge } from "../../../config/knowledge.ts";
import { modelName } from "../../../model/model-name.ts";
import { parseBaseShapes } from "./schema.ts";

const known = openKnowledge(join(import.meta.dirname, "../../../../knowledge")).read(
  "base-shapes",
  parseBaseShapes,
);

test("names are those that comparing makes of themselves", () => {
  for (const name of known.keys()) expect(modelName(name)).toBe(name);
});

test("a shape is found by any spelling of its name", () => {
  expect(known.get(modelName("unsloth/Meta-Llama-3.1-8B-Instruct-bnb-4bit"))?.embedding).toBe(4096);
  expect(known.get(modelName("Qwen2.5-0.5B-Instruct-Q4_K_M.gguf"))?.layers).toBe(24);
});
