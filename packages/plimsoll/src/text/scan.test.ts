import fc from "fast-check";
import { expect, test } from "vitest";

import { buildScanner } from "./scan.ts";

/** Every occurrence by the plainest means, in the scanner's order: by end, longer keywords first. */
function naive(keywords: readonly string[], text: string): string[] {
  const hits: { end: number; length: number; keyword: number; start: number }[] = [];
  for (const [keyword, word] of keywords.entries()) {
    for (let start = text.indexOf(word); start >= 0; start = text.indexOf(word, start + 1)) {
      hits.push({ end: start + word.length, length: word.length, keyword, start });
    }
  }
  return hits
    .toSorted((a, b) => a.end - b.end || b.length - a.length || a.keyword - b.keyword)
    .map(({ keyword, start }) => `${keyword}@${start}`);
}

function scanned(keywords: readonly string[], text: string, ignoreCase = false): string[] {
  const hits: string[] = [];
  buildScanner(keywords, { ignoreCase }).scan(text, (keyword, start) =>
    hits.push(`${keyword}@${start}`),
  );
  return hits;
}

const letters = fc.constantFrom("a", "b", "c", "A", "é");
const word = fc.string({ unit: fc.constantFrom("a", "b", "c", "A"), minLength: 1, maxLength: 4 });

test("finds what indexOf finds, in any text", () => {
  fc.assert(
    fc.property(
      fc.array(word, { maxLength: 6 }),
      fc.string({ unit: letters, maxLength: 60 }),
      (keywords, text) => {
        expect(scanned(keywords, text)).toEqual(naive(keywords, text));
      },
    ),
  );
});

test("ignoring case is searching the lower case", () => {
  fc.assert(
    fc.property(
      fc.array(word, { maxLength: 4 }),
      fc.string({ unit: letters, maxLength: 40 }),
      (keywords, text) => {
        const lower = keywords.map((one) => one.toLowerCase());
        expect(scanned(keywords, text, true)).toEqual(naive(lower, text.replaceAll("A", "a")));
      },
    ),
  );
});

test.each([
  [["he", "she", "hers"], "ushers", ["1@1", "0@2", "2@2"]],
  [["aa"], "aaaa", ["0@0", "0@1", "0@2"]],
  [["token"], "Token TOKEN tok", []],
  [[], "anything", []],
])("%j in %s", (keywords, text, hits) => {
  expect(scanned(keywords, text)).toEqual(hits);
});

test("keeps its place in a text that lower case would lengthen", () => {
  expect(scanned(["key"], "İİ KEY", true)).toEqual(["0@3"]);
});

test.each([[[""]], [["ключ"]], [["a".repeat(65_536)]]])("refuses keywords %#", (keywords) => {
  expect(() => buildScanner(keywords)).toThrow(RangeError);
});

test("takes as many keyword characters as the limit", () => {
  expect(() => buildScanner(["a".repeat(65_535)])).not.toThrow();
});
