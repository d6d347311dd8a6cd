import { LLAMA_PIECES, pair, writeSentencePiece } from "@plimsoll/formats/kit";

import { CHAT_TEMPLATES } from "../../../testing/chat-templates.ts";
import { checkCases } from "../../../testing/check-cases.ts";
import { CHATML_TOKENS, chatFolder, chatGguf } from "../../../testing/chat-folder.ts";
import check from "./template.ts";

const llama = JSON.stringify({ architectures: ["LlamaForCausalLM"] });
const pieces = writeSentencePiece({ pieces: [...LLAMA_PIECES, "a"] });
const ranked = "IQ== 0\nIg== 1\n";
const tekken = JSON.stringify({
  config: { version: "v11", default_vocab_size: 4, default_num_special_tokens: 3 },
  vocab: [{ rank: 0, token_bytes: "AA==", token_str: null }],
  special_tokens: ["<unk>", "<s>", "</s>"].map((token_str, rank) => ({ rank, token_str })),
});

checkCases(check, {
  caught: [
    {
      name: "a base model with a SentencePiece vocabulary alone",
      files: { "config.json": llama, "tokenizer.model": pieces },
      finds: [{ level: "caution", key: "absent", file: "tokenizer.model" }],
      verdict: "caution",
    },
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
    {
      name: "Meta's own copy of the vocabulary is no second model",
      files: {
        ...chatFolder(CHAT_TEMPLATES.chatml, "<|im_end|>", CHATML_TOKENS),
        "original/tokenizer.model": ranked,
        "original/params.json": "{}",
      },
      finds: [],
      verdict: "clear",
    },
    {
      name: "Mistral's own form beside a template",
      files: {
        ...chatFolder(CHAT_TEMPLATES.chatml, "<|im_end|>", CHATML_TOKENS),
        "tekken.json": tekken,
      },
      finds: [],
      verdict: "clear",
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
      name: "Mistral's own form: what mistral-common writes is not known, and no template is missing",
      files: { "config.json": llama, "tekken.json": tekken },
      finds: [],
      verdict: "unknown",
    },
    {
      name: "the same with Mistral's own configuration",
      files: { "params.json": "{}", "tekken.json": tekken },
      finds: [],
      verdict: "unknown",
    },
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
