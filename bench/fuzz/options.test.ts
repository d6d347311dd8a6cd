import { expect, test } from "vitest";

import { readOptions } from "./options.ts";

const read = (...args: string[]): unknown => readOptions(args, ["gguf", "zip"], 5);

test("readers, and the defaults: half an hour each, the day as the seed", () => {
  expect(read("zip")).toEqual({ readers: ["zip"], minutes: 30, seed: 5, runs: Infinity });
  expect(read("all", "--minutes", "0.5", "--seed", "7", "--runs", "10")).toEqual({
    readers: ["gguf", "zip"],
    minutes: 0.5,
    seed: 7,
    runs: 10,
  });
});

test.each([
  [[]],
  [["rar"]],
  [["zip", "--minutes", "0"]],
  [["zip", "--minutes", "soon"]],
  [["zip", "--seed", "1.5"]],
  [["zip", "--runs", "-1"]],
  [["zip", "--fast"]],
])("what it cannot mean is told with the usage: %j", (args) => {
  expect(read(...args)).toContain("Usage: npm run fuzz");
});
