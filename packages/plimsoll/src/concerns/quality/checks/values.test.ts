import { pair, tinyLlama, tinyLlamaPlan, writeGguf, writeSafetensors } from "@plimsoll/formats/kit";

import { checkCases } from "../../../testing/check-cases.ts";
import check from "./values.ts";

type Plan = {
  readonly name: string;
  readonly dtype?: string;
  readonly shape?: readonly number[];
  readonly value: number | ((at: number) => number);
};

const WIDTH = 64;
const config = (type: string) =>
  JSON.stringify({
    model_type: type,
    num_hidden_layers: 1,
    hidden_size: WIDTH,
    num_attention_heads: 2,
  });

function bytesOf(count: number, dtype: string, value: Plan["value"]): Uint8Array {
  const width = dtype === "F64" ? 8 : dtype === "F32" ? 4 : 2;
  const view = new DataView(new ArrayBuffer(count * width));
  for (let at = 0; at < count; at += 1) {
    const number = typeof value === "number" ? value : value(at);
    if (dtype === "F64") view.setFloat64(at * 8, number, true);
    else if (dtype === "F32") view.setFloat32(at * 4, number, true);
    else if (dtype === "F16") view.setFloat16(at * 2, number, true);
    else {
      const single = new DataView(new ArrayBuffer(4));
      single.setFloat32(0, number);
      view.setUint16(at * 2, single.getUint16(0), true);
    }
  }
  return new Uint8Array(view.buffer);
}

const file = (...plans: readonly Plan[]) =>
  writeSafetensors({
    tensors: plans.map(({ name, dtype = "F32", shape = [WIDTH], value }) => ({
      name,
      dtype,
      shape,
      data: bytesOf(
        shape.reduce((a, b) => a * b, 1),
        dtype,
        value,
      ),
    })),
  });

const wave = (at: number): number => Math.sin(at + 1);
const norm = (value: Plan["value"], dtype = "F32"): Plan => ({
  name: "model.layers.0.input_layernorm.weight",
  dtype,
  value,
});
const matrix = (value: Plan["value"]): Plan => ({
  name: "model.layers.0.mlp.up_proj.weight",
  shape: [WIDTH, WIDTH],
  value,
});
const lastNorm: Plan = { name: "model.norm.weight", value: wave };
const hub = (weights: Uint8Array, type = "llama") => ({
  "model.safetensors": weights,
  "config.json": config(type),
});
const caution = (key: string, member?: string) => ({
  level: "caution" as const,
  key,
  file: "model.safetensors",
  ...(member === undefined ? {} : { member }),
});
const NORM = "model.layers.0.input_layernorm.weight";
const oneBad = (bad: number) => (at: number) => (at === WIDTH - 1 ? bad : wave(at));

/** A Q8_0 matrix of 128 blocks whose first factor is replaced. */
function q8(factor: number): Uint8Array {
  const data = new Uint8Array(128 * 34).fill(1);
  const view = new DataView(data.buffer);
  for (let at = 0; at < data.length; at += 34) view.setFloat16(at, 0.01, true);
  view.setFloat16(0, factor, true);
  return writeGguf({
    metadata: [pair("general.architecture", "string", "llama")],
    tensors: [{ name: "blk.0.ffn_up.weight", type: "Q8_0", dims: [64, 64], data }],
  });
}

