import {
  pair,
  tinyLlama,
  tinyLlamaPlan,
  torchZip,
  writeGguf,
  writeSafetensors,
} from "@plimsoll/formats/kit";

import { checkCases } from "../../../testing/check-cases.ts";
import check from "./engine-knows-it.ts";

const weights = {
  "model.safetensors": writeSafetensors({ tensors: [{ name: "a", dtype: "F32", shape: [2] }] }),
};
const config = (value: object) => ({ "config.json": JSON.stringify(value) });
const gguf = (texts: Readonly<Record<string, string>> = {}) => ({
  "m.gguf": tinyLlama({
    extra: Object.entries(texts).map(([key, value]) => pair(key, "string", value)),
  }),
});
const merges = {
  key: "tokenizer.ggml.merges",
  value: { type: "array", values: { of: "string", items: ["a b"] } },
} as const;
const gemma4 = {
  "m.gguf": tinyLlama({
    extra: [
      pair("tokenizer.ggml.model", "string", "gemma4"),
      pair("tokenizer.ggml.pre", "string", "qwen9"),
      merges,
    ],
  }),
};
const bytePairs = (pre: string, ...more: (typeof merges)[]) => ({
  "m.gguf": tinyLlama({
    extra: [
      pair("tokenizer.ggml.model", "string", "gpt2"),
      pair("tokenizer.ggml.pre", "string", pre),
      ...more,
    ],
  }),
});
const plan = tinyLlamaPlan();
const removed = (typeId: number) => ({
  "m.gguf": writeGguf({
    ...plan,
    tensors: plan.tensors.map((one, at) => (at === 0 ? { ...one, typeId } : one)),
  }),
});
const pickle = torchZip({ pickle: Uint8Array.of(0x80, 2, 0x7d, 0x2e) });

checkCases(check, {
  caught: [
    {
      name: "an architecture that nobody knows yet",
      files: gguf({ "general.architecture": "llama9" }),
      finds: [{ level: "caution", key: "architecture", member: "general.architecture" }],
      verdict: "caution",
    },
    {
      name: "a kind of vocabulary that nobody knows",
      files: gguf({ "tokenizer.ggml.model": "gpt9" }),
      finds: [{ level: "caution", key: "tokenizer" }],
    },
    {
      name: "rules that nobody knows",
      files: bytePairs("qwen9", merges),
      finds: [{ level: "caution", key: "pre-tokenizer", member: "tokenizer.ggml.pre" }],
    },
    {
      name: "byte pairs without merges",
      files: bytePairs("qwen2"),
      finds: [{ level: "caution", key: "merges" }],
    },
    {
      name: "the other byte order",
      files: { "m.gguf": writeGguf({ ...plan, byteOrder: "big" }) },
      finds: [{ level: "caution", key: "byte-order" }],
    },
    {
      name: "a container from before GGUF",
      files: { "ggml-model-q4_0.bin": Uint8Array.from([0x74, 0x6a, 0x67, 0x67, 3, 0, 0, 0, 1, 2]) },
      finds: [{ level: "caution", key: "old-container", file: "ggml-model-q4_0.bin" }],
    },
    {
      name: "a model type that nobody knows yet",
      files: { ...config({ model_type: "qwen9" }), ...weights },
      finds: [{ level: "caution", key: "model-type", member: "model_type" }],
    },
    {
      name: "the same beside pickles",
      files: { ...config({ model_type: "qwen9" }), "pytorch_model.bin": pickle },
      finds: [{ level: "caution", key: "model-type" }],
    },
    {
      name: "no model type",
      files: { ...config({ architectures: ["LlamaForCausalLM"] }), ...weights },
      finds: [{ level: "caution", key: "no-model-type" }],
    },
  ],
  clean: [
    { name: "a GGUF file", files: gguf(), finds: [], verdict: "clear" },
    { name: "byte pairs", files: bytePairs("qwen2", merges), finds: [] },
    {
      name: "rules that are missing or default are told elsewhere",
      files: bytePairs("default", merges),
      finds: [],
    },
    {
      name: "rules that a vocabulary of another kind does not use",
      files: gguf({ "tokenizer.ggml.pre": "qwen9" }),
      finds: [],
    },
    { name: "rules that llama.cpp sets itself", files: gemma4, finds: [] },
    {
      name: "a maker of images",
      files: gguf({ "general.architecture": "flux" }),
      finds: [],
    },
    { name: "a model type", files: { ...config({ model_type: "llama" }), ...weights }, finds: [] },
    {
      name: "a model type that brings its code",
      files: { ...config({ model_type: "qwen9", auto_map: { AutoConfig: "c.C" } }), ...weights },
      finds: [],
    },
    { name: "a configuration without weights", files: config({ model_type: "qwen9" }), finds: [] },
    {
      name: "a configuration of another program",
      files: { ...config({ a: 1 }), ...weights },
      finds: [],
    },
  ],
  hostile: [
    {
      name: "a removed tensor type: told, and what follows is unread",
      files: removed(31),
      finds: [{ level: "caution", key: "removed" }],
      verdict: "unknown",
    },
    {
      name: "a tensor type that never was",
      files: removed(34_567),
      finds: [],
      verdict: "unknown",
    },
    {
      name: "a name of a megabyte",
      files: gguf({ "general.architecture": "x".repeat(60_000) }),
      finds: [{ level: "caution", key: "architecture" }],
    },
    {
      name: "a model type that is no text",
      files: { ...config({ model_type: ["llama"], architectures: [] }), ...weights },
      finds: [{ level: "caution", key: "no-model-type" }],
    },
  ],
});
