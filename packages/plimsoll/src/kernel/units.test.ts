import { expect, test } from "vitest";

import { formatBytes, formatCount, formatMemory } from "./units.ts";

test.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1000, "1.00 KB"],
  [98_372_640, "98.4 MB"],
  [999_499, "999 KB"],
  [999_501, "1.00 MB"],
  [100_000_000_000, "100 GB"],
  [2e18, "2000 PB"],
])("%i is %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [2 ** 30, "1.0 GiB"],
  [2 ** 30 - 1, "1024 MiB"],
  [282 * 2 ** 20, "282 MiB"],
  [1000, "0.00 MiB"],
])("%i of memory is %s", (bytes, text) => {
  expect(formatMemory(bytes)).toBe(text);
});

test.each([
  [0, "0"],
  [999, "999"],
  [1000, "1,000"],
  [131_072, "131,072"],
  [-1_234_567, "-1,234,567"],
])("%i is %s", (number, text) => {
  expect(formatCount(number)).toBe(text);
});
