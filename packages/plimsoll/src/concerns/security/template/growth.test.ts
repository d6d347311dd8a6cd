import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { openKnowledge } from "../../../config/knowledge.ts";
import { auditTemplate } from "./audit.ts";
import { parseTemplateFacts } from "./schema.ts";

const facts = openKnowledge(join(import.meta.dirname, "../../../../knowledge")).read(
  "templates",
  parseTemplateFacts,
);
const seen = (text: string): string[] =>
  auditTemplate(text, facts).sightings.map(({ key, word }) => `${key} ${word}`);
const loops = (...ranges: number[]): string =>
  `${ranges.map((size) => `{% for i in range(${size}) %}`).join("")}x${"{% endfor %}".repeat(ranges.length)}`;
const doubled = (times: number): string =>
  `{% set x = messages[0].content %}${"{% set x = x ~ x %}".repeat(times)}{{ x }}`;
const callers = (levels: number): string =>
  `${Array.from({ length: levels }, (_, at) => `{% macro m${at}() %}${at === 0 ? "x" : `{{ m${at - 1}() }}{{ m${at - 1}() }}`}{% endmacro %}`).join("")}{{ m${levels - 1}() }}`;

const chain = (length: number, end: string): string =>
  `${Array.from({ length }, (_, at) => `{% set a${at} = a${at + 1} %}`).join("")}{% set a${length} = ${end} %}{{ 'x' * a0 }}`;

/** Each attack beside a twin that does the same kind of thing in reason. */
const TWINS: readonly [name: string, attack: string, word: string, harmless: string][] = [
  ["width of a filter", "{{ 'x' | center(1000001) }}", "center", "{{ 'x' | center(80) }}"],
  [
    "width in a name",
    "{% set n = 10 ** 9 %}{{ 'x' | center(n) }}",
    "**",
    "{% set n = 80 %}{{ 'x' | center(n) }}",
  ],
  [
    "indent",
    "{{ messages[0].content | indent(width=2000000) }}",
    "indent",
    "{{ messages[0].content | indent(4) }}",
  ],
  [
    "batches",
    "{{ messages | batch(5000000, 'x') | list }}",
    "batch",
    "{{ messages | batch(2) | list }}",
  ],
  ["slices", "{{ messages | slice(5000000) | list }}", "slice", "{{ messages | slice(3) | list }}"],
  ["JSON", "{{ tools | tojson(indent=9999999) }}", "tojson", "{{ tools | tojson(indent=4) }}"],
  ["width of a format", "{{ '%999999999d' % 1 }}", "%", "{{ '%02d' % 1 }}"],
  ["precision", "{{ '%.9999999f' % 1 }}", "%", "{{ '%.2f' % 1 }}"],
  [
    "filter of a format",
    "{{ '%999999999s' | format('x') }}",
    "format",
    "{{ '%-8s|' | format('x') }}",
  ],
  [
    "width by argument",
    "{{ '%*d' | format(999999999, 1) }}",
    "format",
    "{{ '%*d' | format(8, 1) }}",
  ],
  ["remainder", "{{ '%9999999d' % 1 }}", "%", "{{ 9999999 % 7 }}"],
  [
    "number by name",
    "{% set n = 1000 * 2000 %}{{ '-' * n }}",
    "*",
    "{% set n = 40 * 2 %}{{ '-' * n }}",
  ],
  [
    "number in a namespace",
    "{% set ns = namespace(n=2000000) %}{{ '-' * ns.n }}",
    "*",
    "{% set ns = namespace(n=20) %}{{ '-' * ns.n }}",
  ],
  ["number in a text", "{{ '-' * ('2000000' | int) }}", "*", "{{ '-' * ('20' | int) }}"],
  [
    "a long text, less often",
    `{{ '${"ab".repeat(50)}' * 10001 }}`,
    "*",
    `{{ '${"ab".repeat(50)}' * 10000 }}`,
  ],
  [
    "in steps",
    "{% set a = 'x' * 2000 %}{% set b = a * 2000 %}{{ b }}",
    "*",
    "{% set a = 'x' * 200 %}{% set b = a * 20 %}{{ b }}",
  ],
  [
    "joined",
    "{{ range(90000) | join('aaaaaaaaaaaaaaaaaaaa') }}",
    "join",
    "{{ range(9) | join('aaaaaaaaaaaaaaaaaaaa') }}",
  ],
  [
    "range by name",
    "{% set n = 500000 %}{% for i in range(n) %}{% endfor %}",
    "range",
    "{% set n = 5 %}{% for i in range(n) %}{% endfor %}",
  ],
  ["loops within loops", loops(1000, 1001), "for", loops(1000, 1000)],
  [
    "many loops within loops",
    loops(10, 10, 10, 10, 10, 10, 10),
    "for",
    loops(10, 10, 10, 10, 10, 10),
  ],
  [
    "loops over a text",
    `{% for a in 'x' * 2000 %}{% for b in 'x' * 2000 %}{% endfor %}{% endfor %}`,
    "for",
    "{% for a in 'abc' %}{% for b in [1, 2] %}{% endfor %}{% endfor %}",
  ],
  [
    "a loop in a macro",
    `{% macro m() %}${loops(2000)}{% endmacro %}{% for i in range(2000) %}{{ m() }}{% endfor %}`,
    "for",
    `{% macro m() %}${loops(2000)}{% endmacro %}{{ m() }}{{ m() }}`,
  ],
  ["macros that call macros twice", callers(30), "for", callers(10)],
  ["doubled in a row", doubled(20), "x", doubled(19)],
  [
    "doubled in a loop",
    "{% set ns = namespace(x='a') %}{% for m in messages %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
    "x",
    "{% set ns = namespace(x='a') %}{% for m in messages %}{% set ns.x = ns.x ~ m.content %}{% endfor %}",
  ],
  [
    "doubled by a number",
    "{% set ns = namespace(x='a') %}{% for m in messages %}{% set ns.x = ns.x * 2 %}{% endfor %}",
    "x",
    "{% set ns = namespace(x='a') %}{% for m in messages %}{% set ns.x = ns.x * 1 %}{% endfor %}",
  ],
  [
    "doubled through another name",
    "{% set ns = namespace(x='a') %}{% for m in messages %}{% set y = ns.x + ns.x %}{% set ns.x = y %}{% endfor %}",
    "x",
    "{% set ns = namespace(x='a') %}{% for m in messages %}{% set y = ns.x + 'b' %}{% set ns.x = y %}{% endfor %}",
  ],
  [
    "a list extended by itself",
    "{% set ns = namespace(l=[1]) %}{% for m in messages %}{% set _ = ns.l.extend(ns.l) %}{% endfor %}",
    "l",
    "{% set ns = namespace(l=[1]) %}{% for m in messages %}{% set _ = ns.l.extend([m]) %}{% endfor %}",
  ],
];

