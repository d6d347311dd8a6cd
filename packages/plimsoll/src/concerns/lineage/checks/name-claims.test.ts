import { pair, writeGguf, writeSafetensors, type GgufPlan } from "@plimsoll/formats/kit";

import { checkCases } from "../../../testing/check-cases.ts";
import check from "./name-claims.ts";

type Pair = GgufPlan["metadata"][number];

/** A GGUF model of one matrix of so many rows of 1,024. */
function gguf(
  rows: number,
  more: {
    readonly type?: string;
    readonly architecture?: string;
    readonly metadata?: readonly Pair[];
  } = {},
): Uint8Array {
  const architecture = more.architecture ?? "llama";
  return writeGguf({
    metadata: [
      pair("general.architecture", "string", architecture),
      pair(`${architecture}.block_count`, "u32", 1),
      ...(more.metadata ?? []),
    ],
    tensors: [{ name: "blk.0.ffn_up.weight", type: more.type ?? "Q8_0", dims: [1024, rows] }],
  });
}

const safetensors = (dtype: string, rows: number): Uint8Array =>
  writeSafetensors({
    tensors: [{ name: "model.layers.0.mlp.up_proj.weight", dtype, shape: [rows, 1024] }],
  });

const named = (name: string): Pair => pair("general.name", "string", name);
const fileType = (type: number): Pair => pair("general.file_type", "u32", type);
const card = (front: string): string => `---\n${front}\n---\n`;
const caution = (key: string, file?: string) => ({
  level: "caution" as const,
  key,
  ...(file === undefined ? {} : { file }),
});

checkCases(check, {
  caught: [
    {
      name: "a file that claims far more than it holds",
      files: { "acme-100M.Q8_0.gguf": gguf(1_000) },
      finds: [caution("size", "acme-100M.Q8_0.gguf")],
    },
    {
      name: "a file that holds far more than it claims",
      files: { "acme-10M.gguf": gguf(24_000, { type: "TQ1_0" }) },
      finds: [caution("size")],
    },
    {
      name: "a part by its name is larger than the whole",
      files: { "acme-10M-draft.gguf": gguf(24_000, { type: "TQ1_0" }) },
      finds: [caution("size")],
    },
    {
      name: "the header claims a size",
      files: {
        "m.gguf": gguf(1_000, { metadata: [pair("general.size_label", "string", "7B")] }),
      },
      finds: [caution("size", "m.gguf")],
    },
    {
      name: "another family than its header's name says",
      files: {
        "m.gguf": gguf(8, { architecture: "qwen2", metadata: [named("Meta Llama 3")] }),
      },
      finds: [caution("family", "m.gguf")],
    },
    {
      name: "another family than its card says",
      files: {
        "README.md": card("model_name: gemma-3-it"),
        "config.json": '{"model_type":"qwen2","num_hidden_layers":1}',
        "model.safetensors": safetensors("F16", 8),
      },
      finds: [caution("family", "model.safetensors")],
    },
    {
      name: "a header of 8 bits over matrices of 4",
      files: { "m.gguf": gguf(8, { type: "Q4_K", metadata: [fileType(7)] }) },
      finds: [caution("file-type", "m.gguf")],
    },
  ],
  clean: [
    { name: "the size it claims", files: { "acme-10M.gguf": gguf(8_000, { type: "TQ1_0" }) } },
    { name: "half the size it claims", files: { "acme-16M.gguf": gguf(8_000, { type: "TQ1_0" }) } },
    {
      name: "one of its names fits",
      files: {
        "acme-7B.gguf": gguf(8_000, {
          type: "TQ1_0",
          metadata: [pair("general.size_label", "string", "10M")],
        }),
      },
    },
    { name: "a draft of a large model", files: { "acme-100M-draft.gguf": gguf(1_000) } },
    { name: "no size in its names", files: { "acme.gguf": gguf(1_000) } },
    {
      name: "packed numbers are not counted",
      files: { "acme-100M.safetensors": safetensors("I32", 100) },
    },
    {
      name: "its family, or the architecture that everything is converted to",
      files: {
        "a.gguf": gguf(8, { architecture: "qwen2", metadata: [named("Qwen2.5 Instruct")] }),
        "b.gguf": gguf(8, { metadata: [named("phi-4")] }),
      },
    },
    {
      name: "distilled from one family into another",
      files: {
        "README.md": card("model_name: llama-3-into-small\nbase_model: Qwen/Qwen2.5-0.5B"),
        "m.gguf": gguf(8, { architecture: "qwen2" }),
      },
    },
    {
      name: "the file type of its matrices",
      files: { "m.gguf": gguf(8, { type: "Q4_K", metadata: [fileType(15)] }) },
    },
    {
      name: "matrices wider than the file type, as where rows are too short for its blocks",
      files: { "m.gguf": gguf(8, { type: "Q5_0", metadata: [fileType(15)] }) },
    },
    {
      name: "numbers of 4 bits from its own training",
      files: { "m.gguf": gguf(8, { type: "MXFP4", metadata: [fileType(7)] }) },
    },
    {
      name: "who quantised it",
      files: {
        "m.gguf": gguf(8, {
          metadata: [
            pair("general.quantized_by", "string", "somebody"),
            pair("quantize.imatrix.dataset", "string", "calibration.txt"),
          ],
        }),
      },
      finds: [{ level: "note", key: "quantised" }],
    },
    { name: "no model", files: { "README.md": "# 7B" }, verdict: "not-applicable" },
  ],
  hostile: [
    {
      name: "a name of a megabyte of sizes",
      files: { "m.gguf": gguf(8, { metadata: [named("7B-".repeat(300_000))] }) },
      finds: [caution("size")],
    },
    {
      name: "a table of tensors that ends early",
      files: { "acme-7B.gguf": gguf(1_000).slice(0, 150) },
      finds: [],
      verdict: "unknown",
    },
    {
      name: "a file type that is none",
      files: { "m.gguf": gguf(8, { metadata: [fileType(4_000_000_000)] }) },
      finds: [],
    },
  ],
});
