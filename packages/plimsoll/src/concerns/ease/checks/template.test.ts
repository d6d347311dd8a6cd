import { pair } from "@plimsoll/formats/kit";

import { CHAT_TEMPLATES } from "../../../testing/chat-templates.ts";
import { checkCases } from "../../../testing/check-cases.ts";
import { CHATML_TOKENS, chatFolder, chatGguf } from "../../../testing/chat-folder.ts";
import check from "./template.ts";

checkCases(check, {
  caught: [
    {
      name: "a base model",
      files: chatFolder(undefined, "</s>", ["</s>"]),
      finds: [{ level: "caution", key: "absent", file: "tokenizer.json" }],
      verdict: "caution",
    },
    {
      name: "a base model in GGUF",
      files: chatGguf({}),
      finds: [{ level: "caution", key: "absent", file: "model.gguf" }],
    },
    {
      name: "a language model without any tokenizer",
      files: { "config.json": JSON.stringify({ architectures: ["GPT2LMHeadModel"] }) },
      finds: [{ level: "caution", key: "absent", file: "config.json" }],
    },
  ],
  clean: [
    {
      name: "an encoder has nothing to say",
      files: {
        ...chatFolder(undefined, "</s>", ["</s>"]),
        "config.json": JSON.stringify({ architectures: ["BertModel"] }),
      },
      verdict: "not-applicable",
    },
    {
      name: "a transcriber does not chat",
      files: {
        ...chatFolder(undefined, "</s>", ["</s>"]),
        "config.json": JSON.stringify({ architectures: ["WhisperForConditionalGeneration"] }),
      },
      verdict: "not-applicable",
    },
    {
      name: "an encoder in GGUF has nothing to say",
      files: chatGguf({ extra: [pair("general.architecture", "string", "bert")] }),
      verdict: "not-applicable",
    },
    {
      name: "an adapter in GGUF has nothing to say",
      files: chatGguf({ extra: [pair("general.type", "string", "adapter")] }),
      verdict: "not-applicable",
    },
    { name: "no language model", files: { "notes.txt": "a" }, verdict: "not-applicable" },
    {
      name: "ChatML",
      files: chatFolder(CHAT_TEMPLATES.chatml, "<|im_end|>", CHATML_TOKENS),
      verdict: "clear",
    },
    {
      name: "a template file beside the tokenizer",
      files: {
        ...chatFolder(undefined, "<|im_end|>", CHATML_TOKENS),
        "chat_template.jinja": CHAT_TEMPLATES.chatml,
      },
      verdict: "clear",
    },
    {
      name: "a template in GGUF",
      files: chatGguf({ chatTemplate: CHAT_TEMPLATES.chatml, pieces: CHATML_TOKENS }),
      verdict: "clear",
    },
  ],
  hostile: [
    {
      name: "a template that cannot be parsed",
      files: chatFolder("{% include 'x' %}", "</s>", ["</s>"]),
      finds: [],
      verdict: "unknown",
    },
    {
      name: "a template and no tokenizer",
      files: {
        "config.json": JSON.stringify({ architectures: ["LlamaForCausalLM"] }),
        "chat_template.jinja": CHAT_TEMPLATES.chatml,
      },
      finds: [],
      verdict: "unknown",
    },
    {
      name: "nesting without end",
      files: chatFolder(`{{ ${"(".repeat(20_000)}`, "</s>", ["</s>"]),
      finds: [],
      verdict: "unknown",
    },
  ],
});
