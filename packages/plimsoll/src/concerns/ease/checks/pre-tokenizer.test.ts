import { pair } from "@plimsoll/formats/kit";

import { checkCases } from "../../../testing/check-cases.ts";
import { chatFolder, chatGguf } from "../../../testing/chat-folder.ts";
import check from "./pre-tokenizer.ts";

const bytePairs = pair("tokenizer.ggml.model", "string", "gpt2");
const rules = (name: string): ReturnType<typeof pair> => pair("tokenizer.ggml.pre", "string", name);

checkCases(check, {
  caught: [
    {
      name: "byte pairs without rules",
      files: chatGguf({ extra: [bytePairs] }),
      finds: [{ level: "caution", key: "missing", file: "model.gguf" }],
      verdict: "caution",
    },
    {
      name: "byte pairs with the default rules",
      files: chatGguf({ extra: [bytePairs, rules("default")] }),
      finds: [{ level: "caution", key: "default", member: "tokenizer.ggml.pre" }],
    },
  ],
  clean: [
    {
      name: "byte pairs with rules of their own",
      files: chatGguf({ extra: [bytePairs, rules("smollm")] }),
      verdict: "clear",
    },
    { name: "another kind needs none", files: chatGguf({}), verdict: "clear" },
    {
      name: "another kind may say default",
      files: chatGguf({ extra: [rules("default")] }),
      verdict: "clear",
    },
    {
      name: "no GGUF file",
      files: chatFolder(undefined, "</s>", ["</s>"]),
      verdict: "not-applicable",
    },
  ],
  hostile: [
    {
      name: "rules that are a number",
      files: chatGguf({ extra: [bytePairs, pair("tokenizer.ggml.pre", "u32", 1)] }),
      finds: [],
      verdict: "unknown",
    },
    {
      name: "rules that are empty",
      files: chatGguf({ extra: [bytePairs, rules("")] }),
      finds: [{ level: "caution", key: "missing" }],
    },
  ],
});
