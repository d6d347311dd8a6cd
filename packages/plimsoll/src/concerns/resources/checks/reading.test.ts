import { tinyLlama, writeSafetensors } from "@plimsoll/formats/kit";
import { expect, test } from "vitest";

import { checkCases, runCase } from "../../../testing/check-cases.ts";
import check from "./reading.ts";

type Tensor = { readonly name: string; readonly shape: readonly number[] };

const config = (more: object = {}) =>
  JSON.stringify({
    model_type: "mixtral",
    num_hidden_layers: 1,
    hidden_size: 64,
    num_attention_heads: 2,
    ...more,
  });
const hub = (tensors: readonly Tensor[], more: object = {}) => ({
  "model.safetensors": writeSafetensors({
    tensors: tensors.map((tensor) => ({ ...tensor, dtype: "F16" })),
  }),
  "config.json": config(more),
});

/** 2,000 bytes each. */
const dense = { name: "model.layers.0.self_attn.q_proj.weight", shape: [10, 100] };
const head = { name: "lm_head.weight", shape: [10, 100] };
const embedding = { name: "model.embed_tokens.weight", shape: [10, 100] };
const experts = [0, 1, 2, 3].map((expert) => ({
  name: `model.layers.0.block_sparse_moe.experts.${expert}.w1.weight`,
  shape: [10, 100],
}));
const stacked = {
  name: "model.layers.0.block_sparse_moe.input_linear.weight",
  shape: [4, 10, 100],
};
const shared = { name: "model.layers.0.mlp.shared_experts.up_proj.weight", shape: [10, 100] };
const tower = { name: "vision_tower.layers.0.q.weight", shape: [10, 100] };
const four = { num_local_experts: 4, num_experts_per_tok: 1 };
const pickle = { "pytorch_model.bin": Uint8Array.of(0x80, 2, 0x7d, 0x2e), "config.json": config() };

checkCases(check, {
  caught: [
    {
      name: "a model is told with what it reads",
      files: { "m.gguf": tinyLlama() },
      finds: [{ level: "note", key: "reads", file: "m.gguf" }],
      verdict: "clear",
    },
    {
      name: "experts of which nobody says how many work",
      files: hub([dense, head, ...experts]),
      finds: [{ level: "note", key: "reads-at-most" }],
    },
    {
      name: "stated experts under names that are not known",
      files: hub([dense, head], four),
      finds: [{ level: "note", key: "reads-at-most" }],
    },
    { name: "pickles", files: pickle, finds: [{ level: "note", key: "reads-at-most" }] },
    {
      name: "of many the smallest and the largest",
      files: {
        "a.gguf": tinyLlama(),
        "b.gguf": tinyLlama({ blocks: 2 }),
        "c.gguf": tinyLlama({ blocks: 3 }),
      },
      finds: [
        { level: "note", key: "reads", file: "a.gguf" },
        { level: "note", key: "reads", file: "c.gguf" },
      ],
    },
  ],
  clean: [
    {
      name: "a model that reads a whole text at once",
      files: hub([dense], { model_type: "bert" }),
      finds: [],
    },
    { name: "no model", files: { "README.md": "# a page" } },
  ],
  hostile: [
    {
      name: "a part is missing",
      files: {
        "m-00001-of-00002.safetensors": hub([dense])["model.safetensors"],
        "config.json": config(),
      },
      finds: [],
      verdict: "unknown",
    },
    {
      name: "more experts work than there are",
      files: hub([dense, head, ...experts], { num_local_experts: 4, num_experts_per_tok: 5 }),
      finds: [{ level: "note", key: "reads-at-most" }],
    },
  ],
});

test.each([
  ["a dense model reads all but the embedding's rows", hub([dense, head, embedding]), 4_000],
  ["a table that is both ends is read", hub([dense, embedding]), 4_000],
  ["a quarter of the experts", hub([dense, head, ...experts], four), 6_000],
  ["experts in one stack", hub([dense, head, stacked], four), 6_000],
  ["shared experts work on every token", hub([dense, head, shared, ...experts], four), 8_000],
  ["a tower works once", hub([dense, head, tower]), 4_000],
])("%s", async (_, files, active) => {
  const { outcome } = await runCase(check, { name: "", files });
  expect(outcome).toMatchObject({ findings: [{ evidence: { active } }] });
});
