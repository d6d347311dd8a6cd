import { expect, test } from "vitest";

import { formatBytes, formatMemory } from "./units.ts";

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
