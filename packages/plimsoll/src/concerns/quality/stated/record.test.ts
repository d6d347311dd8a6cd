import { expect, test } from "vitest";

import { isResultsFile } from "./files.ts";
import { figureOf } from "./record.ts";

test.each([
  [0.5, "0.5"],
  ["65.3", "65.3"],
  ["**65,3 %**", "65,3%"],
  ["71.2 ± 0.4", "71.2±0.4"],
  ["1e-3", "1e-3"],
])("%s is a figure", (value, figure) => {
  expect(figureOf(value)).toBe(figure);
});

test.each([Number.NaN, "7B", "v1.2", "", "-", "n/a", "1".repeat(61), null, {}, "2024-05-01"])(
  "%s is none",
  (value) => {
    expect(figureOf(value)).toBeUndefined();
  },
);

test.each([
  [".eval_results/a.yaml", true],
  ["x/.eval_results/a.yml", true],
  [".eval_results/a.json", false],
  ["checkpoint-1/eval_results.json", true],
  ["results_2026-01-01.json", true],
  ["results.json", false],
  ["eval_results/a.yaml", false],
])("%s: %s", (path, expected) => {
  expect(isResultsFile(path)).toBe(expected);
});
