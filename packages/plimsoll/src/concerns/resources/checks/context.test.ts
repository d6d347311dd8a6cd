import { pair, tinyLlama, writeSafetensors } from "@plimsoll/formats/kit";
import { expect, test } from "vitest";

import { checkCases, runCase } from "../../../testing/check-cases.ts";
import check from "./context.ts";

const GIB = 2 ** 30;
const weights = writeSafetensors({
  tensors: [{ name: "model.embed_tokens.weight", dtype: "F16", shape: [10, 64] }],
});
const hub = (config: object) => ({
  "model.safetensors": weights,
  "config.json": JSON.stringify(config),
});
const LLAMA_8B = {
  model_type: "llama",
  num_hidden_layers: 32,
  hidden_size: 4096,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  vocab_size: 128_256,
  max_position_embeddings: 131_072,
};
const GEMMA = {
  model_type: "gemma3_text",
  num_hidden_layers: 6,
  hidden_size: 64,
  num_attention_heads: 1,
  head_dim: 64,
  sliding_window: 512,
  vocab_size: 1000,
};
const DEEPSEEK = {
  model_type: "deepseek_v3",
  num_hidden_layers: 61,
  hidden_size: 7168,
  num_attention_heads: 128,
  kv_lora_rank: 512,
  qk_rope_head_dim: 64,
  vocab_size: 129_280,
  max_position_embeddings: 163_840,
};
const keeps = { level: "note" as const, key: "keeps" };

checkCases(check, {
  caught: [
    {
      name: "what a context costs",
      files: { "m.gguf": tinyLlama({ context: 4096 }) },
      finds: [{ ...keeps, file: "m.gguf" }],
      verdict: "clear",
    },
    {
      name: "quantisations of one shape are told once, another shape apart",
      files: { "a.gguf": tinyLlama(), "b.gguf": tinyLlama(), "c.gguf": tinyLlama({ blocks: 2 }) },
      finds: [
        { ...keeps, file: "a.gguf" },
        { ...keeps, file: "c.gguf" },
      ],
    },
  ],
  clean: [
    {
      name: "a model that keeps nothing",
      files: hub({ ...LLAMA_8B, model_type: "bert" }),
      finds: [{ level: "note", key: "keeps-nothing" }],
    },
    { name: "no model", files: { "README.md": "# a page" } },
    {
      name: "an unknown shape whose weights do not fit is told elsewhere",
      files: { "model.safetensors": weights },
      setting: { hardware: { memory: 100 } },
      finds: [],
    },
  ],
  hostile: [
    {
      name: "an unknown shape",
      files: { "model.safetensors": weights },
      finds: [],
      verdict: "unknown",
    },
    {
      name: "heads that multiply beyond any machine",
      files: {
        "m.gguf": tinyLlama({ extra: [pair("llama.attention.head_count_kv", "u32", 0xffff_ffff)] }),
      },
      finds: [keeps],
    },
    {
      name: "a window longer than any text",
      files: hub({ ...GEMMA, sliding_window: 2 ** 40 }),
      finds: [keeps],
    },
  ],
});

test.each([
  // 2 x 32 layers x 8 heads x 128 x 2 bytes.
  ["Llama 8B", LLAMA_8B, { perToken: 131_072, fixed: 0, wanted: 512 * 2 ** 20, trained: 131_072 }],
  // One layer in six grows: 2 x 64 x 2 bytes; the other five keep window, batch and a block.
  ["windows", GEMMA, { perToken: 256, fixed: 5 * (1024 + 256) * 256 }],
  // 61 layers of one vector of 576.
  ["latent attention", DEEPSEEK, { perToken: 61 * 576 * 2, fixed: 0 }],
])("%s: bytes follow from the shape", async (_, config, evidence) => {
  const { outcome } = await runCase(check, { name: "", files: hub(config) });
  expect(outcome).toMatchObject({ findings: [{ evidence }] });
});

async function longest(memory: number): Promise<unknown> {
  const setting = { hardware: { memory } };
  const { outcome } = await runCase(check, { name: "", files: hub(LLAMA_8B), setting });
  return "findings" in outcome ? outcome.findings[0]?.evidence["longest"] : undefined;
}

test("the longest context that fits ends at what was trained, and at the memory", async () => {
  expect(await longest(64 * GIB)).toBe(131_072);
  // 3 GiB for a server and a margin of 1: of 8 GiB a little less than 4 are left, at 8,192 tokens a GiB.
  expect(await longest(8 * GIB)).toBe(32_512);
  expect(await longest(GIB)).toBeNull();
});
