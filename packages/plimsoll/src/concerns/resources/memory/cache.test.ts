import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { ModelShape } from "../../../model/shape.ts";
import { cacheNeed, type Use } from "./cache.ts";
import { LLAMA_8B, shapeOf } from "./shapes.fixture.ts";

const MIB = 2 ** 20;
const USE: Use = { context: 8192, conversations: 1, kvCache: "f16", ubatch: 512 };

function mebibytes(config: Parameters<typeof shapeOf>[0], use: Partial<Use> = {}): number {
  const need = cacheNeed(shapeOf(config), { ...USE, ...use });
  if (need.kind === "unknown") throw new TypeError(need.reason);
  return need.range.likely / MIB;
}

const gemma3 = {
  model_type: "gemma3_text",
  num_hidden_layers: 12,
  hidden_size: 1152,
  num_attention_heads: 4,
  num_key_value_heads: 1,
  head_dim: 256,
  sliding_window: 512,
};
const deepseek = {
  model_type: "deepseek_v3",
  num_hidden_layers: 61,
  hidden_size: 7168,
  num_attention_heads: 128,
  kv_lora_rank: 512,
  qk_rope_head_dim: 64,
};
const mamba = {
  model_type: "mamba",
  num_hidden_layers: 24,
  hidden_size: 768,
  state_size: 16,
  conv_kernel: 4,
  expand: 2,
};

/** One layer of Gemma 3 with one key head of 256. */
function layer(tokens: number): number {
  return (tokens * 2 * 256 * 2) / MIB;
}

describe("golden figures", () => {
  test("an 8B Llama at 8,192 tokens in f16 keeps 1 GiB exactly", () => {
    expect(cacheNeed(LLAMA_8B, USE)).toEqual({
      kind: "range",
      range: { low: 2 ** 30, likely: 2 ** 30, high: 2 ** 30 },
    });
  });
  test("in q8_0 at 4,096 tokens it keeps 272 MiB", () => {
    const need = cacheNeed(LLAMA_8B, { ...USE, context: 4096, kvCache: "q8_0" });
    expect(need).toMatchObject({ range: { likely: 272 * MIB } });
  });
  test.each([
    [4096, 512],
    [4097, 544],
    [1, 32],
    [256, 32],
    [257, 64],
  ])("a context of %i is padded to 256 tokens: %i MiB", (context, expected) => {
    expect(cacheNeed(LLAMA_8B, { ...USE, context })).toMatchObject({
      range: { likely: expected * MIB },
    });
  });
  test("latent attention keeps 549 MiB where whole keys would keep 61 × as much a head", () => {
    expect(mebibytes(deepseek)).toBe(549);
    expect(mebibytes({ ...deepseek, kv_lora_rank: null })).toBe(61 * 224);
  });
  test("every sixth layer of Gemma 3 is global; the others keep window and micro-batch", () => {
    expect(mebibytes(gemma3)).toBe(2 * layer(8192) + 10 * layer(512 + 512 + 256));
    expect(mebibytes(gemma3, { context: 512 })).toBe(12 * layer(512));
    expect(mebibytes({ ...gemma3, sliding_window: null })).toBe(12 * layer(8192));
  });
  test("Mamba keeps its state whatever the context", () => {
    const state = (24 * (1536 * 16 + 3 * 1536) * 4) / MIB;
    expect(mebibytes(mamba)).toBe(state);
    expect(mebibytes(mamba, { context: 1_000_000 })).toBe(state);
    expect(mebibytes(mamba, { conversations: 3 })).toBe(3 * state);
  });
  test("a hybrid adds the caches of its attention layers to the states of the others", () => {
    const hybrid = {
      model_type: "nemotron_h",
      num_hidden_layers: 4,
      hidden_size: 1024,
      num_attention_heads: 8,
      num_key_value_heads: 2,
      head_dim: 128,
      hybrid_override_pattern: "M-M*",
      mamba_num_heads: 16,
      mamba_head_dim: 64,
      ssm_state_size: 128,
      n_groups: 8,
      conv_kernel: 4,
    };
    const state = (1024 * 128 + 3 * (1024 + 2 * 8 * 128)) * 4;
    expect(mebibytes(hybrid)).toBe((2 * state + 8192 * 2 * 2 * 128 * 2) / MIB);
  });
});

describe("what is not stated stays unknown", () => {
  test.each([
    ["no heads", { model_type: "llama", num_hidden_layers: 2, hidden_size: 64 }],
    ["a state without sizes", { ...mamba, state_size: null }],
    ["a kind of layer nobody knows", { ...gemma3, layer_types: Array(12).fill("hyena") }],
    ["too short a list of layers", { ...gemma3, layer_types: ["full_attention"] }],
    ["encoder and decoder", { ...gemma3, is_encoder_decoder: true }],
  ])("%s", (_, config) => {
    expect(cacheNeed(shapeOf(config), USE).kind).toBe("unknown");
  });
});

function likely(shape: ModelShape, use: Use): number {
  const need = cacheNeed(shape, use);
  return need.kind === "range" ? need.range.likely : Number.NaN;
}

describe("properties", () => {
  const shapes = fc.constantFrom(
    LLAMA_8B,
    ...[gemma3, deepseek, mamba].map((config) => shapeOf(config)),
  );
  const uses = fc.record({
    context: fc.integer({ min: 1, max: 1_000_000 }),
    conversations: fc.integer({ min: 1, max: 1_000 }),
    kvCache: fc.constantFrom<Use["kvCache"]>("f16", "q8_0"),
    ubatch: fc.constantFrom(64, 512, 2048),
  });

  test("more conversations and longer ones never keep less", () => {
    fc.assert(
      fc.property(shapes, uses, fc.integer({ min: 0, max: 5_000 }), (shape, use, more) => {
        const base = likely(shape, use);
        expect(likely(shape, { ...use, context: use.context + more })).toBeGreaterThanOrEqual(base);
        const talks = use.conversations + more;
        expect(likely(shape, { ...use, conversations: talks })).toBeGreaterThanOrEqual(base);
      }),
    );
  });
  test("a cache in q8_0 never keeps more than one in f16", () => {
    fc.assert(
      fc.property(shapes, uses, (shape, use) => {
        const half = likely(shape, { ...use, kvCache: "q8_0" });
        expect(half).toBeLessThanOrEqual(likely(shape, { ...use, kvCache: "f16" }));
      }),
    );
  });
  test("the ends of a range are in order", () => {
    fc.assert(
      fc.property(shapes, uses, (shape, use) => {
        const need = cacheNeed(shape, use);
        if (need.kind !== "range") throw new TypeError(need.reason);
        expect(need.range.low).toBeLessThanOrEqual(need.range.likely);
        expect(need.range.likely).toBeLessThanOrEqual(need.range.high);
      }),
    );
  });
});
