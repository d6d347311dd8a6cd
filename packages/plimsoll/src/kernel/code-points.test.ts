import * as fc from "fast-check";
import { expect, test } from "vitest";

import { compareCodePoints } from "./code-points.ts";

test("what lies beyond the first plane comes last", () => {
  const texts = ["\u{1F600}", "\uFF01", "a", "a/", "a.b", "", "\u{1F600}a", "é"];
  expect(texts.toSorted(compareCodePoints)).toEqual([
    "",
    "a",
    "a.b",
    "a/",
    "é",
    "\uFF01",
    "\u{1F600}",
    "\u{1F600}a",
  ]);
});

test("agrees with the order of UTF-8 bytes", () => {
  const unit = fc.constantFrom("a", "b", "é", "\uE000", "\uFFFF", "\u{10000}", "\u{10FFFF}");
  const text = fc.string({ unit, maxLength: 4 });
  fc.assert(
    fc.property(text, text, (a, b) => {
      const bytes = Buffer.compare(Buffer.from(a), Buffer.from(b));
      expect(Math.sign(compareCodePoints(a, b))).toBe(bytes);
    }),
  );
});
