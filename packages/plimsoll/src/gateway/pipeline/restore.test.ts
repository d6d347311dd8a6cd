import fc from "fast-check";
import { expect, test } from "vitest";

import { Restorer } from "./restore.ts";

const ORIGINALS = new Map([
  ["[A_1]", "ann"],
  ["[A_10]", "bob"],
  ["[A_1", "?"],
  ["x", "[A_1]"],
]);

/** The longest of them at each place, from left to right, and nothing put back is looked at again. */
function restored(text: string): string {
  return text.replaceAll(/\[A_10\]|\[A_1\]|\[A_1|x/gu, (one) => ORIGINALS.get(one) ?? one);
}

test("however a text is cut, the same is put back", () => {
  const texts = fc.array(fc.constantFrom("[A_1]", "[A_10]", "[A_1", "[A", "[", "x", "b", "0]"));
  fc.assert(
    fc.property(texts, fc.array(fc.nat(60)), (parts, cuts) => {
      const text = parts.join("");
      const restorer = new Restorer(ORIGINALS, false);
      let out = "";
      let at = 0;
      for (const cut of cuts.toSorted((a, b) => a - b)) {
        const to = Math.max(at, Math.min(cut, text.length));
        out += restorer.push(text.slice(at, to), false);
        at = to;
      }
      out += restorer.push(text.slice(at), true);
      expect(out).toBe(restored(text));
    }),
  );
});
