import { pair, tinyLlama, writeSafetensors } from "@plimsoll/formats/kit";

import { checkCases } from "../../../testing/check-cases.ts";
import check from "./fits.ts";

const MIB = 2 ** 20;
const GIB = 2 ** 30;

/** About 120 kB of weights; a cache of 1 MiB for its 256 tokens, and about 5 MiB for computing. */
const gguf = tinyLlama({ context: 4096 });
const config = {
  model_type: "llama",
  num_hidden_layers: 2,
  hidden_size: 64,
  num_attention_heads: 2,
  max_position_embeddings: 4096,
  vocab_size: 300,
};
const json = JSON.stringify(config);
const safetensors = writeSafetensors({
  tensors: [{ name: "model.embed_tokens.weight", dtype: "F32", shape: [300, 64] }],
});
const memory = (bytes: number) => ({ hardware: { memory: bytes } });
const roomy = memory(8 * GIB);

checkCases(check, {
  caught: [
    {
      name: "a model larger than the memory in the setting",
      files: { "m.gguf": gguf },
      setting: memory(4 * MIB),
      finds: [{ level: "caution", key: "does-not-fit", file: "m.gguf" }],
      verdict: "caution",
    },
    {
      name: "a model larger than what this machine has free",
      files: { "m.gguf": gguf },
      system: { freeMemory: 4 * MIB },
      finds: [{ level: "caution", key: "does-not-fit", file: "m.gguf" }],
    },
    {
      name: "weights alone are too large, though the shape is unknown",
      files: { "model.safetensors": safetensors },
      setting: memory(1000),
      finds: [{ level: "caution", key: "does-not-fit" }],
    },
    {
      name: "pickled weights alone are too large",
      files: { "pytorch_model.bin": new Uint8Array(2000).fill(0x80, 0, 1).fill(2, 1, 2) },
      setting: memory(1000),
      finds: [{ level: "caution", key: "does-not-fit" }],
    },
    {
      name: "a context longer than the model was trained for",
      files: { "m.gguf": gguf },
      setting: { ...roomy, context: 4097 },
      finds: [
        { level: "note", key: "fits" },
        { level: "caution", key: "context-beyond-training", file: "m.gguf" },
      ],
      verdict: "caution",
    },
  ],
  clean: [
    {
      name: "an ordinary model with its margin",
      files: { "m.gguf": gguf },
      setting: roomy,
      finds: [{ level: "note", key: "fits", file: "m.gguf" }],
    },
    {
      name: "the same without its margin",
      files: { "m.gguf": gguf },
      setting: memory(64 * MIB),
      finds: [{ level: "note", key: "tight", file: "m.gguf" }],
    },
    {
      name: "a context as long as the model was trained for",
      files: { "m.gguf": gguf },
      setting: { ...roomy, context: 4096 },
      finds: [{ level: "note", key: "fits" }],
    },
    {
      name: "safetensors with a configuration",
      files: { "model.safetensors": safetensors, "config.json": json },
      setting: roomy,
      finds: [{ level: "note", key: "fits", file: "model.safetensors" }],
    },
    {
      name: "one way to load it that fits is enough, and the others are told",
      files: {
        "model.safetensors": safetensors,
        "config.json": json,
        "m.gguf": gguf,
      },
      setting: memory(2 * GIB),
      finds: [
        { level: "note", key: "fits", file: "m.gguf" },
        { level: "note", key: "too-large", file: "model.safetensors" },
      ],
    },
    {
      name: "the state of a training is not weights",
      files: { "m.gguf": gguf, "optimizer.pt": new Uint8Array(64).fill(0x80, 0, 1) },
      setting: roomy,
      finds: [{ level: "note", key: "fits" }],
    },
  ],
  hostile: [
    {
      name: "no weights at all",
      files: { "README.md": "# a page" },
      finds: [],
      verdict: "unknown",
    },
    {
      name: "the shape is unknown and the weights would fit",
      files: { "model.safetensors": safetensors },
      setting: roomy,
      finds: [],
      verdict: "unknown",
    },
    {
      name: "a configuration that is no JSON",
      files: { "model.safetensors": safetensors, "config.json": "{" },
      setting: roomy,
      finds: [],
      verdict: "unknown",
    },
    {
      name: "heads that multiply beyond any machine",
      files: {
        "m.gguf": tinyLlama({
          context: 4096,
          extra: [
            pair("llama.attention.head_count_kv", "u32", 0xffff_ffff),
            pair("llama.attention.key_length", "u32", 0xffff_ffff),
          ],
        }),
      },
      setting: roomy,
      finds: [{ level: "caution", key: "does-not-fit" }],
    },
    {
      name: "a million layers",
      files: { "m.gguf": tinyLlama({ extra: [pair("llama.block_count", "u32", 1_000_000)] }) },
      setting: roomy,
      finds: [],
      verdict: "unknown",
    },
    {
      name: "a shard is missing: what is there is not the whole",
      files: { "model-00001-of-00002.safetensors": safetensors, "config.json": json },
      setting: roomy,
      finds: [],
      verdict: "unknown",
    },
    {
      name: "a pointer in place of the weights",
      files: {
        "m.gguf": `version https://git-lfs.github.com/spec/v1\noid sha256:${"a".repeat(64)}\nsize 12\n`,
      },
      setting: roomy,
      finds: [],
      verdict: "unknown",
    },
    {
      name: "more ways to load it than are told",
      files: Object.fromEntries(Array.from({ length: 22 }, (_, at) => [`${at}.gguf`, gguf])),
      setting: memory(4 * MIB),
      finds: [
        ...Array.from({ length: 20 }, () => ({ level: "caution", key: "does-not-fit" }) as const),
        { level: "caution", key: "more" },
      ],
    },
    {
      name: "only an adapter",
      files: { "adapter_model.safetensors": safetensors, "config.json": json },
      setting: roomy,
      finds: [],
      verdict: "unknown",
    },
  ],
});
