import { pair, tinyLlama, writeGguf, writeSafetensors } from "@plimsoll/formats/kit";

import { checkCases } from "../../../testing/check-cases.ts";
import check from "./parts-match.ts";

type Tensor = { readonly name: string; readonly dtype?: string; readonly fill?: number };

const SLOTS = ["self_attn.q_proj.weight", "mlp.up_proj.weight", "input_layernorm.weight"];
const layer = (number: number, dtype: string): readonly Tensor[] =>
  SLOTS.map((slot) => ({ name: `model.layers.${number}.${slot}`, dtype }));
const BYTES: Readonly<Record<string, number>> = { F32: 4, BF16: 2, F16: 2, I32: 4 };
const shard = (...tensors: readonly Tensor[]) =>
  writeSafetensors({
    tensors: tensors.map(({ name, dtype = "BF16", fill = 1 }) => ({
      name,
      dtype,
      shape: [2, 8],
      data: new Uint8Array((BYTES[dtype] ?? 1) * 16).fill(fill),
    })),
  });
const of2 = (one: Uint8Array, two: Uint8Array, ending = "safetensors") => ({
  [`model-00001-of-00002.${ending}`]: one,
  [`model-00002-of-00002.${ending}`]: two,
});
const SECOND = "model-00002-of-00002.safetensors";
const caution = (key: string, file?: string) => ({
  level: "caution" as const,
  key,
  ...(file === undefined ? {} : { file }),
});

const GGUF_SLOTS = ["attn_q", "attn_v", "ffn_up", "ffn_down"];
const ggufPart = (
  no: number,
  tensors: readonly { readonly name: string; readonly type: string }[],
  extra: Parameters<typeof writeGguf>[0]["metadata"] = [],
) =>
  writeGguf({
    metadata: [
      ...(no === 0 ? [pair("general.architecture", "string", "llama")] : []),
      ...extra,
      pair("split.no", "u16", no),
      pair("split.count", "u16", 2),
    ],
    tensors: tensors.map((tensor) => ({ ...tensor, dims: [256, 2] })),
  });
const ggufLayer = (number: number, type: string, down = type) =>
  GGUF_SLOTS.map((slot) => ({
    name: `blk.${number}.${slot}.weight`,
    type: slot === "ffn_down" || slot === "attn_v" ? down : type,
  }));
const quantised = (type: string) =>
  writeGguf({ metadata: [], tensors: [{ name: "a.weight", type, dims: [256, 8] }] });

