import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { Json } from "../kernel/json.ts";
import { canonicalJson, isCanonical } from "./canonical.ts";

/** What the quick look must always agree with. */
function isSpelledAnew(text: string, value: Json): boolean {
  try {
    return canonicalJson(value) === text;
  } catch {
    return false;
  }
}

const json = (text: string): Json => JSON.parse(text);

describe("one spelling alone is canonical", () => {
  test.each([
    ['{"a":1,"b":[true,null,"x"]}', true],
    ['{"b":1,"a":2}', false],
    ['{"a":1,"a":1}', false],
    ['{"a": 1}', false],
    ['{"10":1,"2":2}', true],
    ['{"2":1,"10":2}', false],
    ['{"!":1,"1":2}', true],
    ['{"1":1,"!":2}', false],
    ["[1.5]", false],
    ["[-0]", false],
    ["[0]", true],
    ["[1e2]", false],
    ["[1e+21]", false],
    ["[9007199254740991]", true],
    ["[9007199254740992]", false],
    ['["\\u0041"]', false],
    ['["\\ud800"]', false],
    ['["\\\\ud800"]', true],
    ['["\\u000a"]', false],
    ['["\\n\u2028\u00e9"]', true],
    ['{"__proto__":1}', true],
    ['{"a":{"d":1,"c":2}}', false],
  ])("%s", (text, expected) => {
    expect([isCanonical(text, json(text)), isSpelledAnew(text, json(text))]).toEqual([
      expected,
      expected,
    ]);
  });
});

test("the quick look says what spelling anew says", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.boolean(), (value, isOurs) => {
      const plain = JSON.stringify(value);
      const parsed = json(plain);
      let text = plain;
      if (isOurs && !plain.includes(".") && !/\de/u.test(plain)) {
        try {
          text = canonicalJson(parsed);
        } catch {
          // A number that has no place in a line: the plain text is looked at.
        }
      }
      return isCanonical(text, json(text)) === isSpelledAnew(text, json(text));
    }),
  );
});
