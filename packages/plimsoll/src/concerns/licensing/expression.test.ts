import fc from "fast-check";
import { expect, test } from "vitest";

import { choicesOf, relate, type Choices } from "./expression.ts";

const of = (text: string): Choices => choicesOf(text) ?? [];

test.each([
  ["MIT", [["MIT"]]],
  ["MIT OR Apache-2.0", [["MIT"], ["Apache-2.0"]]],
  ["MIT AND Apache-2.0", [["MIT", "Apache-2.0"]]],
  [
    "MIT AND (ISC OR Zlib)",
    [
      ["MIT", "ISC"],
      ["MIT", "Zlib"],
    ],
  ],
  ["MIT OR (MIT AND ISC)", [["MIT"]]],
  ["MIT AND MIT", [["MIT"]]],
  ["GPL-2.0-only WITH Classpath-exception-2.0", [["GPL-2.0-only WITH Classpath-exception-2.0"]]],
])("%s offers %j", (text, choices) => {
  expect(of(text)).toEqual(choices);
});

test.each(["", "mit-ish", "MIT OR", "(((MIT", "MIT; ISC"])("%j is no expression", (text) => {
  expect(choicesOf(text)).toBeUndefined();
});

test.each([
  ["MIT OR ISC", "ISC OR MIT", "same"],
  ["MIT AND (ISC OR Zlib)", "(Zlib AND MIT) OR (ISC AND MIT)", "same"],
  ["MIT", "MIT OR ISC", "narrower"],
  ["MIT OR ISC", "MIT", "wider"],
  ["MIT", "MIT AND ISC", "different"],
  ["GPL-2.0-only", "GPL-2.0-only WITH Classpath-exception-2.0", "different"],
] as const)("%s and %s: %s", (a, b, relation) => {
  expect(relate(of(a), of(b))).toBe(relation);
});

const pairs = (count: number): string =>
  Array.from({ length: count }, (_, at) => `(LicenseRef-a${at} OR LicenseRef-b${at})`).join(
    " AND ",
  );

test("choices that multiply end at a limit", () => {
  expect(choicesOf(pairs(6))).toHaveLength(64);
  expect(choicesOf(pairs(7))).toBeUndefined();
});

test("brackets and order never change what is offered", () => {
  const id = fc.constantFrom("MIT", "ISC", "Zlib", "Apache-2.0");
  const { tree } = fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "small" },
      id,
      fc
        .tuple(tie("tree"), fc.constantFrom("AND", "OR"), tie("tree"))
        .map(([a, word, b]) => `(${a} ${word} ${b})`),
    ),
  }));
  fc.assert(
    fc.property(tree, tree, fc.constantFrom("AND", "OR"), (a, b, word) => {
      const one = choicesOf(`${a} ${word} ${b}`);
      const other = choicesOf(`(${b}) ${word} (${a})`);
      fc.pre(one !== undefined && other !== undefined);
      expect(relate(one, other)).toBe("same");
    }),
  );
});
