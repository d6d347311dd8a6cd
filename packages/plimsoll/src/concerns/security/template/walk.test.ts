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

/** Each attack beside a twin that does the same kind of thing and harms nobody. */
const TWINS: readonly [name: string, attack: string, sighting: string, harmless: string][] = [
  [
    "key chosen among constants",
    "{{ messages['__class__' if tools else 'a'] }}",
    "dunder __class__",
    "{{ messages[0]['class' if tools else 'a'] }}",
  ],
  [
    "key behind or",
    "{{ messages['' or '__class__'] }}",
    "dunder __class__",
    "{{ messages[0 or 1] }}",
  ],
  [
    "name of an argument",
    "{% set d = dict(__init__=1) %}",
    "dunder __init__",
    "{% set d = dict(init=1) %}",
  ],
  [
    "names of arguments as keys",
    "{% macro m() %}{{ messages[(kwargs | list)[0]] }}{% endmacro %}{{ m(func_globals=1) }}",
    "constructed-key member",
    "{% macro m(a) %}{{ messages[a] }}{% endmacro %}{{ m(0) }}",
  ],
  [
    "member of a namespace called as a method",
    "{% set ns = namespace(split=messages[0].x) %}{{ ns.split('a') }}",
    "call split",
    "{% set ns = namespace(parts=messages[0].x) %}{{ ns.parts.split('a') }}",
  ],
  [
    "entry of a dict called as a method",
    "{% set d = {'split': messages[0].x} %}{{ d.split('a') }}",
    "call split",
    "{% set d = {'parts': messages[0].x} %}{{ d.parts.split('a') }}",
  ],
  [
    "filter handed on by map",
    "{{ messages | map('map', 'attr', '__class__') | list }}",
    "reach attr",
    "{{ messages | map('map', 'upper') | list }}",
  ],
  [
    "attribute handed on by map",
    "{{ messages | map('groupby', '__class__') | list }}",
    "dunder __class__",
    "{{ messages | map('groupby', 'role') | list }}",
  ],
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

test.each(TWINS)("%s", (_, attack, sighting, harmless) => {
  expect(seen(attack)).toContain(sighting);
  expect(seen(harmless)).toEqual([]);
});
