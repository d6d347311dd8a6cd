import { join } from "node:path";

import { pair, tinyLlama, writeGguf, writeSafetensors, type GgufPlan } from "@plimsoll/formats/kit";
import { expect, test } from "vitest";

import { openKnowledge } from "../../../config/knowledge.ts";
import { checkCases, runCase, type CheckCase } from "../../../testing/check-cases.ts";
import { parseFileSymptoms } from "../symptoms/schema.ts";
import check from "./known-faults.ts";

type Pairs = GgufPlan["metadata"];

/** The header of a GGUF file of an architecture with so many tokens and these pairs. */
function gguf(architecture: string, tokens: number, pairs: Pairs = []): CheckCase["files"] {
  const items = Array.from({ length: tokens }, () => "");
  const list = { type: "array", values: { of: "string", items } } as const;
  const metadata = [
    pair("general.architecture", "string", architecture),
    { key: "tokenizer.ggml.tokens", value: list },
    ...pairs,
  ];
  return { "m.gguf": writeGguf({ metadata, tensors: [] }) };
}

const weights = {
  "model.safetensors": writeSafetensors({ tensors: [{ name: "a", dtype: "F32", shape: [2] }] }),
};
const json = (file: string, value: object): CheckCase["files"] => ({
  [file]: JSON.stringify(value),
});
const config = (value: object) => json("config.json", value);
const llama31 = {
  model_type: "llama",
  max_position_embeddings: 131_072,
  rope_theta: 500_000,
  vocab_size: 128_256,
};
const phi3 = { model_type: "phi3", max_position_embeddings: 131_072 };
const deepseek = {
  model_type: "deepseek_v3",
  max_position_embeddings: 163_840,
  vocab_size: 129_280,
};
const long = (name: string): Pairs => [pair(`${name}.context_length`, "u32", 131_072)];
const base = pair("llama.rope.freq_base", "f32", 500_000);

/** For each known fault a model that has it, and one that nearly has it. */
const PAIRS: Readonly<
  Record<string, { readonly caught: CheckCase["files"]; readonly clean: CheckCase["files"] }>
> = {
  "llama31-rope-gguf": {
    caught: gguf("llama", 128_256, [...long("llama"), base]),
    clean: gguf("llama", 128_256, [
      ...long("llama"),
      base,
      pair("llama.rope.scaling.type", "string", "yarn"),
    ]),
  },
  "llama31-rope-config": {
    caught: config(llama31),
    clean: config({ ...llama31, rope_scaling: { rope_type: "llama3", factor: 8 } }),
  },
  "phi3-long-gguf": {
    caught: gguf("phi3", 4, [
      ...long("phi3"),
      pair("phi3.attention.sliding_window", "u32", 262_144),
    ]),
    clean: gguf("phi3", 4, [
      pair("phi3.context_length", "u32", 131_071),
      pair("phi3.attention.sliding_window", "u32", 2_047),
    ]),
  },
  "phi3-long-config": {
    caught: config({ ...phi3, rope_scaling: null }),
    clean: config({ ...phi3, rope_scaling: { type: "longrope" } }),
  },
  "phi3-window-gguf": {
    caught: gguf("phi3", 4),
    clean: gguf("phi3", 4, [pair("phi3.attention.sliding_window", "u32", 2_047)]),
  },
  "deepseek-yarn-gguf": {
    caught: gguf("deepseek2", 102_400, long("deepseek2")),
    clean: gguf("deepseek2", 102_401, long("deepseek2")),
  },
  "deepseek-yarn-config": {
    caught: config(deepseek),
    clean: config({ ...deepseek, max_position_embeddings: 8_192 }),
  },
  "gemma-half": {
    caught: config({ model_type: "gemma3_text", torch_dtype: "float16" }),
    clean: config({ model_type: "gemma3_text", torch_dtype: "bfloat16" }),
  },
  "gemma-half-dtype": {
    caught: config({ model_type: "gemma2", dtype: "float16" }),
    clean: config({ model_type: "gemma", dtype: "float16" }),
  },
  "cache-off-generation": {
    caught: json("generation_config.json", { use_cache: false }),
    clean: json("generation_config.json", { use_cache: null }),
  },
  "cache-off-config": {
    caught: config({ use_cache: false, architectures: ["LlamaForCausalLM"] }),
    clean: config({ use_cache: false, architectures: ["BertModel"] }),
  },
  "no-architectures": {
    caught: { ...config({ model_type: "llama" }), ...weights },
    clean: config({ model_type: "llama" }),
  },
  "old-llama-class": {
    caught: json("tokenizer_config.json", { tokenizer_class: "LLaMATokenizer" }),
    clean: json("tokenizer_config.json", { tokenizer_class: "LlamaTokenizer" }),
  },
  "backend-class": {
    caught: json("tokenizer_config.json", { tokenizer_class: "TokenizersBackend" }),
    clean: json("tokenizer_config.json", { tokenizer_class: "PreTrainedTokenizerFast" }),
  },
  "extra-tokens-list": {
    caught: json("tokenizer_config.json", { extra_special_tokens: ["<image>"] }),
    clean: json("tokenizer_config.json", { extra_special_tokens: { image: "<image>" } }),
  },
  "pad-negative": { caught: config({ pad_token_id: -1 }), clean: config({ pad_token_id: 0 }) },
};

const symptoms = openKnowledge(join(import.meta.dirname, "../../../../knowledge")).read(
  "file-symptoms",
  parseFileSymptoms,
);

test("every known fault has a model that has it, and one that nearly has it", () => {
  expect(Object.keys(PAIRS)).toEqual(symptoms.map(({ id }) => id));
});

test.each(symptoms.map((one) => [one.id, one] as const))("%s", async (id, { level }) => {
  const found = async (files: CheckCase["files"] = {}) => {
    const { outcome } = await runCase(check, { name: id, files });
    const findings = "findings" in outcome ? outcome.findings : [];
    return findings.map((one) => [one.level, one.evidence["id"]]);
  };
  expect(await found(PAIRS[id]?.caught)).toEqual([[level, id]]);
  expect(await found(PAIRS[id]?.clean)).toEqual([]);
});

checkCases(check, {
  caught: [
    {
      name: "Llama 3.1 without its scaling",
      files: config(llama31),
      finds: [{ level: "caution", key: "known", file: "config.json", member: "rope_scaling" }],
      verdict: "caution",
    },
  ],
  clean: [
    { name: "the factors as a tensor", files: { "m.gguf": tinyLlama() }, finds: [] },
    {
      name: "a key within another object",
      files: config({ text_config: { use_cache: false, architectures: ["XForCausalLM"] } }),
      finds: [],
    },
    { name: "no file that says anything", files: { "a.txt": "a" }, verdict: "not-applicable" },
  ],
  hostile: [
    {
      name: "values of other types",
      files: config({
        ...llama31,
        rope_theta: "500000",
        vocab_size: [128_256],
        pad_token_id: "-1",
      }),
      finds: [],
      verdict: "clear",
    },
    {
      name: "a configuration that cannot be read",
      files: { "config.json": "{" },
      finds: [],
      verdict: "unknown",
    },
  ],
});
