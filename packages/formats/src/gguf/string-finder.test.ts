import fc from "fast-check";
import { expect, test } from "vitest";

import { StringArray } from "./string-array.ts";
import { openStringFinder } from "./string-finder.ts";

function listOf(texts: readonly string[]): StringArray {
  const parts: Buffer[] = [];
  const starts = [0];
  for (const text of texts) {
    const bytes = Buffer.from(text);
    const length = Buffer.alloc(8);
    length.writeUInt32LE(bytes.length);
    parts.push(length, bytes);
    starts.push((starts.at(-1) ?? 0) + 8 + bytes.length);
  }
  return new StringArray(Buffer.concat(parts), Uint32Array.from(starts));
}

const text = fc.string({ unit: "grapheme", maxLength: 6 });

test("finds the texts of a list and no others, as a set does", () => {
  fc.assert(
    fc.property(fc.array(text), fc.array(text), (held, asked) => {
      const has = openStringFinder(listOf(held));
      for (const one of [...held, ...asked]) expect(has(one)).toBe(held.includes(one));
    }),
  );
});

test("long texts, the empty one, and a question too many are answered alike", () => {
  const long = "x".repeat(300);
  const has = openStringFinder(listOf(["a", long, `${long}y`]));
  for (let question = 0; question < 300; question += 1) {
    expect([has("a"), has(""), has(long), has(`${long}z`), has(`${long}y`)]).toEqual([
      true,
      false,
      true,
      false,
      true,
    ]);
  }
});
