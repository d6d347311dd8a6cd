import { expect, test } from "vitest";

import { CHAT_TEMPLATES } from "../../../testing/chat-templates.ts";
import { checkCases, runCase } from "../../../testing/check-cases.ts";
import { CHATML_TOKENS, chatFolder, chatGguf, type Files } from "../../../testing/chat-folder.ts";
import check from "./renders.ts";

const chat = (template: string): Files =>
  chatFolder(template, "<|im_end|>", CHATML_TOKENS, { bos_token: "<s>" });

const turn = "{{ '<|im_start|>' + message.role + ' ' + message.content + '<|im_end|>' }}";
const each = (body: string): string => `{% for message in messages %}${body}{% endfor %}`;
const refuseIf = (condition: string): string =>
  `{% if ${condition} %}{{ raise_exception('Not this.') }}{% endif %}${each(turn)}`;
const doubling =
  "{% set n = namespace(s='ab') %}{% for i in range(40) %}{% set n.s = n.s + n.s %}{% endfor %}{{ n.s }}";

checkCases(check, {
  caught: [
    {
      name: "a template that refuses a question",
      files: chat(refuseIf("messages[0].role == 'user'")),
      finds: [
        {
          level: "caution",
          key: "refuses",
          file: "tokenizer_config.json",
          member: "chat_template",
        },
      ],
      verdict: "caution",
    },
    {
      name: "a template that refuses a second question",
      files: chat(refuseIf("messages|length > 2")),
      finds: [{ level: "caution", key: "refuses" }],
    },
    {
      name: "a template that leaves earlier turns away",
      files: chat("{% set message = messages[-1] %}" + turn),
      finds: [
        { level: "caution", key: "loses" },
        { level: "caution", key: "loses-system" },
      ],
    },
    {
      name: "a template that drops a system message in silence",
      files: chat(each(`{% if message.role != 'system' %}${turn}{% endif %}`)),
      finds: [{ level: "caution", key: "loses-system" }],
    },
    {
      name: "a template in GGUF that refuses a question",
      files: chatGguf({ chatTemplate: refuseIf("true") }),
      finds: [{ level: "caution", key: "refuses", member: "tokenizer.chat_template" }],
    },
  ],
  clean: [
    { name: "every turn is written", files: chat(each(turn)), finds: [], verdict: "clear" },
    {
      name: "no place for a system message",
      files: chat(refuseIf("messages[0].role == 'system'")),
      finds: [{ level: "note", key: "refuses-system" }],
      verdict: "clear",
    },
    {
      name: "a system message within the first user message",
      files: chat(CHAT_TEMPLATES.gemma),
      finds: [{ level: "note", key: "merges-system" }],
      verdict: "clear",
    },
    {
      name: "an empty message",
      files: chat(refuseIf("messages[0].content == ''")),
      finds: [{ level: "note", key: "refuses-empty" }],
      verdict: "clear",
    },
    {
      name: "a template for tools alone may refuse everything else",
      files: chatFolder(undefined, "<|im_end|>", CHATML_TOKENS, {
        chat_template: [
          { name: "default", template: each(turn) },
          { name: "rag", template: refuseIf("not documents") },
        ],
      }),
      finds: [],
      verdict: "clear",
    },
    {
      name: "no template",
      files: chatFolder(undefined, "</s>", ["</s>"]),
      verdict: "not-applicable",
    },
  ],
  hostile: [
    {
      name: "a template that cannot be parsed",
      files: chat("{% include 'x' %}"),
      finds: [],
      verdict: "unknown",
    },
    {
      name: "a template that this renderer cannot run",
      files: chat("{{ messages|pprint }}"),
      finds: [],
      verdict: "unknown",
    },
    {
      name: "a template that doubles its prompt forty times",
      files: chat(doubling),
      finds: [],
      verdict: "unknown",
    },
    {
      name: "an exception as long as a book",
      files: chat("{{ raise_exception(messages[0].content ~ '" + "x".repeat(100_000) + "') }}"),
      finds: [{ level: "caution", key: "refuses" }],
    },
  ],
});

/** Families whose idioms the interpreter knows; the one left out filters a list by another list. */
const FAMILIES = Object.entries(CHAT_TEMPLATES).filter(([name]) => name !== "generationTags");

test.each(FAMILIES)("%s writes every conversation", async (_, template) => {
  const { outcome } = await runCase(check, { name: "", files: chat(template) });
  const findings = "findings" in outcome ? outcome.findings : [];
  expect(["pass", "findings"]).toContain(outcome.kind);
  expect(findings.filter(({ level }) => level !== "note")).toEqual([]);
});
