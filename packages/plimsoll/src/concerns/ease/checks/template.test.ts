import { pair, tinyLlama, type TinyLlamaOptions } from "@plimsoll/formats/kit";

import { CHAT_TEMPLATES } from "../../../testing/chat-templates.ts";
import { checkCases } from "../../../testing/check-cases.ts";
import check from "./template.ts";

type Files = Readonly<Record<string, string>>;

/** A folder as transformers writes it, whose vocabulary is the given tokens. */
function folder(template: string | undefined, eos: string, tokens: readonly string[]): Files {
  const config = { eos_token: eos, ...(template === undefined ? {} : { chat_template: template }) };
  return {
    "config.json": JSON.stringify({ architectures: ["LlamaForCausalLM"] }),
    "tokenizer_config.json": JSON.stringify(config),
    "tokenizer.json": JSON.stringify({
      added_tokens: tokens.map((content, id) => ({ id, content, special: true })),
      model: { type: "BPE", vocab: { a: 1000 } },
    }),
  };
}

const CHATML = ["<|im_start|>", "<|im_end|>"];
const LLAMA3 = [
  "<|begin_of_text|>",
  "<|start_header_id|>",
  "<|end_header_id|>",
  "<|eot_id|>",
  "<|end_of_text|>",
];

const gguf = (options: TinyLlamaOptions): { readonly "model.gguf": Uint8Array } => ({
  "model.gguf": tinyLlama(options),
});

