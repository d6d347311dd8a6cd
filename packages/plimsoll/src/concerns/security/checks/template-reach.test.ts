import { tinyLlama } from "@plimsoll/formats/kit";
import { expect, test } from "vitest";

import { CHAT_TEMPLATES } from "../../../testing/chat-templates.ts";
import { checkCases, runCase, type CheckCase } from "../../../testing/check-cases.ts";
import check from "./template-reach.ts";

const jinja = (name: string, text: string, rest: Partial<CheckCase> = {}): CheckCase => ({
  name,
  files: { "chat_template.jinja": text },
  ...rest,
});
const config = (value: unknown): string => JSON.stringify({ chat_template: value });

checkCases(check, {
  caught: [
    jinja("attribute of the interpreter", "{{ ''.__class__.__mro__[1].__subclasses__() }}", {
      finds: [
        { level: "stop", key: "dunder", file: "chat_template.jinja" },
        { level: "stop", key: "dunder" },
        { level: "stop", key: "dunder" },
      ],
      verdict: "stop",
    }),
    jinja("functions of Jinja itself", "{{ cycler.__init__.__globals__ }}", {
      finds: [
        { level: "stop", key: "reach" },
        { level: "stop", key: "dunder" },
        { level: "stop", key: "dunder" },
      ],
    }),
    jinja("format string", "{{ '{0.__class__}'.format(messages) }}", {
      finds: [{ level: "stop", key: "call" }],
    }),
    jinja("glued key", "{% set x = ''['__cla' ~ 'ss__'] %}", {
      finds: [{ level: "stop", key: "constructed-key" }],
    }),
    jinja("filter nobody reviewed", "{{ messages | pprint }}", {
      finds: [{ level: "caution", key: "unlisted" }],
      verdict: "unknown",
    }),
    jinja("endless range", "{% for i in range(999999999) %}{% endfor %}", {
      finds: [{ level: "caution", key: "exhausts" }],
      verdict: "caution",
    }),
    {
      name: "one of several named templates",
      files: {
        "tokenizer_config.json": config([
          { name: "default", template: "{{ messages }}" },
          { name: "tool_use", template: "{{ lipsum }}" },
        ]),
      },
      finds: [{ level: "stop", key: "reach", member: "chat_template[1]" }],
    },
    {
      name: "metadata of a GGUF file",
      files: { "model.gguf": tinyLlama({ chatTemplate: "{{ messages.__class__ }}" }) },
      finds: [{ level: "stop", key: "dunder", member: "tokenizer.chat_template" }],
    },
  ],
  clean: [
    jinja("prose about the same", "Read __globals__ of x. {# {{ x.__class__ }} #}{{ messages }}"),
    jinja("text about the same", "{{ 'Read __globals__.' ~ messages[0].content }}"),
    jinja("the same key whole", "{% set x = messages[0]['content'] %}{{ x }}"),
    jinja("the same filter, listed", "{{ messages | tojson }}"),
    jinja("a range that ends", "{% for i in range(100) %}{% endfor %}"),
    { name: "no template at all", files: { "config.json": "{}" }, verdict: "not-applicable" },
    {
      name: "a GGUF file",
      files: { "model.gguf": tinyLlama({ chatTemplate: CHAT_TEMPLATES.chatml }) },
      verdict: "clear",
    },
    {
      name: "every family, by name",
      files: {
        "tokenizer_config.json": config(
          Object.entries(CHAT_TEMPLATES).map(([name, template]) => ({ name, template })),
        ),
      },
      verdict: "clear",
    },
  ],
  hostile: [
    jinja("loads a file", "{% include 'x' %}", {
      finds: [{ level: "stop", key: "loads-template" }],
      verdict: "stop",
    }),
    jinja("parentheses without end", `{{ ${"(".repeat(20_000)}`, { finds: [], verdict: "unknown" }),
    jinja("blanks without end", `{{ x${" ".repeat(1_000_000)} }}`, {
      finds: [],
      verdict: "unknown",
    }),
    jinja("more than a megabyte", " ".repeat(1_048_577), { finds: [], verdict: "unknown" }),
    jinja("bytes that are no text", "{{ \u0000 }}", { finds: [], verdict: "unknown" }),
    jinja("nothing", "", { finds: [], verdict: "clear" }),
  ],
});

test("the place of a finding is the byte of the word in the file", async () => {
  const text = "ä\n{{ messages }}\n{{ lipsum }}";
  const { outcome } = await runCase(check, { name: "", files: { "chat_template.jinja": text } });
  expect(outcome).toMatchObject({
    findings: [{ at: { offset: Buffer.from(text).indexOf("lipsum") }, evidence: { line: 3 } }],
  });
});
