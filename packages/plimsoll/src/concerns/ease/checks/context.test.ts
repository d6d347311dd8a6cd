import { pair } from "@plimsoll/formats/kit";

import { checkCases } from "../../../testing/check-cases.ts";
import { chatFolder, chatGguf, type Files } from "../../../testing/chat-folder.ts";
import check from "./context.ts";

function folder(config: object, settings: object = {}): Files {
  return {
    ...chatFolder(undefined, "</s>", ["</s>"], { ...settings }),
    "config.json": JSON.stringify({
      architectures: ["LlamaForCausalLM"],
      max_position_embeddings: 8192,
      ...config,
    }),
  };
}

const yarn = (parts: object = {}): object => ({ rope_scaling: { type: "yarn", ...parts } });

checkCases(check, {
  caught: [
    {
      name: "a factor of no kind",
      files: folder({ rope_scaling: { factor: 4 } }),
      finds: [{ level: "caution", key: "incomplete", file: "config.json", member: "rope_scaling" }],
      verdict: "caution",
    },
    {
      name: "a kind without its factor",
      files: folder(yarn()),
      finds: [{ level: "caution", key: "incomplete" }],
    },
    {
      name: "a kind without its factor in GGUF",
      files: chatGguf({ extra: [pair("llama.rope.scaling.type", "string", "linear")] }),
      finds: [{ level: "caution", key: "incomplete", member: "llama.rope.scaling.type" }],
    },
    {
      name: "a GGUF file that leaves the scaling out",
      files: { ...folder(yarn({ factor: 4 })), ...chatGguf({}) },
      finds: [{ level: "caution", key: "undeclared", file: "model.gguf" }],
    },
    {
      name: "a context beyond the one before scaling",
      files: folder(yarn({ factor: 4, original_max_position_embeddings: 4096 })),
      setting: { context: 4097 },
      finds: [{ level: "note", key: "stretched", member: "rope_scaling" }],
      verdict: "clear",
    },
    {
      name: "a tokenizer that ends earlier",
      files: folder({}, { model_max_length: 2048 }),
      finds: [{ level: "note", key: "tokenizer-shorter", file: "tokenizer_config.json" }],
    },
  ],
  clean: [
    { name: "no scaling", files: folder({ rope_scaling: null }), finds: [], verdict: "clear" },
    {
      name: "a context up to the one before scaling",
      files: folder(yarn({ factor: 4, original_max_position_embeddings: 4096 })),
      setting: { context: 4096 },
      finds: [],
      verdict: "clear",
    },
    {
      name: "a list of factors in place of one",
      files: folder({ rope_scaling: { rope_type: "longrope", long_factor: [1, 2] } }),
      finds: [],
      verdict: "clear",
    },
    {
      name: "the default is no scaling",
      files: folder({ rope_parameters: { rope_type: "default", rope_theta: 10_000 } }),
      finds: [],
      verdict: "clear",
    },
    {
      name: "a GGUF file that declares the same",
      files: {
        ...folder(yarn({ factor: 4 })),
        ...chatGguf({
          extra: [
            pair("llama.rope.scaling.type", "string", "yarn"),
            pair("llama.rope.scaling.factor", "f32", 4),
          ],
        }),
      },
      finds: [],
      verdict: "clear",
    },
    {
      name: "a tokenizer that ends with the context",
      files: folder({}, { model_max_length: 4096 }),
      finds: [],
      verdict: "clear",
    },
    {
      name: "a tokenizer without end",
      files: folder({}, { model_max_length: 1e30 }),
      finds: [],
      verdict: "clear",
    },
    {
      name: "a model that ends as early is told of elsewhere",
      files: folder({ max_position_embeddings: 2048 }, { model_max_length: 2048 }),
      finds: [],
      verdict: "clear",
    },
    { name: "no language model", files: { "notes.txt": "a" }, verdict: "not-applicable" },
  ],
  hostile: [
    {
      name: "scaling that is a text",
      files: folder({ rope_scaling: "yarn", rope_parameters: [1] }),
      finds: [],
      verdict: "clear",
    },
  ],
});
