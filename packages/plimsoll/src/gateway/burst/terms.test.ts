import { expect, test } from "vitest";

import { holdsTerm } from "./terms.ts";

const holds = (text: string, isJson = false): boolean =>
  holdsTerm({ text, isJson }, ["Project Neptune", "\u00e9tude"]);

test.each([
  ["project neptune"],
  ["PROJECT\n\tNEPTUNE"],
  ["Pro\u200bject Nep\u00adtune"],
  ["\uff30\uff32\uff2f\uff2a\uff25\uff23\uff34 \uff2e\uff25\uff30\uff34\uff35\uff2e\uff25"],
  ["an e\u0301tude"],
])("a word is known as %s", (text) => {
  expect(holds(text)).toBe(true);
});

test.each([["project uranus"], ["projectneptune"], ["etude"], [""]])("and not as %s", (text) => {
  expect(holds(text)).toBe(false);
});

test("in JSON escapes are undone, also where it was cut", () => {
  const escaped = '{"a":"Pro\\u006aect\\nNep\\u00adtune';
  expect([holds(escaped, true), holds(escaped)]).toEqual([true, false]);
});
