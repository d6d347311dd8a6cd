import { isPlaced, type PlacedTensorRef, type TensorRef } from "@plimsoll/formats";

/**
 * What a tensor is for, as far as single values of it can be judged: a `norm` that multiplies every
 * token, a `scale` by which a quantised matrix is multiplied, a `bias`, or a `matrix`, of which samples are
 * read.
 */
export type ValueKind = "norm" | "scale" | "bias" | "matrix";

/** A tensor whose values are worth reading. */
export type Candidate = { readonly tensor: PlacedTensorRef; readonly kind: ValueKind };

/** Names under which quantisers store what a matrix is multiplied by. */
const SCALES: ReadonlySet<string> = new Set([
  "absmax",
  "scales",
  "scb",
  "weight_scale",
  "weight_scale_2",
  "weight_scale_inv",
]);

/** Elements of the smallest matrix: below it, zeros are no sign of anything. */
const LEAST_MATRIX = 4_096;

/** Tells what a tensor is by its name and shape; undefined for whatever this does not know. */
export function candidateOf(tensor: TensorRef): Candidate | undefined {
  const kind = kindOf(tensor);
  return kind === undefined || !isPlaced(tensor) || tensor.bytes === 0
    ? undefined
    : { tensor, kind };
}

function kindOf({ name, shape }: TensorRef): ValueKind | undefined {
  const parts = name.toLowerCase().split(".");
  const last = parts.at(-1) ?? "";
  const owner = parts.at(-2) ?? "";
  if (SCALES.has(last)) return "scale";
  const long = shape.filter((length) => length > 1).length;
  if (long <= 1 && isNormName(owner) && /^(?:weight|gamma|scale)$/u.test(last)) return "norm";
  // `attn.bias` and `masked_bias` of old checkpoints are masks and hold infinities on purpose.
  if (last === "bias" && long <= 2 && owner !== "attn" && owner !== "attention") return "bias";
  const elements = shape.reduce((product, length) => product * length, 1);
  const isMatrix = last === "weight" && shape.length >= 2 && elements >= LEAST_MATRIX;
  return isMatrix && !name.includes("lora_") ? "matrix" : undefined;
}

/** `input_layernorm`, `attn_norm`, `q_norm`, `ln_1`, `ln_f`. */
function isNormName(word: string): boolean {
  return word.includes("norm") || /^ln(?:_?\w{1,8})?$/u.test(word);
}
