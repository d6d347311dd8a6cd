import fc from "fast-check";
import { expect, test } from "vitest";

import { shannonEntropy } from "./entropy.ts";

test.each([
  ["", 0],
  ["aaaa", 0],
  ["ab", 1],
  ["aabb", 1],
  ["abcd", 2],
  ["0123456789abcdef", 4],
])("%s has %d bits a character", (text, bits) => {
  expect(shannonEntropy(text)).toBeCloseTo(bits, 10);
});

test("stays between nothing and its length's most, whatever the order", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 40 }), (text) => {
      const bits = shannonEntropy(text);
      expect(bits).toBeGreaterThanOrEqual(0);
      expect(bits).toBeLessThanOrEqual(Math.log2(text.length) + 1e-9);
      expect(shannonEntropy(text.split("").toReversed().join(""))).toBeCloseTo(bits, 10);
    }),
  );
});
