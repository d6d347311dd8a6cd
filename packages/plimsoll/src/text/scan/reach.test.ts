import { expect, test } from "vitest";

import { parsePattern } from "./pattern.ts";
import { longestBeforeGroup } from "./reach.ts";

test.each([
  ["(a)bc", 0],
  ["ab(c)", 2],
  [String.raw`[\w.-]{0,50}?(?:key|token)=(v)`, 56],
  ["(?:ab|c(d))e(f)", 2],
  ["a*(b)", Infinity],
  [String.raw`\b{0,3}(b)`, 0],
  ["abc", 0],
])("%s: %s", (pattern, length) => {
  expect(longestBeforeGroup(parsePattern(pattern))).toBe(length);
});
