import { pair, tinyLlama, torchZip, writeGguf, writeSafetensors } from "@plimsoll/formats/kit";
import { expect, test } from "vitest";

import { checkCases, runCase } from "../../../testing/check-cases.ts";
import check from "./complete-files.ts";

const gguf = tinyLlama();
/** An empty dict, as `torch.save` writes it. */
const pickle = torchZip({ pickle: Uint8Array.of(0x80, 2, 0x7d, 0x2e) });
const config = JSON.stringify({ model_type: "llama" });
const shard = (...names: readonly string[]) =>
  writeSafetensors({ tensors: names.map((name) => ({ name, dtype: "F32", shape: [4] })) });
const index = (map: Readonly<Record<string, string>>) => JSON.stringify({ weight_map: map });
const pointer = (size: number) =>
  `version https://git-lfs.github.com/spec/v1\noid sha256:${"0123456789abcdef".repeat(4)}\nsize ${size}\n`;
/** One part of a split GGUF, as the splitter of llama.cpp writes it; `no` counts from 0. */
const part = (no: number, count: number, tensors: number, ...names: readonly string[]) =>
  writeGguf({
    metadata: [
      ...(no === 0 ? [pair("general.architecture", "string", "llama")] : []),
      pair("split.no", "u16", no),
      pair("split.count", "u16", count),
      pair("split.tensors.count", "i32", tensors),
    ],
    tensors: names.map((name) => ({ name, type: "F32", dims: [4] })),
  });
const page = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>\n";
const split = {
  "model.safetensors.index.json": index({
    a: "model-00001-of-00002.safetensors",
    b: "model-00002-of-00002.safetensors",
  }),
  "model-00001-of-00002.safetensors": shard("a"),
  "model-00002-of-00002.safetensors": shard("b"),
  "config.json": config,
};
const { "model-00002-of-00002.safetensors": _, ...half } = split;
const { "model.safetensors.index.json": _index, ...unindexed } = split;