checkCases(check, {
  caught: [
    ...(["F64", "F32", "F16", "BF16"] as const).map((dtype) => ({
      name: `a norm in ${dtype} whose last value is no number`,
      files: hub(file(norm(oneBad(NaN), dtype), lastNorm)),
      finds: [caution("not-a-number", NORM)],
    })),
    {
      name: "a bias that is infinite",
      files: hub(file(norm(wave), { name: "a.q_proj.bias", value: oneBad(Infinity) })),
      finds: [caution("not-a-number", "a.q_proj.bias")],
    },
    {
      name: "a matrix whose last value is no number",
      files: hub(
        file(
          norm(wave),
          matrix((at) => (at === WIDTH ** 2 - 1 ? NaN : wave(at))),
        ),
      ),
      finds: [caution("not-a-number")],
    },
    {
      name: "a factor of a quantised block that is no number",
      files: { "m.gguf": q8(NaN) },
      finds: [{ level: "caution", key: "not-a-number", file: "m.gguf" }],
    },
    {
      name: "a norm of zeros",
      files: hub(file(norm(0), lastNorm, matrix(wave))),
      finds: [caution("zero-norm", NORM)],
    },
    {
      name: "a scale of zeros",
      files: hub(file(lastNorm, { name: "a.weight_scale", value: 0 })),
      finds: [caution("zero-scale", "a.weight_scale")],
    },
    {
      name: "a norm beyond half precision",
      files: hub(file(norm(oneBad(-65_536)), lastNorm)),
      finds: [caution("huge", NORM)],
    },
    {
      name: "a file that was never filled",
      files: hub(file(norm(0), matrix(0))),
      finds: [caution("unfilled")],
    },
  ],
  clean: [
    { name: "ordinary values", files: hub(file(norm(wave), lastNorm, matrix(wave))), finds: [] },
    {
      name: "a norm at the end of half precision",
      files: hub(file(norm(oneBad(65_504)), lastNorm)),
      finds: [],
    },
    {
      name: "a norm with some zeros",
      files: hub(
        file(
          norm((at) => (at === 0 ? 1 : 0)),
          lastNorm,
        ),
      ),
      finds: [],
    },
    {
      name: "a norm of zeros where zero means one",
      files: hub(file(norm(0), lastNorm, matrix(wave)), "gemma2"),
      finds: [],
    },
    {
      name: "biases of zeros",
      files: hub(file(norm(wave), { name: "a.q_proj.bias", value: 0 })),
      finds: [],
    },
    {
      name: "a mask of infinities that is called a bias",
      files: hub(file(norm(wave), { name: "h.0.attn.bias", value: -Infinity })),
      finds: [],
    },
    {
      name: "a norm as wide as is read",
      files: hub(file({ ...norm(wave), shape: [262_144] }, lastNorm)),
      finds: [],
    },
    { name: "a quantised matrix", files: { "m.gguf": q8(0.02) }, finds: [] },
    {
      name: "one matrix of zeros among others",
      files: hub(file(norm(wave), matrix(0))),
      finds: [{ level: "note", key: "zero-matrix" }],
    },
    {
      name: "norms as before training",
      files: { "m.gguf": tinyLlama() },
      finds: [{ level: "note", key: "untouched", file: "m.gguf" }],
    },
    {
      name: "an adapter, whose second half may be zeros",
      files: { "adapter_model.safetensors": file({ name: "a.lora_B.weight", value: 0 }) },
    },
  ],
  hostile: [
    {
      name: "a file that ends within its tensors",
      files: hub(file(norm(wave), lastNorm, matrix(wave)).subarray(0, -4_096)),
      finds: [],
      verdict: "unknown",
    },
    {
      name: "pickles alone",
      files: {
        "pytorch_model.bin": Uint8Array.of(0x80, 2, 0x7d, 0x2e),
        "config.json": config("a"),
      },
      finds: [],
      verdict: "unknown",
    },
    {
      name: "a norm larger than any model is wide",
      files: hub(file({ ...norm(NaN), shape: [262_145] }, lastNorm)),
      finds: [],
      verdict: "unknown",
    },
    {
      name: "a big-endian file is read in its order",
      files: { "m.gguf": writeGguf({ ...bigEndianPlan(), byteOrder: "big" }) },
      finds: [],
      verdict: "clear",
    },
  ],
});

/** Two norms whose values are sound in one order of bytes only. */
function bigEndianPlan(): Parameters<typeof writeGguf>[0] {
  const data = new Uint8Array(WIDTH * 4);
  const view = new DataView(data.buffer);
  // 8.06 in this order; turned round, 0x7fff0041 is no number.
  for (let at = 0; at < data.length; at += 4) view.setUint32(at, 0x4100_ff7f, false);
  const { metadata } = tinyLlamaPlan();
  return {
    metadata,
    tensors: [
      { name: "output_norm.weight", type: "F32", dims: [WIDTH], data },
      { name: "blk.0.attn_norm.weight", type: "F32", dims: [WIDTH], data },
    ],
  };
}
