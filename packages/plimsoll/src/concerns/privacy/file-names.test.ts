import { expect, test } from "vitest";

import { fitsName } from "./file-names.ts";

test.each([
  ["a/.ENV", ".env", true],
  ["a.env", ".env", false],
  ["x/optimizer.pt", "optimizer.pt", true],
  ["core.12", "core.*", true],
  ["core.", "core.*", false],
  ["slurm-1.out", "slurm-*.out", true],
  ["slurm-.out", "slurm-*.out", false],
  ["wandb/run/x", "wandb/", true],
  ["wandb", "wandb/", false],
  ["a/mywandb/x", "wandb/", false],
  ["aXbYc", "a*b*c", true],
  ["abc", "a*b*c", false],
])("%s against %s", (path, name, expected) => {
  expect(fitsName(path, [name])).toBe(expected);
});

test("many stars over a long name take no more than a pass each", () => {
  const before = performance.now();
  fitsName("a".repeat(100_000), [`${"a*".repeat(50)}b`]);
  expect(performance.now() - before).toBeLessThan(1_000);
});
