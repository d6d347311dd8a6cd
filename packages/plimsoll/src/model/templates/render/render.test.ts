import { describe, expect, test } from "vitest";

import { parseForRendering } from "../parse.ts";
import {
  countParts,
  Meter,
  RENDER_MAX_CHARS,
  RENDER_MAX_INDENT,
  RENDER_MAX_LETTERS,
  RENDER_MAX_PARTS,
  RENDER_MAX_STEPS,
} from "./budget.ts";
import type { ChatRequest, RenderResult } from "./contract.ts";
import { RANGE_MAX } from "./globals.ts";
import { renderParsed } from "./render.ts";
import { RenderStopped } from "./stops.ts";

function render(template: string, more: Partial<ChatRequest> = {}): RenderResult {
  return renderParsed(parseForRendering(template), {
    template,
    messages: [{ role: "user", content: "hi" }],
    addGenerationPrompt: true,
    now: new Date("2031-03-07T08:09:10Z"),
    ...more,
  });
}

function text(template: string, more: Partial<ChatRequest> = {}): string {
  const result = render(template, more);
  return result.kind === "rendered" ? result.text : JSON.stringify(result);
}

describe("what transformers gives a template", () => {
  test.each([
    ["{{ strftime_now('%d %b %Y') }}", "07 Mar 2031"],
    ["{{ messages[0].content }}{{ add_generation_prompt }}", "hitrue"],
    ["{{ tools is none }}{{ documents is none }}{{ bos_token is defined }}", "truetruefalse"],
    ["{{ {'a': [1, 'é'], 'b': none} | tojson }}", '{"a": [1, "é"], "b": null}'],
    ["{{ dict(a=1, b='x') | tojson }}", '{"a": 1, "b": "x"}'],
    ["{% set dict = 'mine' %}{{ dict }}", "mine"],
    ["{{ [1, 2] | count }}{{ nothing | d('x') }}", "2x"],
    [
      "{% set n = namespace(a=1) %}{% for i in range(3) %}{% set n.a = i %}{% endfor %}{{ n.a }}",
      "2",
    ],
    ["{{ range(4) | join(',') }} {{ range(5, 1, -2) | join(',') }}", "0,1,2,3 5,3"],
    ["{% for i in range(9) %}{% if i == 2 %}{% break %}{% endif %}{{ i }}{% endfor %}", "01"],
    ["{% filter replace('a', 'b') %}aa{% endfilter %}", "bb"],
    ["{% for i in range(6) if i is even %}{{ i }}{% endfor %}", "024"],
    ["a\r\n{% if true %}\r\n  b\r\n  {% endif %}\nc\n", "a\n  b\nc"],
    ["{% generation %}\na{% endgeneration %}\nb", "ab"],
    ["x {%- generation -%} a {%- endgeneration -%} b", "xab"],
  ])("%s", (template, expected) => {
    expect(text(template)).toBe(expected);
  });

  test("special tokens and further variables", () => {
    const more = { bosToken: "<s>", eosToken: "</s>", extra: { enable_thinking: false } };
    expect(text("{{ bos_token }}{{ enable_thinking }}{{ eos_token }}", more)).toBe("<s>false</s>");
  });

  test("further variables do not replace its functions or the conversation", () => {
    const extra = { namespace: "x", messages: [], true: false };
    expect(text("{{ namespace(a=true).a }}{{ messages|length }}", { extra })).toBe("true1");
  });
});

test("a refusal is the template's own words", () => {
  expect(render("{{ raise_exception('Roles must take turns.') }}")).toEqual({
    kind: "refused",
    message: "Roles must take turns.",
  });
  expect(render("{{ raise_exception(messages) }}").kind).toBe("refused");
});

test.each([
  "{% include 'x' %}",
  "{{ messages | pprint }}",
  "{{ none + 1 }}",
  "{% break %}",
  "{{ range(0, 1, 0) }}",
  "{{ strftime_now(1) }}",
])("%s fails", (template) => {
  expect(render(template).kind).toBe("failed");
});

test("nothing of JavaScript is in reach", () => {
  const reaching =
    "{{ ''.constructor }}{{ messages.__proto__ }}{{ messages['constructor'] }}{{ process }}{{ globalThis }}";
  expect(text(reaching)).toBe("");
});

