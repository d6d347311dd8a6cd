import { describe, expect, test } from "vitest";

import { parseTemplate } from "../../model/templates/parse.ts";
import { CHAT_TEMPLATES } from "../../testing/chat-templates.ts";
import { markersOf } from "./markers.ts";
import { turnEndsOf } from "./turn-ends.ts";

function body(text: string): readonly unknown[] {
  const parsed = parseTemplate(text);
  return parsed.kind === "parsed" ? parsed.body : [];
}

const ends = (text: string, added: readonly string[] = []): string[] =>
  turnEndsOf(body(text), { added, has: undefined }).map((end) =>
    end.kind === "eos" ? "eos_token" : end.text,
  );

describe("the end of a turn", () => {
  test.each([
    ["chatml", ["<|im_end|>"]],
    ["smollm2", ["<|im_end|>"]],
    ["llama2", ["eos_token"]],
    ["llama31", ["<|eot_id|>"]],
    ["mistral", ["eos_token"]],
    ["phi3", ["<|end|>"]],
    ["qwen3", ["<|im_end|>"]],
    ["granite", ["<|end_of_text|>"]],
    ["commandR", ["<|END_OF_TURN_TOKEN|>"]],
    ["zephyr", ["eos_token"]],
    ["generationTags", ["<|im_end|>"]],
  ] as const)("%s", (name, expected) => {
    expect(ends(CHAT_TEMPLATES[name])).toEqual(expected);
  });

  test("a token without bars is known from the vocabulary alone", () => {
    expect(ends(CHAT_TEMPLATES.gemma)).toEqual([]);
    expect(ends(CHAT_TEMPLATES.gemma, ["<end_of_turn>"])).toEqual(["<end_of_turn>"]);
  });

  test.each([
    ["{{ message.content }}{{ '<|end|>' }}", ["<|end|>"]],
    ["{{ message.content }}<|end|>", ["<|end|>"]],
    ["{{ message.content }}{% if x %}<tool>{% endif %}<|end|>", ["<|end|>"]],
    ["{% if x %}{{ message.content }}{% else %}{{ y }}{% endif %}<|end|>", ["<|end|>"]],
    ["{% set turn = '<|a|>' + message.content|trim + '<|end|>' %}{{ turn }}", ["<|end|>"]],
    ["{% set turn = message.content %}<|end|>", []],
    ["{{ message.content }} said <|end|>", []],
    ["{{ message.role }}<|end|>", []],
    ["{{ '<|end|>' + message.content + '<|end|>' }}", []],
    ["{% macro m() %}{{ message.content }}{% endmacro %}<|end|>", []],
    ["{{ message.content }}<|user|>", []],
    ["", []],
  ])("%s", (text, expected) => {
    expect(ends(text)).toEqual(expected);
  });
});

test.each([
  ["<|a|>{{ '<|b|><｜c▁d｜>' }}", ["<|a|>", "<|b|>", "<｜c▁d｜>"]],
  ["<|a b|><|<|c|>", ["<|c|>"]],
  ["{{ '<|' + role + '|>' }}", []],
  [`<|${"a".repeat(60)}|>`, [`<|${"a".repeat(60)}|>`]],
  [`<|${"a".repeat(61)}|>`, []],
  ["<||><|", []],
  ["{# <|a|> #}", []],
])("markers of %s", (text, expected) => {
  expect(markersOf(body(text))).toEqual(expected);
});
