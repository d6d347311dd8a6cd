import fc from "fast-check";
import { expect, test } from "vitest";

import { FormatError } from "../core/format-error.ts";
import { parseLiteral, type PythonLiteral } from "./literal.ts";

/** The value in short: tuples and lists as arrays with their kind before them. */
function plain(literal: PythonLiteral): unknown {
  switch (literal.kind) {
    case "none":
      return null;
    case "bool":
    case "float":
    case "string":
      return literal.value;
    case "int":
      return Number(literal.value);
    case "bytes":
      return ["bytes", literal.value];
    case "tuple":
    case "list":
    case "set":
      return [literal.kind, ...literal.items.map(plain)];
    case "dict":
      return ["dict", ...literal.entries.map(({ key, value }) => [plain(key), plain(value)])];
  }
}

const parse = (text: string): unknown => plain(parseLiteral(text, 64));

test.each<[string, unknown]>([
  ["None", null],
  [" True # said\n", true],
  ["1_000", 1000],
  ["0x1F", 31],
  ["0o17", 15],
  ["0b11", 3],
  ["10L", 10],
  ["-5", -5],
  ["1.5e3", 1500],
  ["'a\\x41\\n\\'\\101\\u00e9\\q'", "aA\n'Aé\\q"],
  ['r"\\x"', "\\x"],
  ["b'\\xff'", ["bytes", "\u00ff"]],
  ["b'\\u0041'", ["bytes", "\\u0041"]],
  ["'a' \"b\"", "ab"],
  ["u'a'", "a"],
  ["()", ["tuple"]],
  ["(1)", 1],
  ["(1,)", ["tuple", 1]],
  ["[1, 2,]", ["list", 1, 2]],
  ["{}", ["dict"]],
  ["{1, 2}", ["set", 1, 2]],
  ["{'a': (1, [2]), 'b': None}", ["dict", ["a", ["tuple", 1, ["list", 2]]], ["b", null]]],
])("%s", (text, value) => {
  expect(parse(text)).toEqual(value);
});

test.each([
  "",
  "x",
  "none",
  "f()",
  "1 + 1",
  "1 2",
  "01",
  "1__0",
  "0x",
  "(",
  "(1",
  "(1]",
  ",",
  "(,)",
  "{1: 2, 3}",
  "{1:}",
  "'a",
  "'a\nb'",
  "'''a'''",
  "f'a'",
  "'\\x4'",
  "'\\N{DASH}'",
  "'\\U00110000'",
  "b'a' 'b'",
  "9".repeat(41),
])("%j is none", (text) => {
  expect(() => parse(text)).toThrow(expect.objectContaining({ code: "bad-field" }));
});

/** Whether a text is a literal; anything but a refusal is passed on. */
function isLiteral(text: string): boolean {
  try {
    parseLiteral(text, 64);
    return true;
  } catch (error) {
    if (FormatError.isInstance(error)) return false;
    throw error;
  }
}

test("any text is parsed or refused", () => {
  const word = fc.constantFrom(
    ...`( ) { } [ ] , : ' " \\ # + - _ 0 1 9 . e E x o b r L N None True 'a'`.split(" "),
    "\n",
    " ",
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 40 }), (words) => {
      expect([true, false]).toContain(isLiteral(words.join("")));
    }),
  );
});

/** A text as Python writes it. */
const escaped = (text: string): string =>
  `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", "\\n")}'`;

test("texts come back as they were written", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(parse(escaped(text))).toBe(text);
    }),
  );
});
