import { parseJson } from "@plimsoll/formats";
import { describe, expect, test } from "vitest";

import { readConfigShape } from "./shape-config.ts";
import { SHAPE_MAX_LAYERS, type ShapeReading } from "./shape.ts";

function shapeOf(config: unknown): ShapeReading {
  return readConfigShape("config.json", parseJson(JSON.stringify(config)).value);
}

const LLAMA = {
  model_type: "llama",
  num_hidden_layers: 2,
  hidden_size: 64,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  vocab_size: 300,
  max_position_embeddings: 128,
};

describe("names in use", () => {
  const plain = { layers: 2, heads: 4, keyLength: 16, vocabulary: 300, contextLength: 128 };
  test.each([
    ["Llama", LLAMA, { kvHeads: 2 }],
    [
      "GPT-2",
      { model_type: "gpt2", n_layer: 2, n_embd: 64, n_head: 4, n_positions: 128, vocab_size: 300 },
      { kvHeads: 4 },
    ],
    [
      "MPT",
      {
        model_type: "mpt",
        n_layers: 2,
        d_model: 64,
        n_heads: 4,
        max_seq_len: 128,
        vocab_size: 300,
      },
      { kvHeads: 4 },
    ],
    [
      "DBRX",
      {
        model_type: "dbrx",
        n_layers: 2,
        d_model: 64,
        n_heads: 4,
        max_seq_len: 128,
        vocab_size: 300,
        attn_config: { kv_n_heads: 1 },
      },
      { kvHeads: 1 },
    ],
    [
      "ChatGLM",
      {
        model_type: "chatglm",
        num_layers: 2,
        hidden_size: 64,
        num_attention_heads: 4,
        kv_channels: 16,
        multi_query_attention: true,
        multi_query_group_num: 2,
        padded_vocab_size: 300,
        seq_length: 128,
      },
      { kvHeads: 2 },
    ],
    ["Falcon", { ...LLAMA, num_key_value_heads: undefined, multi_query: true }, { kvHeads: 1 }],
    [
      "an original release",
      { n_layers: 2, dim: 64, n_heads: 4, n_kv_heads: 2, vocab_size: 300, max_seq_len: 128 },
      { kvHeads: 2 },
    ],
    [
      "a model with eyes",
      { model_type: "llava", text_config: LLAMA, vision_config: { num_hidden_layers: 9 } },
      { kvHeads: 2 },
    ],
    ["one within another", { thinker_config: { text_config: LLAMA } }, { kvHeads: 2 }],
  ])("%s", (_, config, own) => {
    expect(shapeOf(config)).toMatchObject({ ...plain, ...own });
  });
  test("a context stretched by a stated factor counts as trained", () => {
    const rope_scaling = { type: "yarn", factor: 4, original_max_position_embeddings: 128 };
    expect(shapeOf({ ...LLAMA, rope_scaling })).toMatchObject({ contextLength: 512 });
    expect(shapeOf({ ...LLAMA, rope_scaling: { factor: 4 } })).toMatchObject({
      contextLength: 128,
    });
  });
});

describe("layers", () => {
  const six = { ...LLAMA, num_hidden_layers: 6, sliding_window: 64 };
  const W = "window";
  test.each([
    ["no pattern", { ...six, model_type: "mistral" }, Array(6).fill("full")],
    ["Gemma 3", { ...six, model_type: "gemma3_text" }, [W, W, W, W, W, "full"]],
    ["a stated period", { ...six, sliding_window_pattern: 3 }, [W, W, "full", W, W, "full"]],
    [
      "a window that is switched off",
      { ...six, model_type: "gemma2", use_sliding_window: false },
      Array(6).fill("full"),
    ],
    [
      "shared caches",
      { ...six, num_kv_shared_layers: 4 },
      ["full", "full", ...Array(4).fill("none")],
    ],
    ["an encoder", { ...six, model_type: "bert" }, Array(6).fill("none")],
  ])("%s", (_, config, layerKinds) => {
    expect(shapeOf(config)).toMatchObject({ layerKinds });
  });
  test("global and window layers may have heads of their own", () => {
    const layer_types = ["sliding_attention", "full_attention"];
    const own = { head_dim: 16, global_head_dim: 32, num_global_key_value_heads: 1 };
    expect(shapeOf({ ...LLAMA, sliding_window: 64, layer_types, ...own })).toMatchObject({
      kvHeads: [2, 1],
      keyLength: 32,
      slidingWindow: { size: 64, keyLength: 16, valueLength: 16 },
    });
  });
});

describe("hostile configurations", () => {
  test.each([
    ["a list", []],
    ["no layers", { ...LLAMA, num_hidden_layers: 0 }],
    ["layers as text", { ...LLAMA, num_hidden_layers: "2" }],
    ["a layer too many", { ...LLAMA, num_hidden_layers: SHAPE_MAX_LAYERS + 1 }],
  ])("%s", (_, config) => {
    expect(shapeOf(config).kind).toBe("unread");
  });
  test("as many layers as allowed are read", () => {
    expect(shapeOf({ ...LLAMA, num_hidden_layers: SHAPE_MAX_LAYERS }).kind).toBe("shape");
  });
  test("numbers that are none leave their fields unknown", () => {
    const broken = { ...LLAMA, hidden_size: -1, vocab_size: 1e300, max_position_embeddings: null };
    expect(shapeOf(broken)).toMatchObject({
      embedding: "unknown",
      vocabulary: "unknown",
      contextLength: "unknown",
    });
  });
  test("configurations within themselves end", () => {
    let config: unknown = LLAMA;
    for (let depth = 0; depth < 50; depth += 1) config = { text_config: config };
    expect(shapeOf(config).kind).toBe("unread");
  });
});
