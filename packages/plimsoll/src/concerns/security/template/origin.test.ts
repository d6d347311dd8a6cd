import { join } from "node:path";

import { expect, test } from "vitest";

import { openKnowledge } from "../../../config/knowledge.ts";
import { auditTemplate } from "./audit.ts";
import { parseTemplateFacts } from "./schema.ts";

const facts = openKnowledge(join(import.meta.dirname, "../../../../knowledge")).read(
  "templates",
  parseTemplateFacts,
);
const seen = (text: string): string[] =>
  auditTemplate(text, facts).sightings.map(({ key, word }) => `${key} ${word}`);

/** Keys that a template puts together, each beside a key or a text that it may use. */
const TWINS: readonly [name: string, attack: string, sighting: string, harmless: string][] = [
  [
    "chosen filter",
    "{{ tools | map(message.x) }}",
    "constructed-key member",
    "{{ tools | map('trim') }}",
  ],
  [
    "glued key",
    "{% set x = ''['__cla' ~ 'ss__'] %}",
    "constructed-key ~",
    "{% set x = 'a' ~ 'b' %}{{ x }}",
  ],
  [
    "summed key",
    "{{ messages['a' + 'b'] }}",
    "constructed-key +",
    "{% for i in range(3) %}{{ messages[i + 1] }}{% endfor %}",
  ],
  [
    "glued variable",
    "{% set k = '__cla' ~ 'ss__' %}{{ messages[k] }}",
    "constructed-key k",
    "{% set k = 'content' %}{{ messages[k] }}",
  ],
  [
    "printed variable",
    "{% set k %}__cla{{ 'ss__' }}{% endset %}{{ messages[k] }}",
    "constructed-key k",
    "{% set k %}__cla{{ 'ss__' }}{% endset %}{{ k }}",
  ],
  [
    "filtered block",
    "{% if k %}{% endif %}{% set k | lower %}__CLASS__{% endset %}{{ messages[k] }}",
    "constructed-key k",
    "{% set k | lower %}__CLASS__{% endset %}{{ k }}",
  ],
  [
    "cut key",
    "{% set k = 'x__class__'[1:] %}{{ messages[k] }}",
    "constructed-key k",
    "{% set k = messages[1:] %}{{ k[0] }}",
  ],
  [
    "joined key",
    "{{ messages[['__cla', 'ss__'] | join] }}",
    "constructed-key filter",
    "{{ ['a', 'b'] | join }}",
  ],
  [
    "joined data",
    "{{ tools[messages | map(attribute='content') | join] }}",
    "constructed-key filter",
    "{{ tools[messages | map(attribute='content') | first] }}",
  ],
  [
    "formatted key",
    "{{ messages['%sclass%s' % (u, u)] }}{% set u = '__' %}",
    "constructed-key %",
    "{{ messages[loop.index0 % 2] }}",
  ],
  [
    "replaced key",
    "{{ messages['a'.replace('a', '__class__')] }}",
    "constructed-key call",
    "{{ message.x.replace('a', '__class__') }}",
  ],
  [
    "key by namespace",
    "{% set n = namespace(k='') %}{% set n.k = 'a' ~ 'b' %}{{ messages[n.k] }}",
    "constructed-key member",
    "{% set n = namespace(k=0, t='a' ~ 'b') %}{% set n.k = n.k + 1 %}{{ messages[n.k] }}",
  ],
  [
    "key by list",
    "{% set l = [] %}{{ l.append('a' ~ 'b') }}{{ messages[l[0]] }}",
    "constructed-key member",
    "{% set l = [] %}{{ l.append(1) }}{{ messages[l[0]] }}",
  ],
  [
    "key by data's list",
    "{{ messages[0].append('a' ~ 'b') }}{{ tools[messages[0][1]] }}",
    "constructed-key member",
    "{{ tools[messages[0].role] }}",
  ],
  [
    "key by loop",
    "{% for k in ['a' ~ 'b'] %}{{ messages[k] }}{% endfor %}",
    "constructed-key k",
    "{% for k in ['a', 'b'] %}{{ messages[k] }}{% endfor %}",
  ],
  [
    "key by parameter",
    "{% macro m(k) %}{{ messages[k] }}{% endmacro %}{{ m('a' ~ 'b') }}",
    "constructed-key k",
    "{% macro m(k) %}{{ messages[k] }}{% endmacro %}{{ m('a') }}",
  ],
  [
    "key by varargs",
    "{% macro m() %}{{ messages[varargs[0]] }}{% endmacro %}{{ m('a' ~ 'b') }}",
    "constructed-key member",
    "{% macro m() %}{{ messages[varargs[0]] }}{% endmacro %}{{ m('a') }}",
  ],
  [
    "key by macro",
    "{% macro m() %}__class__{% endmacro %}{{ messages[m()] }}",
    "constructed-key call",
    "{% macro m() %}__class__{% endmacro %}{{ m() }}",
  ],
  [
    "kept text",
    "{% for k in ['__class__'] %}{% endfor %}",
    "dunder __class__",
    "{% if message.role == '__class__' %}{% endif %}",
  ],
  [
    "unpacked arguments",
    "{{ tools | map(*messages) }}",
    "constructed-key map",
    "{{ tools | tojson(*messages) }}",
  ],
];

test.each(TWINS)("%s", (_, attack, sighting, harmless) => {
  expect(seen(attack)).toContain(sighting);
  expect(seen(harmless)).toEqual([]);
});
