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

/** Each attack beside a twin that does the same kind of thing and harms nobody. */
const TWINS: readonly [name: string, attack: string, sighting: string, harmless: string][] = [
  ["attribute", "{{ ''.__class__.__mro__ }}", "dunder __class__", "{{ message.class.mroz }}"],
  ["key", "{{ messages['__class__'] }}", "dunder __class__", "{{ messages[0]['class'] }}"],
  [
    "escaped key",
    "{{ messages['\\x5f_class\\u005f_'] }}",
    "dunder __class__",
    "{{ messages['\\x41'] }}",
  ],
  ["split key", "{{ messages['__cla' 'ss__'] }}", "dunder __class__", "{{ messages['cla' 'ss'] }}"],
  ["name", "{{ __builtins__ }}", "dunder __builtins__", "{{ 'see __builtins__' }}"],
  [
    "prose",
    "{{ tools.__globals__ }}",
    "dunder __globals__",
    "__globals__ {{ tools }}{# x.__globals__ #}",
  ],
  ["self", "{{ self.__init__.__globals__ }}", "reach self", "{{ message.self }}"],
  ["lipsum", "{{ lipsum() }}", "reach lipsum", "{{ message.lipsum }}"],
  ["cycler", "{{ cycler }}", "reach cycler", "{{ loop.cycle('a', 'b') }}"],
  ["joiner", "{% set j = joiner('a') %}", "reach joiner", "{{ tools | join('a') }}"],
  ["framework", "{{ request.application }}", "reach request", "{{ message.request.application }}"],
  ["config", "{{ config }}", "reach config", "{{ message.config }}"],
  [
    "masked name",
    "{% if false %}{% set lipsum = 1 %}{% endif %}{{ lipsum }}",
    "reach lipsum",
    "{% if false %}{% set x = 1 %}{% endif %}{{ x }}",
  ],
  ["attr", "{{ '' | attr('\\x5f\\x5fclass\\x5f\\x5f') }}", "reach attr", "{{ tools | first }}"],
  ["attr by map", "{{ tools | map('attr', 'a') }}", "reach attr", "{{ tools | map('upper') }}"],
  [
    "attribute by map",
    "{{ tools | map(attribute='a.__class__') }}",
    "dunder __class__",
    "{{ tools | map(attribute='a.class') }}",
  ],
  [
    "attribute by selectattr",
    "{{ tools | selectattr('__class__') }}",
    "dunder __class__",
    "{{ tools | selectattr('class') }}",
  ],
  [
    "attribute by sort",
    "{{ tools | sort(attribute='__class__') }}",
    "dunder __class__",
    "{{ tools | sort(attribute='class') }}",
  ],
  [
    "chosen filter",
    "{{ tools | map(message.x) }}",
    "constructed-key member",
    "{{ tools | map('trim') }}",
  ],
  ["mro", "{{ x.mro }}{% set x = 1 %}", "reach mro", "{{ x.more }}{% set x = 1 %}"],
  ["frame", "{{ messages.gi_frame.f_globals }}", "reach gi_frame", "{{ messages.frame }}"],
  [
    "function",
    "{{ get_flashed_messages() }}",
    "reach get_flashed_messages",
    "{{ raise_exception('no') }}",
  ],
  [
    "unknown function",
    "{{ run('x') }}",
    "call run",
    "{% macro run(x) %}{{ x }}{% endmacro %}{{ run('x') }}",
  ],
  [
    "method",
    "{{ messages[0].content.format_map(x) }}{% set x = 1 %}",
    "reach format_map",
    "{{ messages[0].content.replace('a', 'b') }}",
  ],
  ["format", "{{ '{0.__class__}'.format(messages) }}", "call format", "{{ '%s' % messages }}"],
  [
    "format kept",
    "{% set f = '{0.x}'.format %}",
    "reach format",
    "{% if spec.format %}{{ spec.format }}{% endif %}{% set spec = 1 %}",
  ],
  [
    "format through a member",
    "{% set d = {'split': '{0.x}'.format} %}{{ d.split(messages) }}",
    "reach format",
    "{% set d = {'split': 'x'} %}{{ d.split }}",
  ],
  [
    "call of a variable",
    "{% set range = messages.x %}{{ range(3) }}",
    "call range",
    "{{ range(3) }}",
  ],
  [
    "call of a parameter",
    "{% macro m(f) %}{{ f('x') }}{% endmacro %}",
    "call f",
    "{% macro m(f) %}{{ f }}{% endmacro %}",
  ],
  ["call of a result", "{{ namespace()() }}", "call call", "{% set n = namespace() %}{{ n.x }}"],
  ["call of a member by key", "{{ tools['run']('x') }}", "call run", "{{ tools['split']('x') }}"],
  [
    "call of a chosen member",
    "{{ tools[message.x]('x') }}",
    "call […]",
    "{% macro m() %}{% endmacro %}{% set l = [m] %}{{ l[0]() }}",
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
  [
    "range",
    "{% for i in range(999999999) %}{% endfor %}",
    "exhausts range",
    "{% for i in range(100000) %}{% endfor %}",
  ],
  [
    "product",
    "{% for i in range(1000 * 1000) %}{% endfor %}",
    "exhausts range",
    "{% for i in range(10 * 10) %}{% endfor %}",
  ],
  ["repetition", "{{ 'a' * 1000001 }}", "exhausts *", "{{ 'a' * 1000000 }}"],
  ["power", "{{ 9 ** 9 ** 9 }}", "exhausts **", "{{ 2 ** 3 }}"],
  ["filter", "{{ tools | pprint }}", "unlisted pprint", "{{ tools | tojson }}"],
  ["test", "{{ tools is filterable }}", "unlisted filterable", "{{ tools is iterable }}"],
  [
    "test by name",
    "{{ tools | select('filterable') }}",
    "unlisted filterable",
    "{{ tools | select('string') }}",
  ],
  [
    "name",
    "{{ engine.secrets }}",
    "unlisted engine",
    "{% if engine is defined %}{{ engine.mode }}{% endif %}",
  ],
  ["underscore", "{{ message._private }}", "unlisted _private", "{% set _ = 1 %}{{ _ }}"],
  [
    "macro in a block",
    "{% call(x) run() %}{{ x.__class__ }}{% endcall %}",
    "call run",
    "{% macro run() %}{{ caller(1) }}{% endmacro %}{% call(x) run() %}{{ x }}{% endcall %}",
  ],
  [
    "filter block",
    "{% filter attr('x') %}{% endfilter %}",
    "reach attr",
    "{% filter upper %}{% endfilter %}",
  ],
];

describe("twins", () => {
  test.each(TWINS)("%s", (_, attack, sighting, harmless) => {
    expect(seen(attack)).toContain(sighting);
    expect(seen(harmless)).toEqual([]);
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
