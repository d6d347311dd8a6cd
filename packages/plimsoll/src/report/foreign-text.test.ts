import fc from "fast-check";
import { expect, test } from "vitest";

import { shortened } from "./foreign-text.ts";

test.each([
  ["as long as allowed", "abcdefgh", 8, "abcdefgh"],
  ["one longer", "abcdefghi", 8, "abcdef…hi"],
  ["a pair at the cut", "abcde😀fghi", 8, "abcde…hi"],
  ["what cannot be seen", "a\u202Eb", 8, String.raw`a\u202eb`],
])("%s", (_, text, limit, expected) => {
  expect(shortened(text, limit)).toBe(expected);
});

test("is never longer than its limit in characters that were there, and never half a pair", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 4, max: 20 }), (text, limit) => {
      const short = shortened(text, limit);
      return !short.includes(String.raw`\ud8`) && short.isWellFormed();
    }),
  );
});