checkCases(check, {
  caught: [
    {
      name: "one shard in F32, the next in BF16",
      files: of2(shard(...layer(0, "F32")), shard(...layer(1, "BF16"))),
      finds: [caution("types-change", SECOND)],
    },
    {
      name: "a tensor in two shards with other values",
      files: of2(
        shard(...layer(0, "BF16"), { name: "x.weight" }),
        shard(...layer(1, "BF16"), { name: "x.weight", fill: 2 }),
      ),
      finds: [{ ...caution("tensor-repeated", SECOND), member: "x.weight" }],
    },
    {
      name: "a tensor in two shards in another type",
      files: of2(
        shard(...layer(0, "BF16"), { name: "x.weight" }),
        shard(...layer(1, "BF16"), { name: "x.weight", dtype: "F32" }),
      ),
      finds: [caution("tensor-repeated", SECOND)],
    },
    {
      name: "one shard under two names",
      files: of2(shard(...layer(0, "BF16")), shard(...layer(0, "BF16"))),
      finds: [caution("part-copied", SECOND)],
    },
    {
      name: "a tensor in two parts of a GGUF split, though with the same values",
      files: of2(
        ggufPart(0, [...ggufLayer(0, "Q4_K"), { name: "x.weight", type: "F32" }]),
        ggufPart(1, [...ggufLayer(1, "Q4_K"), { name: "x.weight", type: "F32" }]),
        "gguf",
      ),
      finds: [caution("tensor-repeated")],
    },
    {
      name: "parts of two architectures",
      files: of2(
        ggufPart(0, ggufLayer(0, "Q4_K")),
        ggufPart(1, ggufLayer(1, "Q4_K"), [pair("general.architecture", "string", "qwen2")]),
        "gguf",
      ),
      finds: [caution("states-otherwise")],
    },
    {
      name: "a file named Q8_0 whose matrices are Q2_K",
      files: { "tiny-Q8_0.gguf": quantised("Q2_K") },
      finds: [caution("less-than-its-name", "tiny-Q8_0.gguf")],
    },
    {
      name: "a file named F16 that was quantised",
      files: { "tiny.f16.gguf": quantised("Q8_0") },
      finds: [caution("less-than-its-name")],
    },
  ],
  clean: [
    {
      name: "shards of one type",
      files: of2(shard(...layer(0, "BF16")), shard(...layer(1, "BF16"))),
      finds: [],
    },
    {
      name: "norms in F32 in every shard",
      files: of2(
        shard(...layer(0, "BF16"), { name: "model.layers.0.norm.weight", dtype: "F32" }),
        shard(...layer(1, "BF16"), { name: "model.layers.1.norm.weight", dtype: "F32" }),
      ),
      finds: [],
    },
    {
      name: "a tower in F32 in one shard and the language model in BF16 in the other",
      files: of2(
        shard({ name: "vision.a", dtype: "F32" }, { name: "vision.b", dtype: "F32" }),
        shard(...layer(0, "BF16")),
      ),
      finds: [],
    },
    {
      name: "last blocks that were left unquantised: their norms are alike",
      files: of2(
        shard(
          { name: "model.layers.0.a.weight", dtype: "I32" },
          { name: "model.layers.0.b.weight", dtype: "I32" },
          { name: "model.layers.0.norm.weight" },
        ),
        shard(
          { name: "model.layers.1.a.weight" },
          { name: "model.layers.1.b.weight" },
          { name: "model.layers.1.norm.weight" },
        ),
      ),
      finds: [],
    },
    {
      name: "a tensor in two shards with the same values",
      files: of2(
        shard(...layer(0, "BF16"), { name: "x.weight" }),
        shard(...layer(1, "BF16"), { name: "x.weight" }),
      ),
      finds: [{ level: "note", key: "tensor-repeated" }],
    },
    {
      name: "a split of Q4_K_M: some blocks of a kind in Q6_K",
      files: of2(
        ggufPart(0, [...ggufLayer(0, "Q4_K", "Q6_K"), ...ggufLayer(1, "Q4_K")]),
        ggufPart(1, [...ggufLayer(2, "Q4_K"), ...ggufLayer(3, "Q4_K", "Q6_K")]),
        "gguf",
      ),
      finds: [],
    },
    {
      name: "parts of a quantised model that share no type are told",
      files: of2(ggufPart(0, ggufLayer(0, "Q4_K")), ggufPart(1, ggufLayer(1, "Q8_0")), "gguf"),
      finds: [{ level: "note", key: "types-change" }],
    },
    {
      name: "a part that has another name in its header",
      files: of2(
        ggufPart(0, ggufLayer(0, "Q4_K"), [pair("general.name", "string", "a")]),
        ggufPart(1, ggufLayer(1, "Q4_K"), [pair("general.name", "string", "b")]),
        "gguf",
      ),
      finds: [{ level: "note", key: "states-otherwise" }],
    },
    { name: "a file named Q8_0 that is", files: { "t-Q8_0.gguf": quantised("Q8_0") }, finds: [] },
    {
      name: "a file named Q4_K_M whose rows took a larger type",
      files: { "t-Q4_K_M.gguf": quantised("Q5_0") },
      finds: [],
    },
    {
      name: "a name that only looks like a label",
      files: { "qwen-q8.gguf": quantised("Q2_K"), "F16X.gguf": quantised("Q2_K") },
      finds: [],
    },
    { name: "a folder without such weights", files: { "README.md": "# a page" } },
  ],
  hostile: [
    {
      name: "fifty tensors in two shards",
      files: of2(
        shard({ name: "a.weight" }, ...many(50, 1)),
        shard({ name: "b.weight" }, ...many(50, 2)),
      ),
      finds: [
        ...Array.from({ length: 10 }, () => caution("tensor-repeated")),
        { level: "note", key: "more" },
      ],
      verdict: "caution",
    },
    {
      name: "a header that ends early",
      files: { "m-Q8_0.gguf": tinyLlama().subarray(0, 600) },
      finds: [],
      verdict: "unknown",
    },
  ],
});

function many(count: number, fill: number): readonly Tensor[] {
  return Array.from({ length: count }, (_, at) => ({ name: `t${at}.weight`, fill }));
}
