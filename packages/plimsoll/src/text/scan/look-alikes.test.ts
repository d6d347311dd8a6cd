import { expect, test } from "vitest";

import { HIDDEN, seenAs } from "./look-alikes.ts";

/** Units beyond ASCII that a pattern takes. */
function unitsOf(pattern: RegExp): readonly number[] {
  const units = Array.from({ length: 0xff80 }, (_, at) => 0x80 + at);
  return units.filter((unit) => pattern.test(String.fromCharCode(unit)));
}

test("every decimal digit of the basic plane is seen as a digit, ten of them as each", () => {
  const seen = unitsOf(/\p{Nd}/u).map(seenAs);
  expect(seen.length).toBeGreaterThan(300);
  for (let digit = 0x30; digit <= 0x39; digit += 1) {
    expect(seen.filter((one) => one === digit)).toHaveLength(seen.length / 10);
  }
});

test("every space is seen as a space", () => {
  expect(unitsOf(/\p{Zs}/u).map(seenAs)).toEqual(unitsOf(/\p{Zs}/u).map(() => 0x20));
});

test("what cannot be seen is not, and all else is", () => {
  const hidden = unitsOf(/[^]/u).filter((unit) => seenAs(unit) === HIDDEN);
  // The pairs of U+E0000 to U+E0FFF begin with these.
  const pairs = [0xdb40, 0xdb41, 0xdb42, 0xdb43];
  const ignorable = unitsOf(/\p{Default_Ignorable_Code_Point}/u);
  expect(hidden).toEqual([...ignorable, ...pairs].toSorted((a, b) => a - b));
});

test.each(["é", "я", "吾", "½", "²", "\uD83D"])("%j stands for itself", (sign) => {
  expect(seenAs(sign.charCodeAt(0))).toBe(sign.charCodeAt(0));
});
