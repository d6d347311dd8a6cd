import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import {
  pair,
  sparseGguf,
  sparseSafetensors,
  type GgufPlan,
  type SafetensorsPlan,
} from "../packages/formats/src/kit/index.ts";

/** Tokens and merges of Llama 3's tokenizer: the largest part of a real header. */
const VOCABULARY = 128_256;
const MERGES = 280_147;

const BLOCKS = 80;
const WIDTH = 8_192;
const NARROW = 1_024;
const WIDE = 28_672;

/** A chat template of the usual length. */
const TEMPLATE =
  "{{- bos_token }}{% for message in messages %}{{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n' + message['content'] | trim + '<|eot_id|>' }}{% endfor %}{% if add_generation_prompt %}{{- '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}";

/** Writes the true header of a 70-billion-parameter GGUF in Q4_K, 723 tensors, over a hole; returns its bytes. */
export function writeLargeGguf(path: string): number {
  return sparseGguf(path, { metadata: metadata(), tensors: ggufTensors() });
}

function metadata(): GgufPlan["metadata"] {
  const tokens = Array.from({ length: VOCABULARY }, (_, index) => pieceOf(index));
  const merges = Array.from(
    { length: MERGES },
    (_, index) => `${pieceOf(index)} ${pieceOf(7 * index)}`,
  );
  const types = Array.from({ length: VOCABULARY }, (_, index) => (index < 128_000 ? 1 : 3));
  const list = "tokenizer.ggml";
  return [
    pair("general.architecture", "string", "llama"),
    pair("general.name", "string", "Large 70B"),
    pair("general.license", "string", "apache-2.0"),
    pair("general.file_type", "u32", 15),
    pair("llama.block_count", "u32", BLOCKS),
    pair("llama.context_length", "u32", 131_072),
    pair("llama.embedding_length", "u32", WIDTH),
    pair("llama.feed_forward_length", "u32", WIDE),
    pair("llama.attention.head_count", "u32", 64),
    pair("llama.attention.head_count_kv", "u32", 8),
    pair("llama.rope.freq_base", "f32", 500_000),
    pair("llama.attention.layer_norm_rms_epsilon", "f32", 1e-5),
    pair("llama.vocab_size", "u32", VOCABULARY),
    pair("llama.rope.dimension_count", "u32", 128),
    pair(`${list}.model`, "string", "gpt2"),
    pair(`${list}.pre`, "string", "llama-bpe"),
    { key: `${list}.tokens`, value: { type: "array", values: { of: "string", items: tokens } } },
    { key: `${list}.token_type`, value: { type: "array", values: { of: "i32", items: types } } },
    { key: `${list}.merges`, value: { type: "array", values: { of: "string", items: merges } } },
    pair(`${list}.bos_token_id`, "u32", 128_000),
    pair(`${list}.eos_token_id`, "u32", 128_009),
    pair("tokenizer.chat_template", "string", TEMPLATE),
  ];
}

/** A piece of text of its own for every number. */
function pieceOf(index: number): string {
  if (index === 128_000) return "<|begin_of_text|>";
  if (index === 128_006) return "<|start_header_id|>";
  if (index === 128_007) return "<|end_header_id|>";
  if (index === 128_009) return "<|eot_id|>";
  return index >= 128_000 && index < VOCABULARY
    ? `<|reserved_${index}|>`
    : `Ġ${index.toString(26)}`;
}

const matrix = (name: string, inner: number, outer: number): GgufPlan["tensors"][number] => ({
  name: `${name}.weight`,
  type: "Q4_K",
  dims: [inner, outer],
});
const norm = (name: string): GgufPlan["tensors"][number] => ({
  name: `${name}.weight`,
  type: "F32",
  dims: [WIDTH],
});

function ggufTensors(): GgufPlan["tensors"] {
  const blocks = Array.from({ length: BLOCKS }, (_, block) => [
    norm(`blk.${block}.attn_norm`),
    matrix(`blk.${block}.attn_q`, WIDTH, WIDTH),
    matrix(`blk.${block}.attn_k`, WIDTH, NARROW),
    matrix(`blk.${block}.attn_v`, WIDTH, NARROW),
    matrix(`blk.${block}.attn_output`, WIDTH, WIDTH),
    norm(`blk.${block}.ffn_norm`),
    matrix(`blk.${block}.ffn_gate`, WIDTH, WIDE),
    matrix(`blk.${block}.ffn_up`, WIDTH, WIDE),
    matrix(`blk.${block}.ffn_down`, WIDE, WIDTH),
  ]);
  const outer = [matrix("token_embd", WIDTH, VOCABULARY), norm("output_norm")];
  return [...outer, matrix("output", WIDTH, VOCABULARY), ...blocks.flat()];
}

/** Shards of the folder, and the parameters of all: 50 billion in BF16. */
const SHARDS = 20;

/** Writes a folder of 100 GB: 20 sparse safetensors shards with their index, configuration and card. */
export function writeLargeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const map: Record<string, string> = {};
  const tensors = hundredGigabytes();
  const each = Math.ceil(tensors.length / SHARDS);
  for (let shard = 0; shard < SHARDS; shard += 1) {
    const name = `model-${number(shard + 1)}-of-${number(SHARDS)}.safetensors`;
    const own = tensors.slice(shard * each, (shard + 1) * each);
    for (const tensor of own) map[tensor.name] = name;
    sparseSafetensors(join(folder, name), { tensors: own, metadata: { format: "pt" } });
  }
  const total = tensors.reduce((sum, { shape }) => sum + 2 * shape.reduce((a, b) => a * b, 1), 0);
  const index = { metadata: { total_size: total }, weight_map: map };
  writeFileSync(join(folder, "model.safetensors.index.json"), JSON.stringify(index, null, 2));
  writeFileSync(join(folder, "config.json"), JSON.stringify(CONFIG, null, 2));
  writeFileSync(join(folder, "README.md"), "---\nlicense: apache-2.0\n---\n# Large 50B\n");
}

/** Tensors as a 50-billion-parameter model in BF16 has them: 80 layers of 7 matrices. */
export function hundredGigabytes(): SafetensorsPlan["tensors"] {
  return Array.from({ length: 560 }, (_, index) => ({
    name: `model.layers.${Math.floor(index / 7)}.matrix.${index % 7}.weight`,
    dtype: "BF16",
    shape: [8192, 10_900],
  }));
}

const CONFIG = {
  architectures: ["LlamaForCausalLM"],
  model_type: "llama",
  torch_dtype: "bfloat16",
  hidden_size: WIDTH,
  intermediate_size: WIDE,
  num_hidden_layers: BLOCKS,
  num_attention_heads: 64,
  num_key_value_heads: 8,
  max_position_embeddings: 131_072,
  vocab_size: VOCABULARY,
};

function number(value: number): string {
  return String(value).padStart(5, "0");
}
