import { expect, test } from "vitest";

import { parsePattern } from "./pattern.ts";
import { longestBeforeGroup } from "./reach.ts";

test.each([
  ["(a)bc", 0],
  ["ab(c)", 2],
  [String.raw`[\w.-]{0,50}?(?:key|token)=(v)`, 56],
  ["(?:ab|c(d))e(f)", 3],
  ["(ab)c(d)", 3],
  ["(?:a(b)){2,3}", 5],
  ["a*(b)", Infinity],
  [String.raw`\b{0,3}(b)`, 0],
  ["abc", 0],
])("%s: %s", (pattern, length) => {
  expect(longestBeforeGroup(parsePattern(pattern))).toBe(length);
});

test.each([
  ["(ab)c(d)", 1, 0],
  ["(ab)c(d)", 2, 3],
  ["(a(bc))d(e)", 2, 1],
  ["(ab)c", 2, 0],
  ["a*(ab)c(d)", 2, Infinity],
])("%s, group %d: %s", (pattern, group, length) => {
  expect(longestBeforeGroup(parsePattern(pattern), group)).toBe(length);
});
