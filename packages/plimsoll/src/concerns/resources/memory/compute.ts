import type { ModelShape } from "../../../model/shape.ts";
import type { Variant } from "../../../model/variant.ts";
import type { Estimate, Use } from "./cache.ts";

const MIB = 2 ** 20;
const GIB = 2 ** 30;

/** Least and most that the buffers of llama.cpp held beside the logits, over ten shapes. */
const BESIDE_LOGITS = { low: 4 * MIB, high: 64 * MIB };

/** What a server for safetensors takes beside weights and cache: not measured by us, hence wide. */
const SERVER_OVERHEAD = { low: GIB, likely: 2 * GIB, high: 3 * GIB };

/**
 * What computing takes beside weights and cache.
 *
 * For GGUF the logits of one micro-batch in single precision, and two activations of the model's width
 * (266.5 MiB for 128,256 tokens and a width of 4,096 at 512; 66.6 MiB at 128). It does not grow with
 * conversations. Attention is taken to be fused (flash attention).
 */
export function computeNeed(shape: ModelShape, format: Variant["format"], use: Use): Estimate {
  if (format !== "gguf") return { kind: "range", range: SERVER_OVERHEAD };
  const { vocabulary, embedding } = shape;
  if (vocabulary === "unknown") {
    return { kind: "unknown", reason: "the size of its vocabulary is not stated" };
  }
  const logits = use.ubatch * vocabulary * 4;
  const activations = embedding === "unknown" ? 0 : 2 * use.ubatch * embedding * 4;
  const { low, high } = BESIDE_LOGITS;
  const likely = Math.min(high, Math.max(low, activations));
  return {
    kind: "range",
    range: { low: logits + low, likely: logits + likely, high: logits + high },
  };
}
