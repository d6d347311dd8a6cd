import { join } from "node:path";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { openKnowledge } from "../../../config/knowledge.ts";
import { CHAT_TEMPLATES } from "../../../testing/chat-templates.ts";
import { auditTemplate } from "./audit.ts";
import { parseTemplateFacts } from "./schema.ts";

const facts = openKnowledge(join(import.meta.dirname, "../../../../knowledge")).read(
  "templates",
  parseTemplateFacts,
);
const seen = (text: string): string[] =>
  auditTemplate(text, facts).sightings.map(({ key, word }) => `${key} ${word}`);

describe("common families", () => {
  test.each(Object.entries(CHAT_TEMPLATES))("%s is clean", (_, text) => {
    expect(auditTemplate(text, facts)).toEqual({ sightings: [], unread: undefined });
  });
});

describe("what the parser cannot read", () => {
  test.each(
    [
      ["{% include 'x' %}", "loads-template include"],
      ["{%- import 'os' as o %}", "loads-template import"],
      ["{%+ from 'x' import y %}", "loads-template from"],
      ["{% extends 'x' %}", "loads-template extends"],
      ["{% do x.__class__ %}", "dunder __class__"],
      ["{% do x['\\137_class__'] %}", "dunder __class__"],
      ["{% do x['\\U0000005f_class__'] %}", "dunder __class__"],
      ["{% do x['\\N{LOW LINE}_cla'] %}", "dunder \\N{LOW LINE}_cla"],
      ["{% do x|attr('y') %}", "reach attr"],
      ["{% do x.gi_frame %}", "reach gi_frame"],
      ["{% do lipsum %}", "reach lipsum"],
      ["{% raw %}{{ x.__class__ }}{% endraw %}", "dunder __class__"],
      ["{{ x.__class__", "dunder __class__"],
      [`{{ ${"(".repeat(20_000)}x.__class__`, "dunder __class__"],
    ].map(([text = "", sighting]) => [text.slice(0, 40), text, sighting]),
  )("%s", (_, text = "", sighting) => {
    const audit = auditTemplate(text, facts);
    expect(audit.unread).toBeTypeOf("string");
    expect(seen(text)).toContain(sighting);
  });

  test.each(
    [
      "{% raw %}{{ x.class }}{% endraw %}",
      "{% do x.include %}",
      "{% do x['\\101'] %} __class__ {# x.__class__ #}",
      "{{ x is divisibleby(3) }}",
      `{{ ${"(".repeat(20_000)}1${")".repeat(20_000)} }}`,
      `{{ ${"not ".repeat(20_000)}x }}`,
      "{% if x %}".repeat(2_000),
      "{{ 'a",
      "{#",
      `{{ x${" ".repeat(300)}}}`,
    ].map((text) => [text.slice(0, 20), text]),
  )("%s stays unread and is no finding", (_, text) => {
    const audit = auditTemplate(text, facts);
    expect(audit.unread).toBeTypeOf("string");
    expect(audit.sightings).toEqual([]);
  });
});

test("code does not hide in what the parser takes for a comment", () => {
  const text = "{ {%- generation -%} # {{ x.__class__ }} {%- endgeneration -%} #}{{ x }}";
  expect(seen(text)).toContain("dunder __class__");
});

test("what is told of one template is bounded", () => {
  const many = Array.from({ length: 60 }, (_, index) => `{{ f${index}() }}`).join("");
  const audit = auditTemplate(many, facts);
  expect(audit.sightings).toHaveLength(40);
  expect(audit.unread).toBeTypeOf("string");
});

test("no text breaks it, and no text hides an attack behind it", () => {
  const piece = fc.constantFrom(
    "{{",
    "}}",
    "{%",
    "%}",
    "{#",
    "#}",
    "'",
    '"',
    "\\",
    "set x",
    "for x in y",
    "endfor",
    "x",
    ".",
    "[",
    "]",
    "(",
    ")",
    "|",
    "~",
    "__class__",
    "generation",
    " ",
    "\n",
    "-",
    "raw",
    "if x",
    "endif",
    "1",
    ",",
    "=",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => {
      const text = pieces.join(" ");
      auditTemplate(text, facts);
      expect(seen(`{{ x.__mro__ }}${text}`)).toContain("dunder __mro__");
    }),
  );
});
