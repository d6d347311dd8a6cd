import { CHAT_TEMPLATES } from "../../../testing/chat-templates.ts";
import { checkCases } from "../../../testing/check-cases.ts";
import { CHATML_TOKENS, chatFolder } from "../../../testing/chat-folder.ts";
import check from "./reasoning.ts";

checkCases(check, {
  caught: [
    {
      name: "thoughts are dropped and can be switched off",
      files: chatFolder(CHAT_TEMPLATES.qwen3, "<|im_end|>", CHATML_TOKENS),
      finds: [
        { level: "note", key: "drops", file: "tokenizer_config.json", member: "chat_template" },
        { level: "note", key: "switch" },
      ],
      verdict: "clear",
    },
    {
      name: "the prompt opens a thought",
      files: chatFolder(CHAT_TEMPLATES.deepseekR1, "</s>", ["<s>", "</s>"], { bos_token: "<s>" }),
      finds: [
        { level: "note", key: "opened" },
        { level: "note", key: "drops" },
      ],
    },
    {
      name: "a tokenizer that knows thoughts and a template that does not",
      files: chatFolder(CHAT_TEMPLATES.chatml, "<|im_end|>", [...CHATML_TOKENS, "<think>"]),
      finds: [{ level: "note", key: "keeps" }],
    },
  ],
  clean: [
    {
      name: "a model that does not think aloud",
      files: chatFolder(CHAT_TEMPLATES.chatml, "<|im_end|>", CHATML_TOKENS),
      verdict: "not-applicable",
    },
    {
      name: "no template",
      files: chatFolder(undefined, "</s>", ["</s>", "<think>"]),
      verdict: "not-applicable",
    },
  ],
  hostile: [
    {
      name: "thoughts that this renderer cannot write",
      files: chatFolder("<think>{{ messages|pprint }}", "</s>", ["</s>"]),
      finds: [],
      verdict: "unknown",
    },
  ],
});
