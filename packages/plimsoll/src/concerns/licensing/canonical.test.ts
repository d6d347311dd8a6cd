import fc from "fast-check";
import { expect, test } from "vitest";

import { canonicalText } from "./canonical.ts";

const words = (text: string): string => canonicalText(text).words;

test.each([
  ["a “Work”", 'A "work"'],
  ["1. one;\n2. two", "* one;\n* two"],
  ["Copyright (c) 2026 Acme Ltd.\nthe terms", "the terms"],
  ["All rights reserved.\nthe terms", "the terms"],
  ["# the terms", "// the terms"],
  ["Non\u200BCommercial", "noncommercial"],
  ["(1) assert and (2) offer", "assert and offer"],
])("%j and %j say the same", (one, other) => {
  expect(words(one)).toBe(words(other));
});

test.each([
  ["700 million", "70 million"],
  ["you may not", "you may"],
  ["under section\n7. This", "under section\n8. This"],
  ["Copyright (c) 2026 Acme. You may not sell it.", ""],
  ["Copyright (c) 2026 Acme, for use in research", ""],
  ["version 3.1", "version 3.2"],
])("%j and %j do not", (one, other) => {
  expect(words(one)).not.toBe(words(other));
});

test("wrapping, case and blanks do not matter", () => {
  const word = fc.constantFrom("the", "Licensed", "work", "shall", "not", "be", "sold", "700");
  fc.assert(
    fc.property(
      fc.array(word, { minLength: 1 }),
      fc.constantFrom("\n", "\r\n", "  ", "\t"),
      (list, gap) => {
        expect(words(list.join(gap).toUpperCase())).toBe(words(list.join(" ")));
      },
    ),
  );
});

test("a line of a megabyte takes no more than a pass", () => {
  const before = performance.now();
  canonicalText(`${" ".repeat(300_000)}${"(i".repeat(200_000)}${"# ".repeat(150_000)}`);
  expect(performance.now() - before).toBeLessThan(2_000);
});
