import { expect, test } from "vitest";

import { neutralizeGenerationTags } from "./generation-tags.ts";
import {
  parseTemplate,
  TEMPLATE_MAX_BLANKS,
  TEMPLATE_MAX_DEPTH,
  TEMPLATE_MAX_NODES,
} from "./parse.ts";
import { templateTags } from "./tags.ts";

const kind = (text: string): string => parseTemplate(text).kind;

test("reads what templates are made of", () => {
  expect(kind("a{{ b }}{% if c %}d{% endif %}{# e #}")).toBe("parsed");
  expect(kind("{%- generation %}{{ b }}{% endgeneration -%}")).toBe("parsed");
  expect(kind("{% include 'x' %}")).toBe("unparsed");
});

const blanks = (count: number): string => `{{ x${" ".repeat(count)}}}`;
// One level for the sum of two, one more for each further term.
const sum = (depth: number): string => `{{ x${"+x".repeat(depth)} }}`;
const list = (count: number): string => `{{ [${"1,".repeat(count)}] }}`;

test("limits hold at their edge", () => {
  expect([kind(blanks(TEMPLATE_MAX_BLANKS)), kind(blanks(TEMPLATE_MAX_BLANKS + 1))]).toEqual([
    "parsed",
    "unparsed",
  ]);
  expect([kind(sum(TEMPLATE_MAX_DEPTH)), kind(sum(TEMPLATE_MAX_DEPTH + 1))]).toEqual([
    "parsed",
    "unparsed",
  ]);
  expect([kind(list(TEMPLATE_MAX_NODES - 1)), kind(list(TEMPLATE_MAX_NODES))]).toEqual([
    "parsed",
    "unparsed",
  ]);
});

test.each([
  ["{% generation %}", "{{ '' }}"],
  ["{%- endgeneration -%}", "{{ '' }}"],
  ["{%+ generation +%}{% generation%}", "{{ '' }}{{ '' }}"],
  ["{% generations %}", "{% generations %}"],
  ["{% set generation = 1 %}", "{% set generation = 1 %}"],
  ["{%", "{%"],
])("%s becomes %s", (text, expected) => {
  expect(neutralizeGenerationTags(text)).toBe(expected);
});

test.each([
  ["a{{ b }}c", [" b "]],
  ["{{ {'a': {'b': 1}} }}", [" {'a': {'b': 1}} "]],
  ["{{ '}}' }}{%- x '%}' -%}", [" '}}' ", "- x '%}' -"]],
  ["{{ '\\'}}' }}", [" '\\'}}' "]],
  ["{# {{ a }} #}{{ b }}", [" b "]],
  ["{{ a", [" a"]],
  ["{ {b} {# a", []],
])("finds the code of %s", (text, codes) => {
  expect([...templateTags(text)].map(({ code }) => code)).toEqual(codes);
});
