import { expect, test } from "vitest";

import { Automaton } from "./automaton.ts";
import { aliveIn, earliestOf, EarliestWalk } from "./earliest.ts";
import { compileProgram } from "./program.ts";

function earliest(pattern: string, text: string): number {
  const automaton = new Automaton(compileProgram([{ pattern }]));
  const walk = new EarliestWalk(automaton);
  return earliestOf(walk.walk(aliveIn(automaton.start), text, 0));
}

test.each([
  ["a{3}b", "xxaa", 2],
  ["a{3}b", "xaaaa", 2],
  ["a{3}b", "aab", Infinity],
  // Where two values meet, the later one comes first to the place.
  ["p.*([0-9]+)x", "p1111", 1],
  ["k=([a-z]+);", "ab k=cd", 5],
  ["k=([a-z]+);", "ab k", Infinity],
  [String.raw`\bcd`, "ab c", 3],
  [String.raw`\bcd`, "abc", Infinity],
  [String.raw`a\b`, "xa", 1],
])("%s in %s: %s", (pattern, text, offset) => {
  expect(earliest(pattern, text)).toBe(offset);
});

test("a walk goes on where it ended", () => {
  const automaton = new Automaton(compileProgram([{ pattern: "a[ab]{2,9}c" }]));
  const walk = new EarliestWalk(automaton);
  const text = "bbabababababababab";
  let alive = aliveIn(automaton.start);
  for (const [at, sign] of Array.from(text).entries()) alive = walk.walk(alive, sign, at);
  expect(alive).toEqual(walk.walk(aliveIn(automaton.start), text, 0));
  expect(earliestOf(alive)).toBe(8);
});
