import { pair, tinyLlamaPlan, writeGguf, writeSafetensors } from "@plimsoll/formats/kit";

import { checkCases } from "../../../testing/check-cases.ts";
import check from "./blocks-whole.ts";

type Tensor = { readonly name: string; readonly shape: readonly number[]; readonly dtype?: string };

const HIDDEN = 32;
const LLAMA = {
  architectures: ["LlamaForCausalLM"],
  model_type: "llama",
  num_hidden_layers: 3,
  hidden_size: HIDDEN,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  tie_word_embeddings: false,
};

const block = (number: number): readonly Tensor[] =>
  (
    [
      ["input_layernorm", [HIDDEN]],
      ["self_attn.q_proj", [32, HIDDEN]],
      ["self_attn.k_proj", [16, HIDDEN]],
      ["self_attn.v_proj", [16, HIDDEN]],
      ["self_attn.o_proj", [HIDDEN, 32]],
      ["post_attention_layernorm", [HIDDEN]],
      ["mlp.gate_proj", [48, HIDDEN]],
      ["mlp.up_proj", [48, HIDDEN]],
      ["mlp.down_proj", [HIDDEN, 48]],
    ] as const
  ).map(([part, shape]) => ({ name: `model.layers.${number}.${part}.weight`, shape }));

const llama: readonly Tensor[] = [
  { name: "model.embed_tokens.weight", shape: [10, HIDDEN] },
  ...block(0),
  ...block(1),
  ...block(2),
  { name: "model.norm.weight", shape: [HIDDEN] },
  { name: "lm_head.weight", shape: [10, HIDDEN] },
];
const without = (pattern: RegExp, tensors = llama): readonly Tensor[] =>
  tensors.filter(({ name }) => !pattern.test(name));
const resized = (pattern: RegExp, shape: readonly number[]): readonly Tensor[] =>
  llama.map((tensor) => (pattern.test(tensor.name) ? { ...tensor, shape } : tensor));

const hub = (tensors: readonly Tensor[], config: object = LLAMA) => ({
  "model.safetensors": writeSafetensors({
    tensors: tensors.map((tensor) => ({ dtype: "BF16", ...tensor })),
  }),
  "config.json": JSON.stringify(config),
});
const caution = (key: string, member?: string) => ({
  level: "caution" as const,
  key,
  file: "model.safetensors",
  ...(member === undefined ? {} : { member }),
});

const tiny = tinyLlamaPlan({ blocks: 3 });
const gguf = (keep: (name: string) => boolean, extra: typeof tiny.metadata = []) => ({
  "m.gguf": writeGguf({
    metadata: [
      ...tiny.metadata.filter(({ key }) => !extra.some((one) => one.key === key)),
      ...extra,
    ],
    tensors: tiny.tensors.filter(({ name }) => keep(String(name))),
  }),
});

/** DeepSeek's shape: one dense block, then experts, then one that drafts. */
const experts: readonly Tensor[] = [
  { name: "model.embed_tokens.weight", shape: [10, HIDDEN] },
  ...[0, 1, 2, 3].flatMap((number) => [
    { name: `model.layers.${number}.input_layernorm.weight`, shape: [HIDDEN] },
    ...(number === 0
      ? [{ name: "model.layers.0.mlp.up_proj.weight", shape: [8, HIDDEN] }]
      : [0, 1].map((expert) => ({
          name: `model.layers.${number}.mlp.experts.${expert}.up_proj.weight`,
          shape: [8, HIDDEN],
        }))),
  ]),
  { name: "model.layers.3.enorm.weight", shape: [HIDDEN] },
  { name: "lm_head.weight", shape: [10, HIDDEN] },
];

