import { pair, writeGguf, writeSafetensors } from "@plimsoll/formats/kit";

import { checkCases } from "../../../testing/check-cases.ts";
import check from "./parent-shape.ts";

const card = (front: string): string => `---\n${front}\n---\n`;

const config = (more: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({ model_type: "llama", num_hidden_layers: 32, hidden_size: 4096, ...more });

/** A model of two blocks with these tensors in each. */
const model = (...ends: readonly string[]): Uint8Array =>
  writeSafetensors({
    tensors: [0, 1].flatMap((block) =>
      ["input_layernorm.weight", ...ends].map((end) => ({
        name: `model.layers.${block}.${end}`,
        dtype: "F16",
        shape: [8],
      })),
    ),
  });

function gguf(width: number, blocks: number): Uint8Array {
  return writeGguf({
    metadata: [
      pair("general.architecture", "string", "llama"),
      pair("llama.block_count", "u32", blocks),
      pair("llama.embedding_length", "u32", width),
    ],
    tensors: [{ name: "blk.0.attn_norm.weight", type: "F32", dims: [8] }],
  });
}

const caution = (key: string) => ({ level: "caution" as const, key });
const TWO = { num_hidden_layers: 2 };

checkCases(check, {
  caught: [
    {
      name: "another width than the parent's",
      files: {
        "README.md": card("base_model: meta-llama/Llama-3.1-8B"),
        "config.json": config({ hidden_size: 3584 }),
        "model.safetensors": model(),
      },
      finds: [caution("parent")],
    },
    {
      name: "a GGUF file that is said to be a quantised copy, and is deeper",
      files: {
        "README.md": card("base_model: Qwen/Qwen2.5-0.5B\nbase_model_relation: quantized"),
        "m.gguf": gguf(896, 28),
      },
      finds: [caution("parent")],
    },
    {
      name: "norms of queries in a llama",
      files: { "config.json": config(TWO), "model.safetensors": model("self_attn.q_norm.weight") },
      finds: [caution("architecture")],
    },
    {
      name: "biases of queries in a llama",
      files: { "config.json": config(TWO), "model.safetensors": model("self_attn.q_proj.bias") },
      finds: [caution("architecture")],
    },
  ],
  clean: [
    {
      name: "the parent's shape",
      files: {
        "README.md": card("base_model: meta-llama/Llama-3.1-8B"),
        "config.json": config({}),
        "model.safetensors": model(),
      },
    },
    {
      name: "stacked to more blocks of the same width",
      files: {
        "README.md": card("base_model: meta-llama/Llama-3.1-8B"),
        "config.json": config({ num_hidden_layers: 48 }),
        "model.safetensors": model(),
      },
    },
    {
      name: "one of two parents fits",
      files: {
        "README.md": card("base_model: [Qwen/Qwen2.5-0.5B, meta-llama/Llama-3.1-8B]"),
        "config.json": config({}),
        "model.safetensors": model(),
      },
    },
    {
      name: "a parent that nobody entered",
      files: {
        "README.md": card("base_model: [meta-llama/Llama-3.1-8B, org/tower]"),
        "config.json": config({ hidden_size: 64 }),
        "model.safetensors": model(),
      },
    },
    {
      name: "a quantised copy with a block that drafts",
      files: {
        "README.md": card("base_model: Qwen/Qwen2.5-0.5B\nbase_model_relation: quantized"),
        "m.gguf": gguf(896, 25),
      },
    },
    {
      name: "biases that the configuration states",
      files: {
        "config.json": config({ ...TWO, attention_bias: true }),
        "model.safetensors": model("self_attn.q_proj.bias"),
      },
    },
    {
      name: "biases that a quantiser added",
      files: {
        "config.json": config({ ...TWO, quantization_config: { quant_method: "gptq" } }),
        "model.safetensors": model("self_attn.q_proj.bias"),
      },
    },
    {
      name: "a model with code of its own",
      files: {
        "config.json": config({ ...TWO, auto_map: { AutoModel: "modeling.Own" } }),
        "model.safetensors": model("self_attn.q_norm.weight"),
      },
    },
    {
      name: "biases of queries in a qwen2",
      files: {
        "config.json": config({ ...TWO, model_type: "qwen2" }),
        "model.safetensors": model("self_attn.q_proj.bias"),
      },
    },
    {
      name: "no model",
      files: { "README.md": card("base_model: a/b") },
      verdict: "not-applicable",
    },
  ],
  hostile: [
    {
      name: "a configuration of numbers and nothing",
      files: {
        "README.md": card("base_model: meta-llama/Llama-3.1-8B"),
        "config.json": '{"model_type":7,"num_hidden_layers":"x","hidden_size":-1}',
        "model.safetensors": model(),
      },
      finds: [],
    },
    {
      name: "a configuration that is no JSON",
      files: { "config.json": "{", "model.safetensors": model() },
      finds: [],
      verdict: "unknown",
    },
  ],
});
