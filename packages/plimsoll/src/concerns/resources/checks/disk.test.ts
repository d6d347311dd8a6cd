import { tinyLlama, writeSafetensors } from "@plimsoll/formats/kit";

import { checkCases } from "../../../testing/check-cases.ts";
import check from "./disk.ts";

const gguf = tinyLlama();
const weights = writeSafetensors({
  tensors: [{ name: "model.embed_tokens.weight", dtype: "F16", shape: [10, 64] }],
});
const disk = (free: number | undefined) => ({ freeDisk: () => free });
const LEAST = 104_857_600;

checkCases(check, {
  caught: [
    {
      name: "a full disk",
      files: { "m.gguf": gguf },
      system: disk(LEAST - 1),
      finds: [{ level: "caution", key: "no-space" }],
      verdict: "caution",
    },
    {
      name: "the same model in two formats",
      files: { "m.gguf": gguf, "model.safetensors": weights, "config.json": "{}" },
      system: disk(1e12),
      finds: [{ level: "note", key: "several-ways" }],
    },
    {
      name: "weights for other frameworks, and the state of a training",
      files: {
        "m.gguf": gguf,
        "tf_model.h5": "x",
        "onnx/model_O4.onnx": "xx",
        "optimizer.pt": "xxx",
        "rng_state_0.pth": "x",
      },
      finds: [
        { level: "note", key: "other-frameworks", file: "onnx/model_O4.onnx" },
        { level: "note", key: "training", file: "optimizer.pt" },
      ],
    },
  ],
  clean: [
    {
      name: "one model on a disk with room",
      files: { "m.gguf": gguf },
      system: disk(1e12),
      finds: [],
    },
    { name: "just enough space", files: { "m.gguf": gguf }, system: disk(LEAST), finds: [] },
    {
      name: "a disk that does not tell",
      files: { "m.gguf": gguf },
      system: disk(undefined),
      finds: [],
    },
    {
      name: "shards are one way to load it",
      files: {
        "model-00001-of-00002.safetensors": weights,
        "model-00002-of-00002.safetensors": weights,
      },
      finds: [],
    },
    {
      name: "names that only sound like it",
      files: {
        "m.gguf": gguf,
        "optimizer.md": "x",
        "my_tf_model.h5.txt": "x",
        "pytorch_onnx.py": "x",
      },
      finds: [],
    },
    { name: "no model", files: { "README.md": "# a page" }, system: disk(0) },
  ],
  hostile: [
    {
      name: "a header that ends early is no way to load anything",
      files: { "m.gguf": gguf.subarray(0, 700), "n.gguf": gguf },
      system: disk(1e12),
      finds: [],
      verdict: "unknown",
    },
  ],
});
