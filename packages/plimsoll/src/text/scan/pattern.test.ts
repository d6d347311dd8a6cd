import { expect, test } from "vitest";

import { parsePattern } from "./pattern.ts";
import { compileProgram } from "./program.ts";

test.each([
  "(?=a)",
  "(?<!a)b",
  String.raw`(a)\1`,
  String.raw`\p{L}`,
  "(?m)^a",
  "a{1001}",
  "a{3,2}",
  "(a",
  "a)",
  "[a",
  "[b-a]",
  "*a",
  String.raw`a\x{110000}`,
  "a\\",
  "[[:nothing:]]",
])("%s is refused", (pattern) => {
  expect(() => parsePattern(pattern)).toThrow(SyntaxError);
});

test.each([
  "(?i:a)(?s)b.",
  "(?P<name>a)|(?<other>b)",
  String.raw`[\w.-]{0,50}?`,
  "a{1000}",
  "a{,3}",
  "${x}",
  "[]a]",
  "[^]a]",
  "[a-]",
  String.raw`\x60\x{2011}`,
  "[[:alnum:]_]",
  "(?i-s:a)",
  "",
])("%s is read", (pattern) => {
  expect(() => parsePattern(pattern)).not.toThrow();
});

test("patterns that count without measure are refused", () => {
  expect(() => compileProgram([{ pattern: "(?:(?:a{1000}){1000}){2}" }])).toThrow(RangeError);
});
