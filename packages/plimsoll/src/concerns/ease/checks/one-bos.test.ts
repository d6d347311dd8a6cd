import { pair } from "@plimsoll/formats/kit";

import { CHAT_TEMPLATES } from "../../../testing/chat-templates.ts";
import { checkCases } from "../../../testing/check-cases.ts";
import { CHATML_TOKENS, chatFolder, chatGguf, type Files } from "../../../testing/chat-folder.ts";
import check from "./one-bos.ts";

const withBos = (template: string, addBos?: boolean): Files =>
  chatFolder(template, "</s>", ["<s>", "</s>"], {
    bos_token: "<s>",
    ...(addBos === undefined ? {} : { add_bos_token: addBos }),
  });

/** A GGUF file that does not say whether it begins; a number is no answer. */
const silent = pair("tokenizer.ggml.add_bos_token", "u8", 1);
const bytePairs = pair("tokenizer.ggml.model", "string", "gpt2");
const rules = (name: string): ReturnType<typeof pair> => pair("tokenizer.ggml.pre", "string", name);

checkCases(check, {
  caught: [
    {
      name: "a template that begins twice",
      files: withBos("<s>" + CHAT_TEMPLATES.llama2),
      finds: [
        { level: "caution", key: "twice", file: "tokenizer_config.json", member: "chat_template" },
      ],
      verdict: "caution",
    },
    {
      name: "template and tokenizer both begin",
      files: withBos(CHAT_TEMPLATES.llama2, true),
      finds: [{ level: "note", key: "both-write" }],
      verdict: "clear",
    },
    {
      name: "template and GGUF both begin",
      files: chatGguf({ chatTemplate: CHAT_TEMPLATES.llama2 }),
      finds: [{ level: "note", key: "both-write", member: "tokenizer.chat_template" }],
    },
    {
      name: "a GGUF file that leaves it to llama.cpp, which begins too",
      files: chatGguf({ chatTemplate: CHAT_TEMPLATES.llama2, extra: [silent] }),
      finds: [{ level: "note", key: "both-write" }],
    },
    {
      name: "byte pairs of a family with which llama.cpp begins",
      files: chatGguf({
        chatTemplate: CHAT_TEMPLATES.llama2,
        extra: [silent, bytePairs, rules("llama-bpe")],
      }),
      finds: [{ level: "note", key: "both-write" }],
    },
  ],
  clean: [
    {
      name: "the template alone begins",
      files: withBos(CHAT_TEMPLATES.llama2, false),
      finds: [],
      verdict: "clear",
    },
    {
      name: "nothing is said of the tokenizer",
      files: withBos(CHAT_TEMPLATES.llama2),
      finds: [],
      verdict: "clear",
    },
    {
      name: "the tokenizer alone begins",
      files: withBos(CHAT_TEMPLATES.zephyr, true),
      finds: [],
      verdict: "clear",
    },
    {
      name: "a GGUF file whose template does not begin",
      files: chatGguf({ chatTemplate: CHAT_TEMPLATES.zephyr }),
      finds: [],
      verdict: "clear",
    },
    {
      name: "a GGUF file whose tokenizer does not begin",
      files: chatGguf({
        chatTemplate: CHAT_TEMPLATES.llama2,
        extra: [pair("tokenizer.ggml.add_bos_token", "bool", false)],
      }),
      finds: [],
      verdict: "clear",
    },
    {
      name: "byte pairs of a family with which llama.cpp does not begin",
      files: chatGguf({
        chatTemplate: CHAT_TEMPLATES.llama2,
        extra: [silent, bytePairs, rules("qwen2")],
      }),
      finds: [],
      verdict: "clear",
    },
    {
      name: "there is no such token",
      files: chatFolder(CHAT_TEMPLATES.chatml, "<|im_end|>", CHATML_TOKENS),
      verdict: "not-applicable",
    },
  ],
  hostile: [
    {
      name: "a template that cannot be rendered",
      files: withBos("{{ messages|pprint }}", true),
      finds: [],
      verdict: "unknown",
    },
    {
      name: "a template that refuses a question is told of elsewhere",
      files: withBos("{{ raise_exception('no') }}", true),
      finds: [],
      verdict: "clear",
    },
  ],
});
