import type { TensorRef } from "@plimsoll/formats";

import type { Variant } from "../../../model/variant.ts";

/** Share of a model's bytes that may lie in packed tensors before its parameters can no longer be counted. */
const PACKED_MAX_SHARE = 0.05;

/** Types of which one element is one parameter, or whose shapes are those of the matrix (GGUF). */
const COUNTED = /^(?:F64|F32|F16|BF16|F8_E[45]M[23](?:FNUZ)?|I?Q\d|TQ\d|MXFP4|NVFP4)/u;

/** The number of parameters in a model's tensors; undefined where parts are missing or numbers are packed into bytes. */
export function parametersOf({ tensors, missing, tensorBytes }: Variant): number | undefined {
  if (tensors === "unknown" || tensorBytes === "unknown" || missing.count > 0) return undefined;
  let parameters = 0;
  let packed = 0;
  for (const { type, shape, bytes } of tensors) {
    if (COUNTED.test(type)) parameters += shape.reduce((product, length) => product * length, 1);
    else packed += bytes === "unknown" ? 0 : bytes;
  }
  return packed > tensorBytes * PACKED_MAX_SHARE ? undefined : parameters;
}

/** Bits that a type's name states for one weight; undefined for a type of another kind. */
function bitsOf(type: string): number | undefined {
  const plain = /^(?:B?F)(16|32|64)$/u.exec(type)?.[1];
  const quant = /^(?:I|T)?Q([1-8])/u.exec(type)?.[1];
  const bits = plain ?? quant;
  return bits === undefined ? undefined : Number(bits);
}

/** Ends of the model, which recipes keep in other types, and routers, which stay whole. */
const ENDS = /^(?:token_embd|output|per_layer_token_embd)\b|_inp\b/u;

/**
 * The share of a GGUF model's matrix elements whose type has at least so many bits; undefined where a type is not
 * known, or where the model has numbers of 4 bits from its own training (MXFP4, NVFP4), which stay in every file.
 */
export function shareOfBits(tensors: readonly TensorRef[], bits: number): number | undefined {
  let enough = 0;
  let all = 0;
  for (const { name, type, shape } of tensors) {
    if (shape.length < 2 || ENDS.test(name)) continue;
    const own = bitsOf(type);
    if (own === undefined) return undefined;
    const elements = shape.reduce((product, length) => product * length, 1);
    all += elements;
    if (own >= bits) enough += elements;
  }
  return all === 0 ? undefined : enough / all;
}
