import { checkCases } from "../../../testing/check-cases.ts";
import { chatFolder, chatGguf, type Files } from "../../../testing/chat-folder.ts";
import check from "./configs-agree.ts";

const TOKENS = ["<s>", "</s>", "<|end|>"];

/** A folder whose tokenizer begins with token 0 and ends with token 1. */
function folder(config: object, generation?: object): Files {
  return {
    ...chatFolder(undefined, "</s>", TOKENS, { bos_token: "<s>" }),
    "config.json": JSON.stringify({ architectures: ["LlamaForCausalLM"], ...config }),
    ...(generation === undefined ? {} : { "generation_config.json": JSON.stringify(generation) }),
  };
}

checkCases(check, {
  caught: [
    {
      name: "what decides names another end",
      files: folder({ eos_token_id: 1 }, { eos_token_id: 2 }),
      finds: [
        { level: "note", key: "config-differs", file: "config.json" },
        {
          level: "caution",
          key: "end-differs",
          file: "generation_config.json",
          member: "eos_token_id",
        },
      ],
      verdict: "caution",
    },
    {
      name: "config.json decides where it is alone",
      files: folder({ eos_token_id: 2 }),
      finds: [{ level: "caution", key: "end-differs", file: "config.json" }],
    },
    {
      name: "the configuration of the language model within a larger one",
      files: folder({ text_config: { eos_token_id: 2 } }),
      finds: [{ level: "caution", key: "end-differs" }],
    },
    {
      name: "config.json differs and does not decide",
      files: folder({ eos_token_id: 2 }, { eos_token_id: [1] }),
      finds: [{ level: "note", key: "config-differs" }],
      verdict: "clear",
    },
    {
      name: "another beginning",
      files: folder({ bos_token_id: 2, eos_token_id: 1 }),
      finds: [{ level: "note", key: "begin-differs", member: "bos_token_id" }],
    },
    {
      name: "a GGUF file of another tokenizer beside it",
      files: { ...chatGguf({}), ...chatFolder(undefined, "<|end|>", TOKENS) },
      finds: [{ level: "note", key: "gguf-differs", file: "model.gguf" }],
    },
  ],
  clean: [
    {
      name: "all agree",
      files: folder({ bos_token_id: 0, eos_token_id: 1 }, { bos_token_id: 0, eos_token_id: 1 }),
      finds: [],
      verdict: "clear",
    },
    {
      name: "one of several ends is enough",
      files: folder({ eos_token_id: 1 }, { eos_token_id: [2, 1] }),
      finds: [],
      verdict: "clear",
    },
    {
      name: "nothing is named",
      files: folder({ eos_token_id: null }),
      finds: [],
      verdict: "clear",
    },
    {
      name: "a GGUF file of the same tokenizer beside it",
      files: { ...chatGguf({}), ...chatFolder(undefined, "</s>", TOKENS) },
      finds: [],
      verdict: "clear",
    },
    {
      name: "a GGUF file in another folder",
      files: {
        "gguf/model.gguf": chatGguf({})["model.gguf"],
        ...chatFolder(undefined, "<|end|>", TOKENS),
      },
      finds: [],
      verdict: "clear",
    },
    { name: "a GGUF file alone", files: chatGguf({}), verdict: "not-applicable" },
  ],
  hostile: [
    {
      name: "an end that no vocabulary holds",
      files: {
        "tokenizer_config.json": JSON.stringify({ eos_token: "</s>" }),
        "config.json": JSON.stringify({ eos_token_id: 1 }),
      },
      finds: [],
      verdict: "unknown",
    },
    {
      name: "numbers that are none",
      files: folder({ eos_token_id: ["1", {}, 1.5, null] }, { eos_token_id: {} }),
      finds: [],
      verdict: "clear",
    },
  ],
});
