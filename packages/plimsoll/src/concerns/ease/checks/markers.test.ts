import { CHAT_TEMPLATES } from "../../../testing/chat-templates.ts";
import { checkCases } from "../../../testing/check-cases.ts";
import {
  CHATML_TOKENS,
  chatFolder,
  chatGguf,
  LLAMA3_TOKENS,
} from "../../../testing/chat-folder.ts";
import check from "./markers.ts";

checkCases(check, {
  caught: [
    {
      name: "markers of another tokenizer",
      files: chatFolder(CHAT_TEMPLATES.chatml, "</s>", ["</s>"]),
      finds: [
        {
          level: "caution",
          key: "split-markers",
          file: "tokenizer_config.json",
          member: "chat_template",
        },
      ],
    },
    {
      name: "markers of another tokenizer in GGUF",
      files: chatGguf({ chatTemplate: CHAT_TEMPLATES.chatml }),
      finds: [{ level: "caution", key: "split-markers", member: "tokenizer.chat_template" }],
    },
    {
      name: "one marker of several is missing",
      files: chatFolder(
        CHAT_TEMPLATES.llama31,
        "<|eot_id|>",
        LLAMA3_TOKENS.filter((token) => token !== "<|end_header_id|>"),
      ),
      finds: [{ level: "caution", key: "split-markers" }],
    },
  ],
  clean: [
    {
      name: "ChatML",
      files: chatFolder(CHAT_TEMPLATES.chatml, "<|im_end|>", CHATML_TOKENS),
      verdict: "clear",
    },
    {
      name: "Qwen3",
      files: chatFolder(CHAT_TEMPLATES.qwen3, "<|im_end|>", CHATML_TOKENS),
      verdict: "clear",
    },
    {
      name: "Llama 3",
      files: chatFolder(CHAT_TEMPLATES.llama31, "<|eot_id|>", LLAMA3_TOKENS),
      verdict: "clear",
    },
    {
      name: "the end of a turn in generation_config.json",
      files: {
        ...chatFolder(CHAT_TEMPLATES.llama31, "<|end_of_text|>", LLAMA3_TOKENS),
        "generation_config.json": JSON.stringify({ eos_token_id: [3, 4] }),
      },
      verdict: "clear",
    },
    {
      name: "Llama 2",
      files: chatFolder(CHAT_TEMPLATES.llama2, "</s>", ["<s>", "</s>"]),
      verdict: "clear",
    },
    {
      name: "Mistral",
      files: chatFolder(CHAT_TEMPLATES.mistral, "</s>", ["<s>", "</s>", "[INST]", "[/INST]"]),
      verdict: "clear",
    },
    {
      name: "Gemma",
      files: chatFolder(CHAT_TEMPLATES.gemma, "<end_of_turn>", [
        "<start_of_turn>",
        "<end_of_turn>",
      ]),
      verdict: "clear",
    },
    {
      name: "DeepSeek R1",
      files: chatFolder(CHAT_TEMPLATES.deepseekR1, "<｜end▁of▁sentence｜>", [
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
      files: chatFolder(CHAT_TEMPLATES.zephyr, "</s>", ["<s>", "</s>"]),
      finds: [{ level: "note", key: "text-markers" }],
      verdict: "clear",
    },
    {
      name: "llama.cpp knows the end of a turn by its text",
      files: chatGguf({ chatTemplate: CHAT_TEMPLATES.chatml, pieces: CHATML_TOKENS }),
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
      name: "no template",
      files: chatFolder(undefined, "</s>", ["</s>"]),
      verdict: "not-applicable",
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
      name: "a vocabulary that is not there",
      files: {
        "tokenizer_config.json": JSON.stringify({
          eos_token: "</s>",
          chat_template: CHAT_TEMPLATES.phi3,
        }),
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
      files: chatFolder(
        `{{ '${Array.from({ length: 100_000 }, (_, at) => `<|${at}|>`).join("")}' }}`,
        "</s>",
        ["</s>"],
      ),
      finds: [{ level: "caution", key: "split-markers" }],
    },
  ],
});
