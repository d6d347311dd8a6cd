import { expect, test } from "vitest";

import { isBot, openAuthors } from "./authors.ts";

const people = (...pairs: readonly (readonly [string, string])[]): number => {
  const book = openAuthors();
  const numbers = pairs.map(([email, name]) => book.of(email, name));
  return new Set(numbers.map(book.resolve)).size;
};

test.each([
  [
    "one address",
    1,
    [
      ["A@x.org", "Ann Ax"],
      ["a@X.org", "A."],
    ],
  ],
  [
    "one full name",
    1,
    [
      ["a@x.org", "Ann Ax"],
      ["b@y.org", "ann ax"],
    ],
  ],
  [
    "a chain of both",
    1,
    [
      ["a@x.org", "Ann Ax"],
      ["b@y.org", "Ann Ax"],
      ["b@y.org", "Nickname"],
    ],
  ],
  [
    "a forge's stand-in",
    1,
    [
      ["1+ann@users.noreply.github.com", "x"],
      ["ann@users.noreply.github.com", "y"],
    ],
  ],
  [
    "two people",
    2,
    [
      ["a@x.org", "Ann Ax"],
      ["b@y.org", "Ben Bee"],
    ],
  ],
  [
    "a name of many machines",
    2,
    [
      ["a@x.org", "root"],
      ["b@y.org", "root"],
    ],
  ],
  [
    "a short name",
    2,
    [
      ["a@x.org", "Jo"],
      ["b@y.org", "Jo"],
    ],
  ],
  [
    "nobody",
    1,
    [
      ["", ""],
      [" ", ""],
    ],
  ],
] as const)("%s", (_, count, pairs) => {
  expect(people(...pairs)).toBe(count);
});

test.each([
  ["x@y.org", "dependabot[bot]", true],
  ["49699333+renovate[bot]@users.noreply.github.com", "x", true],
  ["x@y.org", "Release Bot", true],
  ["x@y.org", "Ann Abbot", false],
  ["abbott@y.org", "Botond", false],
  ["noreply@github.com", "Ann", false],
])("%s, %s", (email, name, expected) => {
  expect(isBot(email, name)).toBe(expected);
});

test("a chain of a hundred thousand names is resolved in time", () => {
  const book = openAuthors();
  let last = 0;
  for (let index = 0; index < 100_000; index += 1) {
    last = book.of(`e${index}@x.org`, `person ${index}`);
    book.of(`e${index}@x.org`, `person ${index + 1}`);
  }
  expect(book.resolve(last)).toBe(book.resolve(0));
});