checkCases(check, {
  caught: [
    {
      name: "a pointer in place of the weights",
      files: { "model.safetensors": pointer(4_000_000_000), "config.json": config },
      finds: [{ level: "caution", key: "pointer", file: "model.safetensors" }],
    },
    {
      name: "a pointer in place of a tokenizer",
      files: { "m.gguf": gguf, "tokenizer.json": pointer(17_000_000) },
      finds: [{ level: "caution", key: "pointer", file: "tokenizer.json" }],
      verdict: "caution",
    },
    {
      name: "a web page saved as weights",
      files: { "pytorch_model.bin": page, "config.json": config },
      finds: [{ level: "caution", key: "web-page", file: "pytorch_model.bin" }],
      verdict: "caution",
    },
    {
      name: "a web page saved as a configuration",
      files: { "m.gguf": gguf, "config.json": `\n<html lang="en"><p>404</p></html>` },
      finds: [{ level: "caution", key: "web-page", file: "config.json" }],
    },
    {
      name: "an empty configuration",
      files: { "m.gguf": gguf, "generation_config.json": "" },
      finds: [{ level: "caution", key: "empty", file: "generation_config.json" }],
    },
    {
      name: "an unfinished download",
      files: { "m.gguf": gguf, "other.gguf.part": "x" },
      finds: [{ level: "caution", key: "unfinished-download", file: "other.gguf.part" }],
    },
    {
      name: "a pickle called safetensors",
      files: { "model.safetensors": pickle, "config.json": config },
      finds: [{ level: "caution", key: "not-what-it-is-called", file: "model.safetensors" }],
    },
    {
      name: "safetensors called GGUF",
      files: { "m.gguf": shard("a") },
      finds: [{ level: "caution", key: "not-what-it-is-called", file: "m.gguf" }],
    },
    {
      name: "safetensors called a pickle",
      files: { "pytorch_model.bin": shard("a"), "config.json": config },
      finds: [{ level: "caution", key: "not-what-it-is-called", file: "pytorch_model.bin" }],
    },
    {
      name: "a GGUF file one byte short of its last tensor",
      files: { "m.gguf": gguf.subarray(0, -33) },
      finds: [{ level: "caution", key: "cut-short", file: "m.gguf" }],
    },
    {
      name: "safetensors one byte short",
      files: { "model.safetensors": shard("a").subarray(0, -1), "config.json": config },
      finds: [{ level: "caution", key: "cut-short", file: "model.safetensors" }],
    },
    {
      name: "a shard that the index names is missing",
      files: half,
      finds: [{ level: "caution", key: "missing-shards", file: "model.safetensors.index.json" }],
      verdict: "caution",
    },
    {
      name: "a shard that the numbers call for is missing",
      files: { "m-00001-of-00002.gguf": part(0, 2, 2, "a") },
      finds: [{ level: "caution", key: "missing-shards", file: "m-00001-of-00002.gguf" }],
    },
    {
      name: "an index whose shards are all missing",
      files: {
        "model.safetensors.index.json": index({ a: "x.safetensors" }),
        "config.json": config,
      },
      finds: [
        { level: "caution", key: "missing-shards" },
        { level: "caution", key: "no-model" },
      ],
    },
    {
      name: "a tensor that the index places in a shard is not in it",
      files: { ...split, "model-00002-of-00002.safetensors": shard("c") },
      finds: [
        { level: "caution", key: "missing-tensors", file: "model-00002-of-00002.safetensors" },
        { level: "note", key: "not-in-index", file: "model-00002-of-00002.safetensors" },
      ],
      verdict: "caution",
    },
    {
      name: "a tensor that lies in another part than the index says",
      files: {
        ...split,
        "model-00001-of-00002.safetensors": shard("a", "b"),
        "model-00002-of-00002.safetensors": shard("c"),
      },
      finds: [
        { level: "caution", key: "missing-tensors", file: "model-00002-of-00002.safetensors" },
        { level: "note", key: "not-in-index", file: "model-00002-of-00002.safetensors" },
      ],
    },
    {
      name: "two parts of a split whose names were swapped",
      files: {
        "m-00001-of-00002.gguf": part(1, 2, 2, "b"),
        "m-00002-of-00002.gguf": part(0, 2, 2, "a"),
      },
      finds: [
        { level: "caution", key: "part-numbering", file: "m-00001-of-00002.gguf" },
        { level: "caution", key: "part-numbering", file: "m-00002-of-00002.gguf" },
      ],
    },
    {
      name: "a part of another split",
      files: {
        "m-00001-of-00002.gguf": part(0, 2, 2, "a"),
        "m-00002-of-00002.gguf": part(1, 3, 2, "b"),
      },
      finds: [{ level: "caution", key: "part-numbering", file: "m-00002-of-00002.gguf" }],
    },
    {
      name: "parts that hold fewer tensors than the split states",
      files: {
        "m-00001-of-00002.gguf": part(0, 2, 3, "a"),
        "m-00002-of-00002.gguf": part(1, 2, 3, "b"),
      },
      finds: [{ level: "caution", key: "part-tensors", file: "m-00001-of-00002.gguf" }],
    },
    {
      name: "a part that was renamed",
      files: { "model.gguf": part(0, 2, 2, "a") },
      finds: [{ level: "caution", key: "part-renamed", file: "model.gguf" }],
    },
    {
      name: "a whole file that is named a part",
      files: { "m-00001-of-00002.gguf": gguf, "m-00002-of-00002.gguf": part(1, 2, 2, "b") },
      finds: [{ level: "caution", key: "part-unnumbered", file: "m-00001-of-00002.gguf" }],
    },
    {
      name: "weights without a configuration",
      files: { "model.safetensors": shard("a") },
      finds: [{ level: "caution", key: "no-config", file: "model.safetensors" }],
      verdict: "caution",
    },
    {
      name: "a folder without a model",
      files: { "README.md": "# hello", "config.json": config },
      finds: [{ level: "caution", key: "no-model" }],
      verdict: "caution",
    },
  ],
  clean: [
    { name: "a GGUF file alone", files: { "m.gguf": gguf }, finds: [] },
    { name: "a split with its index", files: split, finds: [] },
    {
      name: "the same without its index",
      files: unindexed,
      finds: [],
    },
    {
      name: "a split GGUF whose first part holds metadata alone",
      files: {
        "m-00001-of-00002.gguf": part(0, 2, 2),
        "m-00002-of-00002.gguf": part(1, 2, 2, "a", "b"),
      },
      finds: [],
    },
    { name: "a model in one part of one", files: { "m-00001-of-00001.gguf": gguf }, finds: [] },
    {
      name: "an index that states another total",
      files: {
        ...split,
        "model.safetensors.index.json": JSON.stringify({
          ...JSON.parse(split["model.safetensors.index.json"]),
          metadata: { total_size: 33 },
        }),
      },
      finds: [{ level: "note", key: "index-total", file: "model.safetensors.index.json" }],
    },
    {
      name: "an index that states the right total",
      files: {
        ...split,
        "model.safetensors.index.json": JSON.stringify({
          ...JSON.parse(split["model.safetensors.index.json"]),
          metadata: { total_size: 32 },
        }),
      },
      finds: [],
    },
    {
      name: "a pointer in place of a picture",
      files: { "m.gguf": gguf, "assets/ship.png": pointer(50_000) },
      finds: [{ level: "note", key: "pointer-aside", file: "assets/ship.png" }],
    },
    {
      name: "a text about pointers",
      files: { "m.gguf": gguf, "vocab.txt": `see\n${pointer(5)}` },
      finds: [],
    },
    {
      name: "a page that is meant to be one, and a card with tags",
      files: { "m.gguf": gguf, "demo.html": page, "README.md": "<p align=center>ship</p>" },
      finds: [],
    },
    {
      name: "an empty file that nobody opens",
      files: { "m.gguf": gguf, ".gitkeep": "", "__init__.py": "" },
      finds: [],
    },
    {
      name: "a name that only looks unfinished",
      files: { "m.gguf": gguf, "part.txt": "x", ".part": "x" },
      finds: [],
    },
    {
      name: "a pickle called what it is",
      files: { "pytorch_model.bin": pickle, "config.json": config },
      finds: [],
    },
    {
      name: "an index for a format that was left out",
      files: { ...split, "pytorch_model.bin.index.json": index({ a: "pytorch_model-1-of-1.bin" }) },
      finds: [{ level: "note", key: "unused-index", file: "pytorch_model.bin.index.json" }],
    },
    {
      name: "a configuration in the folder above",
      files: { "original/model.safetensors": shard("a"), "config.json": config },
      finds: [],
    },
    {
      name: "weights of an unusual name, for a loader of their own",
      files: { "paint_xl.safetensors": shard("a") },
      finds: [{ level: "note", key: "bare-weights", file: "paint_xl.safetensors" }],
    },
    {
      name: "weights in a format that is not read",
      files: { "net.onnx": Uint8Array.of(8, 7) },
      finds: [],
    },
  ],
  hostile: [
    {
      name: "an index that leads out of the folder",
      files: { ...split, "x.index.json": index({ a: "../../etc/passwd" }) },
      finds: [{ level: "note", key: "unused-index", file: "x.index.json" }],
    },
    {
      name: "one part of a series of a million",
      files: { "m-000001-of-999999.gguf": part(0, 999, 2, "a") },
      finds: [
        { level: "caution", key: "missing-shards" },
        { level: "caution", key: "part-numbering" },
      ],
    },
    {
      name: "only an archive",
      files: { "model.zip": pickle },
      finds: [],
      verdict: "unknown",
    },
    {
      name: "a hundred pointers",
      files: Object.fromEntries(
        Array.from({ length: 100 }, (_, at) => [`w/${at}.bin`, pointer(at)]),
      ),
      finds: [
        ...Array.from({ length: 20 }, () => ({ level: "caution", key: "pointer" }) as const),
        { level: "caution", key: "more" },
      ],
    },
    {
      name: "a GGUF file that ends within its header",
      files: { "m.gguf": gguf.subarray(0, 400) },
      finds: [],
      verdict: "unknown",
    },
  ],
});

test("a pointer's finding carries digest, size and the command", async () => {
  const { outcome } = await runCase(check, {
    name: "",
    files: { "m.gguf": gguf, "tokenizer.model": pointer(499_723) },
  });
  expect(outcome).toMatchObject({
    findings: [
      {
        evidence: { oid: "0123456789abcdef".repeat(4), size: 499_723 },
        remedy: { command: "git lfs pull" },
      },
    ],
  });
});
