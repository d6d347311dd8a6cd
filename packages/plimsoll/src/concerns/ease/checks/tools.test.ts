import { CHAT_TEMPLATES } from "../../../testing/chat-templates.ts";
import { checkCases } from "../../../testing/check-cases.ts";
import { CHATML_TOKENS, chatFolder, type Files } from "../../../testing/chat-folder.ts";
import check from "./tools.ts";

const chat = (template: string): Files =>
  chatFolder(template, "<|im_end|>", CHATML_TOKENS, { bos_token: "<s>" });

const tools = "{% if tools %}{{ tools|tojson }}{% endif %}";
const calls = "{% if m.tool_calls %}{{ m.tool_calls|tojson }}{% endif %}";
const each = (body: string): string => `{% for m in messages %}${body}{% endfor %}`;
const refuseTools = "{% if tools %}{{ raise_exception('No tools.') }}{% endif %}";
const refuseResults =
  "{% if m.role == 'tool' %}{{ raise_exception('No results.') }}{% endif %}{{ m.content }}";
const textArguments =
  "{{ m.content }}{% for c in m.tool_calls|default([]) %}{% if c.function.arguments is not string %}{{ raise_exception('text') }}{% endif %}{{ c.function.arguments }}{% endfor %}";

checkCases(check, {
  caught: [
    {
      name: "a template that knows no tools",
      files: chat(CHAT_TEMPLATES.chatml),
      finds: [
        { level: "note", key: "ignored", file: "tokenizer_config.json", member: "chat_template" },
      ],
      verdict: "clear",
    },
    {
      name: "a template that refuses tools",
      files: chat(refuseTools + each("{{ m.content }}")),
      finds: [{ level: "note", key: "refused" }],
    },
    {
      name: "a template that offers tools and refuses their results",
      files: chat(tools + each(refuseResults)),
      finds: [{ level: "caution", key: "result-refused" }],
      verdict: "caution",
    },
    {
      name: "a template that offers tools and drops their results",
      files: chat(tools + each(`{% if m.role != 'tool' %}{{ m.content }}${calls}{% endif %}`)),
      finds: [{ level: "caution", key: "result-lost" }],
    },
    {
      name: "a template that forgets what was asked of a tool",
      files: chat(tools + each("{{ m.content }}")),
      finds: [{ level: "note", key: "call-lost" }],
    },
  ],
  clean: [
    {
      name: "tools, calls and results are written",
      files: chat(tools + each("{{ m.content }}" + calls)),
      finds: [],
      verdict: "clear",
    },
    { name: "Qwen3", files: chat(CHAT_TEMPLATES.qwen3), finds: [], verdict: "clear" },
    { name: "Llama 3.1", files: chat(CHAT_TEMPLATES.llama31), finds: [], verdict: "clear" },
    { name: "Mistral", files: chat(CHAT_TEMPLATES.mistral), finds: [], verdict: "clear" },
    {
      name: "arguments as text alone",
      files: chat(tools + each(textArguments)),
      finds: [],
      verdict: "clear",
    },
    {
      name: "a template of its own for tools",
      files: chatFolder(undefined, "<|im_end|>", CHATML_TOKENS, {
        chat_template: [
          { name: "default", template: CHAT_TEMPLATES.chatml },
          { name: "tool_use", template: tools + each("{{ m.content }}" + calls) },
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
      name: "tools that this renderer cannot write",
      files: chat("{% if tools %}{{ tools|pprint }}{% endif %}" + each("{{ m.content }}")),
      finds: [],
      verdict: "unknown",
    },
  ],
});
