import {
  parseForRendering,
  parseTemplate,
} from "../../../packages/plimsoll/src/model/templates/parse.ts";
import { readYaml } from "../../../packages/plimsoll/src/model/yaml-json.ts";
import { MIB, wordList, type FuzzTarget, type Picture } from "../target.ts";

const TEMPLATES: readonly string[] = [
  "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m.content | trim }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}",
  "{%- set ns = namespace(found=false) -%}{%- macro f(a, b=1) -%}{{ a ~ b }}{%- endmacro -%}{{ f(1) }}{# note #}",
  "{{ raise_exception('x') if messages[0].role != 'user' else (tools | tojson(indent=2)) }}{% generation %}a{% endgeneration %}",
  "{{ messages[1:][::-1] | selectattr('role', 'equalto', 'user') | list }}{{ {'a': [1, 2.5, none], 'b': not x is defined} }}",
];

/** The reader of chat templates, and of those that are rendered. */
export const jinja: FuzzTarget = {
  name: "jinja",
  code: ["packages/plimsoll/src/model/templates/", "node_modules/@huggingface/jinja/dist/"],
  seeds: () => TEMPLATES.map((text) => new TextEncoder().encode(text)),
  words: wordList(
    "{%",
    "%}",
    "{{",
    "}}",
    "{#",
    "#}",
    "{%-",
    "-%}",
    "for x in y",
    "endfor",
    "if",
    "else",
    "elif",
    "endif",
    "set a =",
    "macro m()",
    "endmacro",
    "call m()",
    "endcall",
    "filter x",
    "generation",
    "endgeneration",
    "|",
    "(",
    ")",
    "[",
    "]",
    "'",
    '"',
    "\\",
    " is not ",
    " in ",
    "**",
    "//",
    "~",
    "  ",
    "\r\n",
    "é",
    "break",
  ),
  read: (bytes) => {
    const text = new TextDecoder().decode(bytes);
    const runnable = parseForRendering(text);
    return sound({
      template: parseTemplate(text),
      runnable: runnable.kind === "parsed" ? runnable.kind : runnable,
    });
  },
  hasWindows: false,
  memory: (length) => 64 * length + MIB,
};

/** The reader of front matter and other YAML. */
export const yaml: FuzzTarget = {
  name: "yaml",
  code: ["packages/plimsoll/src/model/yaml-json.ts", "node_modules/yaml/dist/"],
  seeds: () =>
    [
      "license: mit\ntags:\n- a\n- 'b'\nmodel-index:\n- name: x\n  results: []\n",
      "a: &x {b: 1, c: [1, 2]}\nd: *x\ne: |\n  text\n  more\nf: >-\n  folded\n",
      "? complex\n: value\ndate: 2024-01-01\nn: 0x10\nf: .inf\nt: !!binary aGk=\n<<: {a: 1}\n",
    ].map((text) => new TextEncoder().encode(text)),
  words: wordList(
    "&a ",
    "*a",
    "- ",
    ": ",
    "? ",
    "{",
    "}",
    "[",
    "]",
    "|\n",
    ">\n",
    "#",
    "!!set ",
    "!!omap ",
    "<<: *a",
    "---\n",
    "...\n",
    "%YAML 1.2\n",
    "\t",
    "'",
    '"',
    ".nan",
    "0o7",
    "\\x41",
    "\uFEFF",
    "__proto__: ",
    "{{{{{{{{",
    "[[[[[[[[",
  ),
  read: (bytes) => sound(readYaml(new TextDecoder().decode(bytes))),
  hasWindows: false,
  memory: (length) => 64 * length + MIB,
};

function sound(value: unknown): Picture {
  return { value, faults: [], complete: true, unclaimed: [] };
}
