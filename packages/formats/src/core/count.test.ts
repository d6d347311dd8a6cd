import fc from "fast-check";
import { expect, test } from "vitest";

import { formatCount } from "./count.ts";

test("an integer is written as English does", () => {
  expect([0, 999, 1000, -1000, 4_294_967_296].map(formatCount)).toEqual([
    "0",
    "999",
    "1,000",
    "-1,000",
    "4,294,967,296",
  ]);
  fc.assert(
    fc.property(fc.maxSafeInteger(), (number) => {
      expect(formatCount(number)).toBe(number.toLocaleString("en"));
    }),
  );
});
