import { parseJson } from "@plimsoll/formats";

import { readConfigShape } from "../../../model/shape-config.ts";
import type { ModelShape } from "../../../model/shape.ts";
import type { Variant } from "../../../model/variant.ts";

/** The shape that a configuration states; for tests, which give whole ones. */
export function shapeOf(config: Readonly<Record<string, unknown>>): ModelShape {
  const shape = readConfigShape("config.json", parseJson(JSON.stringify(config)).value);
  if (shape.kind === "unread") throw new TypeError(shape.reason);
  return shape;
}

/** The 8B shape of the third Llama generation: 32 layers, 8 key heads of 128. */
export const LLAMA_8B: ModelShape = shapeOf({
  model_type: "llama",
  num_hidden_layers: 32,
  hidden_size: 4096,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  vocab_size: 128_256,
  max_position_embeddings: 8192,
});

/** A variant with a shape and weights of so many bytes. */
export function variantOf(shape: Variant["shape"], tensorBytes: number): Variant {
  return {
    label: "model.gguf",
    role: "model",
    format: "gguf",
    files: ["model.gguf"],
    missing: { count: 0, first: [] },
    tensorBytes,
    approximate: false,
    tensors: [],
    shape,
  };
}