checkCases(check, {
  caught: [
    {
      name: "a base model",
      files: folder(undefined, "</s>", ["</s>"]),
      finds: [{ level: "caution", key: "absent", file: "tokenizer.json" }],
      verdict: "caution",
    },
    {
      name: "a base model in GGUF",
      files: gguf({}),
      finds: [{ level: "caution", key: "absent", file: "model.gguf" }],
    },
    {
      name: "a language model without any tokenizer",
      files: { "config.json": JSON.stringify({ architectures: ["GPT2LMHeadModel"] }) },
      finds: [{ level: "caution", key: "absent", file: "config.json" }],
    },
    {
      name: "markers of another tokenizer",
      files: folder(CHAT_TEMPLATES.chatml, "</s>", ["</s>"]),
      finds: [
        {
          level: "caution",
          key: "split-markers",
          file: "tokenizer_config.json",
          member: "chat_template",
        },
        { level: "caution", key: "never-stops" },
      ],
    },
    {
      name: "markers of another tokenizer in GGUF",
      files: gguf({ chatTemplate: CHAT_TEMPLATES.chatml }),
      finds: [
        { level: "caution", key: "split-markers", member: "tokenizer.chat_template" },
        { level: "caution", key: "never-stops" },
      ],
    },
    {
      name: "one marker of several is missing",
      files: folder(
        CHAT_TEMPLATES.llama31,
        "<|eot_id|>",
        LLAMA3.filter((token) => token !== "<|end_header_id|>"),
      ),
      finds: [{ level: "caution", key: "split-markers" }],
    },
    {
      name: "the end of a turn does not end the answer",
      files: folder(CHAT_TEMPLATES.llama31, "<|end_of_text|>", LLAMA3),
      finds: [{ level: "caution", key: "never-stops" }],
    },
    {
      name: "no end at all",
      files: {
        ...folder(CHAT_TEMPLATES.chatml, "", CHATML),
        "tokenizer_config.json": JSON.stringify({ chat_template: CHAT_TEMPLATES.chatml }),
      },
      finds: [{ level: "caution", key: "no-end", file: "tokenizer.json" }],
    },
  ],
  clean: [
    {
      name: "ChatML",
      files: folder(CHAT_TEMPLATES.chatml, "<|im_end|>", CHATML),
      verdict: "clear",
    },
    { name: "Qwen3", files: folder(CHAT_TEMPLATES.qwen3, "<|im_end|>", CHATML), verdict: "clear" },
    {
      name: "Llama 3",
      files: folder(CHAT_TEMPLATES.llama31, "<|eot_id|>", LLAMA3),
      verdict: "clear",
    },
    {
      name: "the end of a turn in generation_config.json",
      files: {
        ...folder(CHAT_TEMPLATES.llama31, "<|end_of_text|>", LLAMA3),
        "generation_config.json": JSON.stringify({ eos_token_id: [3, 4] }),
      },
      verdict: "clear",
    },
    {
      name: "Llama 2",
      files: folder(CHAT_TEMPLATES.llama2, "</s>", ["<s>", "</s>"]),
      verdict: "clear",
    },
    {
      name: "Mistral",
      files: folder(CHAT_TEMPLATES.mistral, "</s>", ["<s>", "</s>", "[INST]", "[/INST]"]),
      verdict: "clear",
    },
    {
      name: "Gemma",
      files: folder(CHAT_TEMPLATES.gemma, "<end_of_turn>", ["<start_of_turn>", "<end_of_turn>"]),
      verdict: "clear",
    },
    {
      name: "DeepSeek R1",
      files: folder(CHAT_TEMPLATES.deepseekR1, "<｜end▁of▁sentence｜>", [
        "<｜User｜>",
        "<｜Assistant｜>",
        "<｜end▁of▁sentence｜>",
        "<｜tool▁outputs▁begin｜>",
        "<｜tool▁output▁end｜>",
        "<｜tool▁outputs▁end｜>",
      ]),
      verdict: "clear",
    },
    {
      name: "Zephyr's markers are text, and are known to be",
      files: folder(CHAT_TEMPLATES.zephyr, "</s>", ["<s>", "</s>"]),
      finds: [{ level: "note", key: "text-markers" }],
      verdict: "clear",
    },
    {
      name: "llama.cpp knows the end of a turn by its text",
      files: gguf({ chatTemplate: CHAT_TEMPLATES.chatml, pieces: CHATML }),
      verdict: "clear",
    },
    {
      name: "a template file beside the tokenizer",
      files: {
        ...folder(undefined, "<|im_end|>", CHATML),
        "chat_template.jinja": CHAT_TEMPLATES.chatml,
      },
      verdict: "clear",
    },
    {
      name: "an encoder has nothing to say",
      files: {
        ...folder(undefined, "</s>", ["</s>"]),
        "config.json": JSON.stringify({ architectures: ["BertModel"] }),
      },
      verdict: "not-applicable",
    },
    {
      name: "a transcriber does not chat",
      files: {
        ...folder(undefined, "</s>", ["</s>"]),
        "config.json": JSON.stringify({ architectures: ["WhisperForConditionalGeneration"] }),
      },
      verdict: "not-applicable",
    },
    {
      name: "an encoder in GGUF has nothing to say",
      files: gguf({ extra: [pair("general.architecture", "string", "bert")] }),
      verdict: "not-applicable",
    },
    {
      name: "an adapter in GGUF has nothing to say",
      files: gguf({ extra: [pair("general.type", "string", "adapter")] }),
      verdict: "not-applicable",
    },
    { name: "no language model", files: { "notes.txt": "a" }, verdict: "not-applicable" },
  ],
  hostile: [
    {
      name: "a template that cannot be parsed",
      files: folder("{% include 'x' %}", "</s>", ["</s>"]),
      finds: [],
      verdict: "unknown",
    },
    {
      name: "a vocabulary that is not there",
      files: {
        "tokenizer_config.json": JSON.stringify({
          eos_token: "</s>",
          chat_template: CHAT_TEMPLATES.phi3,
        }),
      },
      finds: [{ level: "caution", key: "never-stops" }],
      verdict: "unknown",
    },
    {
      name: "an end that is a number of an unknown vocabulary",
      files: {
        "tokenizer_config.json": JSON.stringify({ chat_template: CHAT_TEMPLATES.chatml }),
        "generation_config.json": JSON.stringify({ eos_token_id: 7 }),
      },
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
      name: "a hundred thousand markers",
      files: folder(
        `{{ '${Array.from({ length: 100_000 }, (_, at) => `<|${at}|>`).join("")}' }}`,
        "</s>",
        ["</s>"],
      ),
      finds: [{ level: "caution", key: "split-markers" }],
    },
    {
      name: "nesting without end",
      files: folder(`{{ ${"(".repeat(20_000)}`, "</s>", ["</s>"]),
      finds: [],
      verdict: "unknown",
    },
  ],
});
