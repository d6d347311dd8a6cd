import type { TensorRef } from "@plimsoll/formats";

import type { ModelShape } from "../../../model/shape.ts";
import type { Variant } from "../../../model/variant.ts";
import { isOtherPart } from "./stacks.ts";

/** A tensor whose size is not what the configuration makes it. */
export type WrongSize = {
  readonly tensor: TensorRef;
  /** Which dimension, counted from the outermost. */
  readonly dimension: number;
  readonly found: number;
  readonly expected: number;
  /** What the size follows from, in words. */
  readonly from: string;
};

type Rule = {
  readonly names: RegExp;
  readonly dimension: number;
  readonly from: string;
  readonly size: (shape: ModelShape) => number | "unknown";
};

const width = (shape: ModelShape): number | "unknown" => shape.embedding;

/** Sizes that follow from width, heads and length of heads in every architecture whose blocks are alike. */
const RULES: readonly Rule[] = [
  rule(/(?:^|\.)(?:embed_tokens|token_embd|wte)\.weight$/u, 1, "the width", width),
  rule(/(?:^|\.)(?:input_layernorm|attn_norm|ln_1)\.weight$/u, 0, "the width", width),
  rule(/(?:^|\.)(?:model\.norm|output_norm|ln_f)\.weight$/u, 0, "the width", width),
  rule(/\.(?:self_attn\.q_proj|attn_q)\.weight$/u, 1, "the width", width),
  rule(/\.(?:mlp\.down_proj|ffn_down)\.weight$/u, 0, "the width", width),
  rule(
    /\.(?:self_attn\.q_proj|attn_q)\.weight$/u,
    0,
    "heads and their length",
    ({ heads, keyLength }) => product(heads, keyLength),
  ),
  rule(/\.(?:self_attn\.k_proj|attn_k)\.weight$/u, 0, "key heads and their length", (shape) =>
    product(shape.kvHeads, shape.keyLength),
  ),
  rule(/\.(?:self_attn\.v_proj|attn_v)\.weight$/u, 0, "key heads and their length", (shape) =>
    product(shape.kvHeads, shape.valueLength),
  ),
];

/** Types of safetensors that hold one value an element; packed ones have shapes of their own. */
const UNPACKED: ReadonlySet<string> = new Set(["F64", "F32", "F16", "BF16", "F8_E4M3", "F8_E5M2"]);

/** Compares sizes of known tensors with the configuration; the first of each rule is enough to tell. */
export function wrongSizes(variant: Variant): readonly WrongSize[] {
  const { shape, tensors, format } = variant;
  if (shape.kind === "unread" || tensors === "unknown") return [];
  return RULES.flatMap(({ names, dimension, from, size }) => {
    const expected = size(shape);
    if (expected === "unknown") return [];
    const wrong = tensors.find(
      ({ name, type, shape: sizes }) =>
        names.test(name) &&
        !isOtherPart(name) &&
        (format === "gguf" || UNPACKED.has(type)) &&
        sizes[dimension] !== expected,
    );
    const found = wrong?.shape[dimension];
    if (wrong === undefined || found === undefined) return [];
    return [{ tensor: wrong, dimension, found, expected, from }];
  });
}

function rule(names: RegExp, dimension: number, from: string, size: Rule["size"]): Rule {
  return { names, dimension, from, size };
}

/** Heads times their length; unknown where heads differ from block to block. */
function product(
  heads: ModelShape["kvHeads"],
  length: ModelShape["keyLength"],
): number | "unknown" {
  return typeof heads !== "number" || length === "unknown" ? "unknown" : heads * length;
}
