import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { pair, tinyLlama, writeGguf, writeSafetensors } from "@plimsoll/formats/kit";
import { expect, test } from "vitest";

import { EVIDENCE } from "../../generated/evidence.ts";
import { openEvidence } from "../../kernel/evidence-store.ts";
import type { Unread } from "../../kernel/unread.ts";
import { thisSystem } from "../../machine/system.ts";
import { resolveReference } from "../reference.ts";
import { takeSnapshot } from "../snapshot.ts";
import type { Variant } from "../variant.ts";

type Files = Readonly<Record<string, string | Uint8Array>>;

async function variantsOf(
  files: Files,
): Promise<{ readonly variants: readonly Variant[]; readonly unread: readonly Unread[] }> {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-variants-"));
  try {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    const snapshot = takeSnapshot(resolveReference(folder, folder));
    const store = openEvidence(EVIDENCE, { snapshot, system: thisSystem() });
    const gathered = await store.gather(["variants"]);
    if (gathered.kind === "failed") throw new TypeError(gathered.unread[0]?.reason);
    return { variants: gathered.values.variants, unread: gathered.unread };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const shard = (name: string) => writeSafetensors({ tensors: [{ name, dtype: "F32", shape: [4] }] });
const config = JSON.stringify({
  model_type: "llama",
  num_hidden_layers: 1,
  hidden_size: 4,
  num_attention_heads: 1,
});
const pickle = Uint8Array.of(0x80, 2, 0x7d, 0x2e);

test("each GGUF file is a way to load the model, and roles are told apart", async () => {
  const clip = [pair("general.architecture", "string", "clip")];
  const lora = [
    pair("general.architecture", "string", "llama"),
    pair("general.type", "string", "adapter"),
  ];
  const tensors = [{ name: "a", type: "F32", dims: [4] }];
  const { variants, unread } = await variantsOf({
    "a-Q4.gguf": tinyLlama(),
    "b-Q8.gguf": tinyLlama(),
    "lora.gguf": writeGguf({ metadata: lora, tensors }),
    "mmproj-F16.gguf": writeGguf({ metadata: clip, tensors }),
    "vocab.gguf": tinyLlamaVocabulary(),
  });
  expect(variants.map(({ label, role }) => `${label} ${role}`)).toEqual([
    "a-Q4.gguf model",
    "b-Q8.gguf model",
    "lora.gguf adapter",
    "mmproj-F16.gguf projector",
    "vocab.gguf unknown",
  ]);
  expect(variants[0]?.shape).toMatchObject({ kind: "shape", architecture: "llama" });
  expect(variants[0]?.tensorBytes).toBe(variants[1]?.tensorBytes);
  expect(unread).toEqual([]);
});

function tinyLlamaVocabulary(): Uint8Array {
  return writeGguf({ metadata: [pair("general.architecture", "string", "llama")], tensors: [] });
}

test("shards are one, by index or by their numbers, and what is missing is named", async () => {
  const index = JSON.stringify({ weight_map: { a: "x.safetensors", b: "y.safetensors" } });
  const { variants } = await variantsOf({
    "config.json": config,
    "model.safetensors.index.json": index,
    "x.safetensors": shard("a"),
    "y.safetensors": shard("b"),
    "part/m-1-of-2.safetensors": shard("a"),
    "split-00001-of-00002.gguf": tinyLlama(),
    "split-00002-of-00002.gguf": tinyLlama(),
  });
  expect(variants).toMatchObject([
    { label: "model.safetensors", files: ["x.safetensors", "y.safetensors"], tensorBytes: 32 },
    {
      label: "part/m-*-of-2.safetensors",
      missing: { count: 1, first: ["part/m-2-of-2.safetensors"] },
    },
    { label: "split-*-of-00002.gguf", missing: { count: 0 } },
  ]);
  expect(variants[1]?.shape).toMatchObject({ kind: "shape", from: "config.json" });
});

test("pickled weights have sizes only, and training state is none", async () => {
  const { variants } = await variantsOf({
    "config.json": config,
    "consolidated.00.pth": pickle,
    "consolidated.01.pth": pickle,
    "optimizer.pt": pickle,
    "pytorch_model.bin": pickle,
    "training_args.bin": pickle,
  });
  expect(variants).toMatchObject([
    { label: "consolidated.*.pth", tensorBytes: 8, approximate: true, tensors: "unknown" },
    { label: "pytorch_model.bin", tensorBytes: 4, approximate: true, role: "model" },
  ]);
});

test("adapters, and parts with a configuration of their own, are no models", async () => {
  const { variants } = await variantsOf({
    "config.json": config,
    "model.safetensors": shard("a"),
    "1_Dense/config.json": "{}",
    "1_Dense/model.safetensors": shard("a"),
    "adapter_model.safetensors": shard("base.lora_A.weight"),
    "extra.safetensors": shard("unet.lora_down.weight"),
  });
  expect(variants.map(({ label, role }) => `${label} ${role}`)).toEqual([
    "1_Dense/model.safetensors unknown",
    "adapter_model.safetensors adapter",
    "extra.safetensors adapter",
    "model.safetensors model",
  ]);
});

test("a file named as weights that holds none is unread, whatever it is", async () => {
  const { variants, unread } = await variantsOf({
    "a.gguf": "<html></html>",
    "b.safetensors": "",
    "pytorch_model.bin": "a text",
    "notes.bin": "a text",
  });
  expect(variants).toEqual([]);
  const files = [...new Set(unread.map(({ file }) => file))];
  expect(files).toEqual(["a.gguf", "b.safetensors", "pytorch_model.bin"]);
});

test("a table of tensors that ends early makes the bytes unknown", async () => {
  const { variants } = await variantsOf({ "a.gguf": tinyLlama().subarray(0, 700) });
  expect(variants).toMatchObject([{ tensorBytes: "unknown" }]);
});
