import { writeSafetensors } from "@plimsoll/formats/kit";

import { checkCases } from "../../../testing/check-cases.ts";
import check from "./one-export.ts";

type Tensors = Parameters<typeof writeSafetensors>[0]["tensors"];

const table = (width: number, dtype: "BF16" | "F32" | "U8" = "BF16"): Tensors[number] => ({
  name: "model.embed_tokens.weight",
  dtype,
  shape: [8, width],
});
const layers = (count: number, prefix = "model."): Tensors =>
  Array.from({ length: count }, (_, layer) => ({
    name: `${prefix}layers.${layer}.mlp.up_proj.weight`,
    dtype: "BF16" as const,
    shape: [2, 4],
  }));
const file = (...tensors: Tensors) => writeSafetensors({ tensors });
const config = (value: object) => ({ "config.json": JSON.stringify(value) });
const stated = { num_hidden_layers: 3, hidden_size: 4, torch_dtype: "bfloat16" };
const sound = { ...config(stated), "model.safetensors": file(table(4), ...layers(3)) };
const index = (map: Readonly<Record<string, string>>) => ({
  "model.safetensors.index.json": JSON.stringify({ weight_map: map }),
});
const one = "model-00001-of-00002.safetensors";
const two = "model-00002-of-00002.safetensors";
const up = (layer: number) => `model.layers.${layer}.mlp.up_proj.weight`;
const split = {
  ...config({ ...stated, num_hidden_layers: 2 }),
  ...index({ [up(0)]: one, [up(1)]: two }),
  [one]: file(...layers(1)),
  [two]: file(...layers(2).slice(1)),
};
const { [two]: _, ...half } = split;

checkCases(check, {
  caught: [
    {
      name: "fewer layers than stated",
      files: { ...sound, ...config({ ...stated, num_hidden_layers: 4 }) },
      finds: [
        { level: "caution", key: "layers", file: "config.json", member: "num_hidden_layers" },
      ],
      verdict: "caution",
    },
    {
      name: "fewer layers in the language model of a model of several parts",
      files: {
        ...config({ text_config: { num_hidden_layers: 4 }, num_hidden_layers: 1 }),
        "model.safetensors": file(...layers(3, "language_model.model.")),
      },
      finds: [{ level: "caution", key: "layers" }],
    },
    {
      name: "more layers than stated",
      files: { ...sound, ...config({ ...stated, num_hidden_layers: 2 }) },
      finds: [{ level: "note", key: "more-layers" }],
      verdict: "clear",
    },
    {
      name: "another width",
      files: { ...sound, ...config({ ...stated, hidden_size: 8 }) },
      finds: [{ level: "caution", key: "width", file: "config.json", member: "hidden_size" }],
    },
    {
      name: "another kind of number",
      files: { ...sound, ...config({ ...stated, torch_dtype: "float16" }) },
      finds: [{ level: "note", key: "dtype", member: "torch_dtype" }],
    },
    {
      name: "a whole file beside its parts",
      files: { ...split, "model.safetensors": file(...layers(2)) },
      finds: [{ level: "caution", key: "two-sets", file: "model.safetensors" }],
    },
    {
      name: "a tensor in two parts",
      files: { ...split, [two]: file(...layers(2)) },
      finds: [{ level: "caution", key: "twice", file: two, member: up(0) }],
    },
  ],
  clean: [
    { name: "one export", files: sound, finds: [], verdict: "clear" },
    { name: "a split one", files: split, finds: [] },
    { name: "one with a part missing is told elsewhere", files: half, finds: [] },
    {
      name: "a further layer that drafts tokens",
      files: {
        ...sound,
        ...config({ ...stated, num_hidden_layers: 2, num_nextn_predict_layers: 1 }),
      },
      finds: [],
    },
    {
      name: "quantised weights",
      files: {
        ...config({ ...stated, hidden_size: 8, quantization_config: {} }),
        "model.safetensors": file(table(4), ...layers(3)),
      },
      finds: [],
    },
    {
      name: "a packed table",
      files: {
        ...config({ ...stated, hidden_size: 8 }),
        "model.safetensors": file(table(4, "U8"), ...layers(3)),
      },
      finds: [],
    },
    {
      name: "a table that is narrower on purpose",
      files: { ...sound, ...config({ ...stated, hidden_size: 8, word_embed_proj_dim: 4 }) },
      finds: [],
    },
    {
      name: "Mistral's own file beside the parts of transformers",
      files: { ...split, "consolidated.safetensors": file(...layers(2)) },
      finds: [],
    },
    {
      name: "an adapter of one layer",
      files: {
        ...config(stated),
        "adapter_model.safetensors": file(...layers(1, "base_model.model.model.")),
      },
      finds: [],
    },
    {
      name: "weights without a configuration",
      files: { "a.safetensors": file(table(4)) },
      verdict: "not-applicable",
    },
  ],
  hostile: [
    {
      name: "a layer number without end",
      files: {
        ...config(stated),
        "model.safetensors": file({
          name: `model.layers.${"9".repeat(400)}.x`,
          dtype: "U8",
          shape: [1],
        }),
      },
      finds: [],
      verdict: "clear",
    },
    {
      name: "a header that ends early",
      files: { ...config(stated), "model.safetensors": file(...layers(1)).subarray(0, 40) },
      finds: [],
      verdict: "unknown",
    },
  ],
});