test.each(TWINS)("%s", (_, attack, word, harmless) => {
  expect(seen(attack)).toContain(`exhausts ${word}`);
  expect(seen(harmless)).toEqual([]);
});

describe("what is common in honest templates is left alone", () => {
  test.each([
    "{% for m in messages %}{% set content = content + content %}{{ content }}{% endfor %}{% if content %}{% endif %}",
    "{% set ns = namespace(t='') %}{% for m in messages %}{% set ns.t = (ns.t ~ m.content) if m.content else ns.t %}{% endfor %}",
    "{% set content = messages[0].content.split('</think>')[0] + messages[0].content.split('</think>')[-1] %}",
    "{% set ns = namespace(enum=[]) %}{% for e in schema['enum'] if schema %}{% set ns.enum = ns.enum + ['x' ~ e] %}{% endfor %}",
    "{% set dashes = '-' * 80 %}{{ dashes }}{{ dashes }}",
    "{% for i in range(messages | length) %}{% for j in range(i) %}{% endfor %}{% endfor %}",
    "{% macro t(s) %}{% for k in s %}{{ t(s[k]) }}{% endfor %}{% endmacro %}{{ t(tools) }}",
    "{{ '100%' + ' of 99999999999 tokens' }}",
  ])("%s", (text) => {
    expect(seen(text)).toEqual([]);
  });
});

describe("templates made to keep the audit busy", () => {
  test("a chain of definitions is followed, or distrusted where it is too long", () => {
    expect(seen(chain(400, "9999999"))).toContain("exhausts *");
    expect(seen(chain(400, "9"))).toEqual([]);
    expect(seen(chain(5_000, "9"))).toContain("exhausts *");
  });

  test("names that hold each other twice end", () => {
    const names = Array.from(
      { length: 60 },
      (_, at) => `{% set a${at} = a${at + 1} ~ a${at + 1} %}`,
    );
    const text = `${names.join("")}{% set a60 = 'x' %}{% set ns = namespace(x='') %}{% for m in messages %}{% set ns.x = a0 %}{% endfor %}`;
    expect(seen(text)).toContain("exhausts ~");
  });

  test("a hundred thousand definitions are no reason to stop", () => {
    const many = Array.from(
      { length: 20_000 },
      (_, at) => `{% set b${at} = b${(at * 7) % 20_000} + c %}`,
    );
    const began = performance.now();
    seen(many.join(""));
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});
