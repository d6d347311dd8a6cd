import type { GgufFile } from "@plimsoll/formats";

import { unread } from "../kernel/unread.ts";
import { GgufNumbers } from "./shape-gguf-numbers.ts";
import { ggufLayerKinds } from "./shape-gguf-layers.ts";
import {
  expertsOf,
  SHAPE_MAX_LAYERS,
  type Known,
  type ModelShape,
  type ShapeReading,
} from "./shape.ts";

/**
 * Reads the shape of a model from the metadata of its GGUF file.
 *
 * Defaults are those of llama.cpp: as many key heads as heads, and heads that share the width.
 * @see https://github.com/ggml-org/llama.cpp/tree/0c1e57098 gguf-py/gguf/constants.py (names of keys) and
 * src/llama-model.cpp (defaults), read 2026-11-25
 */
export function readGgufShape(file: string, gguf: GgufFile): ShapeReading {
  const named = gguf.metadata.get("general.architecture");
  if (named?.type !== "string" || named.value === "") {
    return unread(file, "its architecture is not stated", { member: "general.architecture" });
  }
  const numbers = new GgufNumbers(gguf, named.value);
  const layers = numbers.one("block_count");
  const member = `${named.value}.block_count`;
  if (layers === "unknown" || layers === 0) {
    return unread(file, "its number of layers is not stated", { member });
  }
  if (layers > SHAPE_MAX_LAYERS) {
    return unread(file, `limit SHAPE_MAX_LAYERS (${SHAPE_MAX_LAYERS}) reached`, { member });
  }
  return shapeOf(file, named.value, layers, numbers);
}

function shapeOf(
  file: string,
  architecture: string,
  layers: number,
  numbers: GgufNumbers,
): ModelShape {
  const defaults: string[] = [];
  const embedding = numbers.one("embedding_length");
  const heads = numbers.perLayer("attention.head_count", layers);
  const kvHeads = or(numbers.perLayer("attention.head_count_kv", layers), heads, () => {
    defaults.push("as many key heads as heads");
  });
  const shared = (): Known => {
    const most = typeof heads === "object" ? Math.max(...heads) : heads;
    if (embedding === "unknown" || most === "unknown" || most === 0) return "unknown";
    defaults.push("heads that share the width of the model");
    return Math.floor(embedding / most);
  };
  const keyLength = numbers.one("attention.key_length");
  const valueLength = numbers.one("attention.value_length");
  const { kinds, ...parts } = ggufLayerKinds({ architecture, layers, embedding, kvHeads, numbers });
  return {
    kind: "shape",
    from: file,
    architecture,
    layers,
    embedding,
    heads,
    kvHeads,
    keyLength: keyLength === "unknown" ? shared() : keyLength,
    valueLength: valueLength === "unknown" ? shared() : valueLength,
    vocabulary: vocabularyOf(numbers),
    contextLength: numbers.one("context_length"),
    layerKinds: kinds,
    ...parts,
    ...latentAttention(numbers),
    ...expertsOf(numbers.one("expert_count"), numbers.one("expert_used_count")),
    defaults: [...new Set(defaults)],
  };
}

function or<T>(value: T | "unknown", fallback: T | "unknown", tell: () => void): T | "unknown" {
  if (value !== "unknown") return value;
  if (fallback !== "unknown") tell();
  return fallback;
}

/** llama.cpp makes one row of logits a token: the stated size, else the length of the token list. */
function vocabularyOf(numbers: GgufNumbers): Known {
  const stated = numbers.one("vocab_size");
  return stated === "unknown" ? numbers.tokens() : stated;
}

/** A file made before latent attention was cached as such lacks these keys, and is loaded with whole keys and values. */
function latentAttention(numbers: GgufNumbers): Pick<ModelShape, "mla"> {
  const kvLoraRank = numbers.one("attention.kv_lora_rank");
  const ropeDim = numbers.one("rope.dimension_count");
  const split = numbers.one("attention.key_length_mla");
  if (kvLoraRank === "unknown" || ropeDim === "unknown" || split === "unknown") return {};
  const indexLength = numbers.one("attention.indexer.key_length");
  return {
    mla: { kvLoraRank, ropeDim, ...(indexLength === "unknown" ? {} : { indexLength }) },
  };
}