/** A text of 2^n times 2 characters. */
const doubled = (n: number, start = "ab"): string =>
  `{% set n = namespace(s='${start}') %}{% for i in range(${n}) %}{% set n.s = n.s + n.s %}{% endfor %}`;

const json = (indent: number): string => `{{ messages | tojson(indent=${indent}) }}`;
const range = (steps: number): string => `{% set x = range(${steps}) %}`;

describe("limits hold at their edge", () => {
  const parts = "x,".repeat(RENDER_MAX_PARTS);
  const letters = "x".repeat(RENDER_MAX_LETTERS);
  const split = "{% set x = t.split(',') %}";
  const replace = "{% set x = t | replace(',', '') %}";
  const slice = "{% set x = t[1:] %}";
  test.each([
    ["range", range(RANGE_MAX), range(RANGE_MAX + 1), "", ""],
    ["a text", doubled(20), doubled(21), "", ""],
    ["an indent", json(RENDER_MAX_INDENT), json(RENDER_MAX_INDENT + 1), "", ""],
    ["parts", split, split, parts, `${parts},`],
    ["places", replace, replace, parts, `${parts},`],
    ["letters", slice, slice, letters, `${letters}x`],
  ])("%s", (_, below, above, textBelow, textAbove) => {
    expect(render(below, { extra: { t: textBelow } }).kind).toBe("rendered");
    expect(["too-large", "failed"]).toContain(render(above, { extra: { t: textAbove } }).kind);
  });
});

const again = "{% for i in range(99) %}{% set x = n.s | upper %}{% endfor %}";
const nesting =
  "{% set n = namespace(l=['x']) %}{% for i in range(30) %}{% set n.l = [n.l, n.l] %}{% endfor %}{{ n.l | tojson }}";

test.each([
  ["a filter", doubled(18) + "{{ n.s | replace('a', n.s) }}"],
  ["a method", doubled(18) + "{{ n.s.replace('a', n.s) }}"],
  ["a method by another name", doubled(18) + "{% set f = n.s['re' ~ 'place'] %}{{ f('a', n.s) }}"],
  ["a block", doubled(18) + "{% filter replace('a', n.s) %}{{ n.s }}{% endfilter %}"],
  ["a join", doubled(18) + "{{ range(100) | join(n.s) }}"],
  ["unpacked arguments", doubled(18) + "{{ range(100) | join(*[n.s]) }}"],
  ["a named argument", "{{ [[1]] | tojson(**{'indent': 1000000}) }}"],
  ["an indent", doubled(18, "a\\n") + "{{ n.s | indent(60) }}"],
  ["lists of lists", nesting],
  ["a namespace within itself", "{% set n = namespace() %}{% set n.a = [n, n] %}{{ n | tojson }}"],
  ["texts made again and again", doubled(18) + again],
])("%s cannot make much of little", (_, template) => {
  expect(render(template).kind).toBe("too-large");
});

test("rounds of loops are steps, even when nothing stands in them", () => {
  const loop = "{% for a in l %}{% break %}{% endfor %}";
  const loops = (count: number): string => `{% set l = range(99999) %}${loop.repeat(count)}`;
  expect(render(loops(9)).kind).toBe("rendered");
  expect(render(loops(11)).kind).toBe("late");
});

test("steps end at their limit", () => {
  const meter = new Meter();
  meter.step(RENDER_MAX_STEPS);
  expect(() => {
    meter.step();
  }).toThrow(RenderStopped);
});

test("a conversation of a million characters is rendered", () => {
  const messages = Array.from({ length: 100 }, () => ({
    role: "user",
    content: "x".repeat(10_000),
  }));
  const template =
    "{% for m in messages %}{{ '<|' + m.role + '|>' + m.content | trim + '\\n' }}{% endfor %}";
  const result = render(template, { messages });
  expect(result.kind === "rendered" && result.text.length).toBe(100 * 10_009);
  expect(100 * 10_009).toBeLessThan(RENDER_MAX_CHARS);
});

test.each([
  ["a,b,c", ",", 2],
  ["abc", ",", 0],
  ["abc", "", 4],
  [" a  b", undefined, 3],
  ["aaaa", "aa", 2],
  [",".repeat(RENDER_MAX_PARTS + 9), ",", RENDER_MAX_PARTS + 1],
] as const)("counts the parts of a text", (whole, part, expected) => {
  expect(countParts(whole, part)).toBe(expected);
});
