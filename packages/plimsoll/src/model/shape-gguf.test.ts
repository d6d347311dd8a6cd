import { memorySource, readGguf, runSync } from "@plimsoll/formats";
import { pair, writeGguf, type GgufPlan } from "@plimsoll/formats/kit";
import { describe, expect, test } from "vitest";

import { readGgufShape } from "./shape-gguf.ts";
import { SHAPE_MAX_LAYERS, type ShapeReading } from "./shape.ts";

type GgufPairPlan = GgufPlan["metadata"][number];

function shapeOf(architecture: string, pairs: readonly GgufPairPlan[]): ShapeReading {
  const metadata = [pair("general.architecture", "string", architecture), ...pairs];
  const source = memorySource(writeGguf({ metadata, tensors: [] }));
  return readGgufShape("m.gguf", runSync(readGguf(source.size), source).value);
}

function counts(architecture: string, keys: Readonly<Record<string, number>>): GgufPairPlan[] {
  return Object.entries(keys).map(([key, value]) => pair(`${architecture}.${key}`, "u32", value));
}

function list(key: string, of: "u32" | "bool", items: readonly number[]): GgufPairPlan {
  return { key, value: { type: "array", values: { of, items } } };
}

const LLAMA = {
  block_count: 2,
  embedding_length: 64,
  "attention.head_count": 4,
  "attention.head_count_kv": 2,
  context_length: 128,
  vocab_size: 300,
};

describe("a plain model", () => {
  test("states its numbers", () => {
    expect(shapeOf("llama", counts("llama", LLAMA))).toMatchObject({
      layers: 2,
      heads: 4,
      kvHeads: 2,
      keyLength: 16,
      valueLength: 16,
      vocabulary: 300,
      contextLength: 128,
      layerKinds: ["full", "full"],
    });
  });
  test("key heads default to heads, and the default is told", () => {
    const { "attention.head_count_kv": _, ...rest } = LLAMA;
    const shape = shapeOf("llama", counts("llama", rest));
    expect(shape).toMatchObject({ kvHeads: 4 });
    expect(shape.kind === "shape" ? shape.defaults.length : 0).toBe(2);
  });
  test("lengths of keys and values win over the shared width", () => {
    const own = { ...LLAMA, "attention.key_length": 32, "attention.value_length": 24 };
    expect(shapeOf("llama", counts("llama", own))).toMatchObject({
      keyLength: 32,
      valueLength: 24,
    });
  });
  test("the token list gives the vocabulary where no size is stated", () => {
    const { vocab_size: _, ...rest } = LLAMA;
    const tokens: GgufPairPlan = {
      key: "tokenizer.ggml.tokens",
      value: { type: "array", values: { of: "string", items: ["a", "b", "c"] } },
    };
    expect(shapeOf("llama", [...counts("llama", rest), tokens])).toMatchObject({ vocabulary: 3 });
    expect(shapeOf("llama", counts("llama", rest))).toMatchObject({ vocabulary: "unknown" });
  });
});

function shape(
  architecture: string,
  more: Readonly<Record<string, number>>,
  ...rest: readonly GgufPairPlan[]
): ShapeReading {
  const numbers = counts(architecture, { ...LLAMA, block_count: 6, ...more });
  return shapeOf(architecture, [...numbers, ...rest]);
}

describe("layers", () => {
  const window = { "attention.sliding_window": 512 };

  test("windows take turns as the loader has it, or as the file says", () => {
    expect(shape("gemma3", window)).toMatchObject({
      layerKinds: ["window", "window", "window", "window", "window", "full"],
    });
    const stated = list("gemma3.attention.sliding_window_pattern", "bool", [0, 1, 0, 1, 0, 1]);
    expect(shape("gemma3", window, stated)).toMatchObject({
      layerKinds: ["full", "window", "full", "window", "full", "window"],
    });
    expect(shape("smallthinker", window)).toMatchObject({
      layerKinds: ["full", "window", "window", "window", "full", "window"],
    });
  });
  test("an architecture that the loader gives no window keeps every layer in full", () => {
    expect(shape("phi3", window)).toMatchObject({ layerKinds: Array(6).fill("full") });
  });
  test("layers without key heads keep a state, whose size must be stated", () => {
    const heads = list("jamba.attention.head_count_kv", "u32", [0, 0, 2, 0, 0, 2]);
    const { "attention.head_count_kv": _, ...bare } = LLAMA;
    const base = [...counts("jamba", { ...bare, block_count: 6 }), heads];
    const state = { "ssm.inner_size": 128, "ssm.state_size": 16, "ssm.conv_kernel": 4 };
    expect(shapeOf("jamba", [...base, ...counts("jamba", state)])).toMatchObject({
      layerKinds: ["state", "state", "full", "state", "state", "full"],
      stateSpace: { values: 128 * 16 + 3 * 128 },
    });
    expect(shapeOf("jamba", base)).toMatchObject({ layerKinds: { unknown: expect.any(String) } });
  });
  test("Qwen3-Next attends in every fourth layer", () => {
    const state = { "ssm.inner_size": 64, "ssm.state_size": 16, "ssm.conv_kernel": 4 };
    expect(shape("qwen3next", state)).toMatchObject({
      layerKinds: ["state", "state", "state", "full", "state", "state"],
    });
  });
  test("shared and drafting layers at the end keep nothing", () => {
    expect(shape("gemma4", { "attention.shared_kv_layers": 2 })).toMatchObject({
      layerKinds: ["full", "full", "full", "full", "none", "none"],
    });
    expect(shape("glm4moe", { nextn_predict_layers: 1 })).toMatchObject({
      layerKinds: ["full", "full", "full", "full", "full", "none"],
    });
  });
  test("an encoder keeps nothing", () => {
    expect(shape("nomic-bert", {})).toMatchObject({ layerKinds: Array(6).fill("none") });
    const causal = pair("llama.attention.causal", "bool", false);
    expect(shape("llama", {}, causal)).toMatchObject({ layerKinds: Array(6).fill("none") });
  });
  test("latent attention counts only in files made for it", () => {
    const latent = { "attention.kv_lora_rank": 512, "rope.dimension_count": 64 };
    expect(shape("deepseek2", latent)).not.toHaveProperty("mla");
    expect(shape("deepseek2", { ...latent, "attention.key_length_mla": 192 })).toMatchObject({
      mla: { kvLoraRank: 512, ropeDim: 64 },
    });
  });
});

describe("hostile metadata", () => {
  test.each([
    ["no layers stated", {}],
    ["no layers at all", { block_count: 0 }],
    ["a layer too many", { block_count: SHAPE_MAX_LAYERS + 1 }],
  ])("%s", (_, keys) => {
    expect(shapeOf("llama", counts("llama", keys)).kind).toBe("unread");
  });
  test("as many layers as allowed are read", () => {
    const keys = { ...LLAMA, block_count: SHAPE_MAX_LAYERS };
    expect(shapeOf("llama", counts("llama", keys)).kind).toBe("shape");
  });
  test("a list shorter than the layers is not stretched", () => {
    const heads = list("llama.attention.head_count", "u32", [4]);
    const { "attention.head_count": _, ...rest } = LLAMA;
    expect(shapeOf("llama", [...counts("llama", rest), heads])).toMatchObject({ heads: "unknown" });
  });
  test("a negative or broken number is unknown", () => {
    const keys = [pair("llama.block_count", "i32", 2), pair("llama.embedding_length", "i32", -1)];
    const half = pair("llama.context_length", "f32", 0.5);
    expect(shapeOf("llama", [...keys, half])).toMatchObject({
      embedding: "unknown",
      contextLength: "unknown",
    });
  });
});
