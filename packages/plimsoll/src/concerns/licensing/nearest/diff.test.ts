import fc from "fast-check";
import { expect, test } from "vitest";

import { diffWords } from "./diff.ts";
import { packHashes, unpackHashes, wordHashes } from "./words.ts";

const of = (text: string): Uint16Array => wordHashes(text === "" ? [] : text.split(" "));

test.each([
  ["a b c", "a b c", 0, []],
  ["a b c", "a c", 1, [[1, 2, 1, 1]]],
  ["a c", "a b c", 1, [[1, 1, 1, 2]]],
  [
    "you shall not sell",
    "you shall sell it",
    2,
    [
      [2, 3, 2, 2],
      [4, 4, 3, 4],
    ],
  ],
  ["a x c", "a y c", 2, [[1, 2, 1, 2]]],
  ["", "a", 1, [[0, 0, 0, 1]]],
])("%j against %j differs by %d", (a, b, distance, edits) => {
  const found = diffWords(of(a), of(b), 10);
  expect(found?.distance).toBe(distance);
  expect(found?.edits.map((one) => [one.aFrom, one.aTo, one.bFrom, one.bTo])).toEqual(edits);
});

test("at the limit it answers, above it not", () => {
  expect(diffWords(of("a b"), of("c d"), 4)?.distance).toBe(4);
  expect(diffWords(of("a b"), of("c d"), 3)).toBeUndefined();
});

test("the edits make one text of the other", () => {
  const words = fc.array(fc.constantFrom("a", "b", "c", "d", "e"), { maxLength: 30 });
  fc.assert(
    fc.property(words, words, (a, b) => {
      const { edits = [], distance = 0 } = diffWords(wordHashes(a), wordHashes(b), 100) ?? {};
      const built: string[] = [];
      let at = 0;
      let cost = 0;
      for (const edit of edits) {
        built.push(...a.slice(at, edit.aFrom), ...b.slice(edit.bFrom, edit.bTo));
        at = edit.aTo;
        cost += edit.aTo - edit.aFrom + (edit.bTo - edit.bFrom);
      }
      expect([...built, ...a.slice(at)]).toEqual(b);
      expect(cost).toBe(distance);
    }),
  );
});

test("hashes are packed and unpacked", () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (words) => {
      expect([...unpackHashes(packHashes(wordHashes(words)))]).toEqual([...wordHashes(words)]);
    }),
  );
});
