import fc from "fast-check";
import { RE2JS } from "re2js";
import { expect, test } from "vitest";

import { NATIONAL_PHONE, nationalPhoneEnd } from "./national-form.ts";

const pattern = RE2JS.compile(NATIONAL_PHONE);

/** The end of the match at the beginning, by another engine. */
function oracle(text: string): number | undefined {
  const matcher = pattern.matcher(text);
  return matcher.lookingAt() ? matcher.end() : undefined;
}

test("reads what the pattern says, for any text", () => {
  const unit = fc.constantFrom("1", "2", "34", "567", " ", "-", ".", "/", "(", ")", "+", "x", "a");
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 30 }), (text) => {
      expect(nationalPhoneEnd(text, 0)).toBe(oracle(text));
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ["(415) 523-8886", 14],
  ["1234567", 7],
  ["123456", undefined],
  ["001-432-815-4117x22", 19],
  ["001-432-815-4117x223344", 22],
])("%s ends at %s", (text, end) => {
  expect(nationalPhoneEnd(text, 0)).toBe(end);
});
