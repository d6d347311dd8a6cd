import { expect, test } from "vitest";

import { readYaml } from "../../../model/yaml-json.ts";
import { fencedRecipes, recipeIn } from "./recipe.ts";

const models = (yaml: string): readonly string[] => {
  const document = readYaml(yaml);
  return document.kind === "bad" ? [] : (recipeIn("m.yml", document.value)[0]?.models ?? []);
};

test.each([
  [
    "models:\n  - model: a/x\n  - model: a/y\nmerge_method: ties\nbase_model: a/b",
    ["a/x", "a/y", "a/b"],
  ],
  [
    "slices:\n  - sources:\n    - model: a/x\n      layer_range: [0, 2]\n    - model: a/y\nmerge_method: slerp\nbase_model: a/x",
    ["a/x", "a/y"],
  ],
  ["slices:\n  - sources:\n    - model: {path: a/x}\nmerge_method: passthrough", ["a/x"]],
  [
    "base_model: a/b\nexperts:\n  - source_model: a/x\n  - source_model: a/y",
    ["a/x", "a/y", "a/b"],
  ],
  ["base_model: a/b", []],
  ["merge_method: slerp", []],
  ["- a\n- b", []],
  ["models: 7\nmerge_method: ties", []],
])("%j names %j", (yaml, names) => {
  expect(models(yaml)).toEqual(names);
});

test("a card quotes its recipe", () => {
  const recipe = "models:\n- model: a/x\n- model: a/y\nmerge_method: ties";
  expect(
    fencedRecipes("README.md", `# M\n\`\`\`yaml\n${recipe}\n\`\`\`\n`)[0]?.models,
  ).toHaveLength(2);
  expect(fencedRecipes("README.md", `# M\n\`\`\`python\n${recipe}\n\`\`\`\n`)).toEqual([]);
  expect(fencedRecipes("README.md", "```yaml\nmerge_method: [\n```")).toEqual([]);
  expect(fencedRecipes("README.md", "```".repeat(100_000))).toEqual([]);
});