checkCases(check, {
  caught: [
    {
      name: "a block in the middle is not there",
      files: hub(without(/layers\.1\./u)),
      finds: [caution("hole")],
    },
    {
      name: "the last block is not there",
      files: hub(without(/layers\.2\./u)),
      finds: [caution("too-few-blocks")],
    },
    {
      name: "a GGUF file has fewer blocks than its header states",
      files: gguf((name) => !name.startsWith("blk.2.")),
      finds: [{ level: "caution", key: "too-few-blocks", file: "m.gguf" }],
    },
    {
      name: "a GGUF file without the table of its tokens",
      files: gguf((name) => !name.startsWith("token_embd")),
      finds: [{ level: "caution", key: "no-embedding" }],
    },
    {
      name: "a GGUF file of another width than its header states",
      files: gguf(() => true, [pair("llama.attention.head_count_kv", "u32", 1)]),
      finds: [
        { level: "caution", key: "wrong-size", member: "blk.0.attn_k.weight" },
        { level: "caution", key: "wrong-size", member: "blk.0.attn_v.weight" },
      ],
    },
    {
      name: "one block lacks a tensor",
      files: hub(without(/layers\.1\.mlp\.down_proj/u)),
      finds: [caution("short-block")],
    },
    {
      name: "an embedding of another width",
      files: hub(resized(/embed_tokens/u, [10, 64])),
      finds: [caution("wrong-size", "model.embed_tokens.weight")],
    },
    {
      name: "keys of as many heads as queries",
      files: hub(resized(/layers\.2\.self_attn\.k_proj/u, [32, HIDDEN])),
      finds: [caution("wrong-size", "model.layers.2.self_attn.k_proj.weight")],
    },
    {
      name: "no output table though it is not tied",
      files: hub(without(/lm_head/u)),
      finds: [caution("no-output")],
    },
    {
      name: "no embedding",
      files: hub(without(/embed_tokens/u)),
      finds: [caution("no-embedding")],
    },
    {
      name: "a tower for pictures with a hole",
      files: hub([
        ...llama,
        { name: "vision_tower.encoder.layers.0.q.weight", shape: [4] },
        { name: "vision_tower.encoder.layers.2.q.weight", shape: [4] },
      ]),
      finds: [caution("hole")],
    },
  ],
  clean: [
    { name: "a whole model", files: hub(llama), finds: [] },
    { name: "a whole GGUF file", files: gguf(() => true), finds: [] },
    {
      name: "a GGUF file whose output is tied",
      files: gguf((name) => name !== "output.weight"),
      finds: [],
    },
    {
      name: "no output table where it is tied",
      files: hub(without(/lm_head/u), { ...LLAMA, tie_word_embeddings: true }),
      finds: [],
    },
    {
      name: "no output table in a model that embeds",
      files: hub(without(/lm_head/u), { ...LLAMA, architectures: ["LlamaModel"] }),
      finds: [],
    },
    {
      name: "packed weights, whose shapes are their own",
      files: hub(
        llama.map((tensor) =>
          tensor.name.includes("proj") ? { ...tensor, dtype: "U8", shape: [7, 1] } : tensor,
        ),
      ),
      finds: [],
    },
    {
      name: "scales beside some blocks only",
      files: hub([
        ...llama,
        { name: "model.layers.0.mlp.up_proj.weight_scale", shape: [1] },
        { name: "model.layers.1.mlp.up_proj.weight_scale", shape: [1] },
      ]),
      finds: [],
    },
    {
      name: "a dense block before experts, and one that drafts after them",
      files: hub(experts, {
        architectures: ["DeepseekV3ForCausalLM"],
        model_type: "deepseek_v3",
        num_hidden_layers: 3,
        hidden_size: HIDDEN,
        num_attention_heads: 4,
        tie_word_embeddings: false,
      }),
      finds: [{ level: "note", key: "more-blocks" }],
    },
    {
      name: "a block with less in an architecture that is not known",
      files: hub(without(/layers\.1\.mlp\.down_proj/u), { ...LLAMA, model_type: "novel" }),
      finds: [{ level: "note", key: "short-block" }],
    },
    {
      name: "a tower for sound of another width",
      files: hub([
        ...llama,
        { name: "audio_tower.layers.0.self_attn.q_proj.weight", shape: [8, 8] },
      ]),
      finds: [],
    },
    {
      name: "numbers that count parts and no blocks",
      files: hub([
        ...llama,
        { name: "projector.0.weight", shape: [4] },
        { name: "projector.2.weight", shape: [4] },
      ]),
      finds: [],
    },
    { name: "no model", files: { "README.md": "# a page" } },
  ],
  hostile: [
    {
      name: "a block with a number of a billion, and one that just counts",
      files: hub([
        ...llama,
        { name: "model.layers.999999999.a.weight", shape: [4] },
        { name: "model.layers.4095.a.weight", shape: [4] },
      ]),
      finds: [caution("hole"), { level: "note", key: "more-blocks" }],
      verdict: "caution",
    },
    {
      name: "a part is missing",
      files: {
        "model-00001-of-00002.safetensors": writeSafetensors({
          tensors: block(0).map((tensor) => ({ dtype: "BF16", ...tensor })),
        }),
        "config.json": JSON.stringify(LLAMA),
      },
      finds: [],
      verdict: "unknown",
    },
    {
      name: "pickles alone",
      files: { "pytorch_model.bin": Uint8Array.of(0x80, 2, 0x7d, 0x2e) },
      finds: [],
      verdict: "unknown",
    },
  ],
});
