import type { JsonValue } from "@plimsoll/formats";

import { unread } from "../kernel/unread.ts";
import { configLayerKinds } from "./shape-config-layers.ts";
import { ConfigNumbers } from "./shape-config-numbers.ts";
import {
  expertsOf,
  SHAPE_MAX_LAYERS,
  type Known,
  type ModelShape,
  type ShapeReading,
} from "./shape.ts";

/**
 * Reads the shape of a model from its `config.json` (or the `params.json` of an original release).
 *
 * Names are those that published configurations use; defaults are those of the transformers library:
 * as many key heads as heads, and heads that share the width.
 * @see https://pypi.org/project/transformers/5.24.0/#transformers/models (`configuration_*.py`), read 2026-11-25
 */
export function readConfigShape(file: string, config: JsonValue): ShapeReading {
  const numbers = new ConfigNumbers(config);
  const layers = numbers.one("num_hidden_layers", "n_layer", "n_layers", "num_layers");
  if (layers === "unknown" || layers === 0) {
    return unread(file, "its number of layers is not stated", { member: "num_hidden_layers" });
  }
  if (layers > SHAPE_MAX_LAYERS) {
    const reason = `limit SHAPE_MAX_LAYERS (${SHAPE_MAX_LAYERS}) reached`;
    return unread(file, reason, { member: "num_hidden_layers" });
  }
  const defaults: string[] = [];
  const architecture = numbers.text("model_type") ?? numbers.texts("architectures")?.[0] ?? "";
  const embedding = numbers.one("hidden_size", "n_embd", "d_model", "dim");
  const heads = numbers.one("num_attention_heads", "n_head", "n_heads", "num_heads");
  const headLength = headLengthOf(numbers, embedding, heads, defaults);
  const kvHeads = kvHeadsOf(numbers, heads, defaults);
  const kinds = configLayerKinds({ architecture, layers, embedding, numbers });
  const mla = latentAttention(numbers);
  return {
    kind: "shape",
    from: file,
    architecture,
    layers,
    embedding,
    heads,
    vocabulary: positive(numbers.one("padded_vocab_size", "vocab_size")),
    contextLength: contextOf(numbers),
    ...kinds,
    ...attentionSizes({ kinds, headLength, kvHeads, isLatent: mla.mla !== undefined, numbers }),
    ...mla,
    ...expertsOf(
      numbers.one("num_local_experts", "n_routed_experts", "num_experts", "moe_num_experts"),
      numbers.one("num_experts_per_tok", "num_experts_per_token", "moe_topk", "moe_k"),
    ),
    defaults,
  };
}

/** Sizes of heads; where window layers and global ones have heads of their own, those of each. */
function attentionSizes(input: {
  readonly kinds: Pick<ModelShape, "layerKinds" | "slidingWindow">;
  readonly headLength: Known;
  readonly kvHeads: ModelShape["kvHeads"];
  readonly isLatent: boolean;
  readonly numbers: ConfigNumbers;
}): Pick<ModelShape, "kvHeads" | "keyLength" | "valueLength" | "slidingWindow"> {
  const { kinds, headLength, kvHeads, isLatent, numbers } = input;
  const values = orElse(isLatent ? "unknown" : numbers.one("v_head_dim"), headLength);
  const globalLength = numbers.one("global_head_dim");
  const sizes = {
    kvHeads: headsByKind(kinds.layerKinds, kvHeads, numbers),
    keyLength: orElse(globalLength, headLength),
    valueLength: orElse(globalLength, values),
  };
  if (kinds.slidingWindow === undefined) return sizes;
  const keyLength = orElse(numbers.one("swa_head_dim"), headLength);
  const valueLength = orElse(numbers.one("swa_v_head_dim"), values);
  const own =
    keyLength === "unknown" || valueLength === "unknown" ? {} : { keyLength, valueLength };
  return { ...sizes, slidingWindow: { ...kinds.slidingWindow, ...own } };
}

function orElse(value: Known, fallback: Known): Known {
  return value === "unknown" ? fallback : value;
}

function headsByKind(
  kinds: ModelShape["layerKinds"],
  kvHeads: ModelShape["kvHeads"],
  numbers: ConfigNumbers,
): ModelShape["kvHeads"] {
  const global = numbers.one("num_global_key_value_heads");
  const window = numbers.one("swa_num_key_value_heads");
  if ("unknown" in kinds || typeof kvHeads !== "number") return kvHeads;
  if (global === "unknown" && window === "unknown") return kvHeads;
  return kinds.map((kind) => {
    const own = kind === "window" ? window : global;
    return own === "unknown" ? kvHeads : own;
  });
}

function positive(value: Known): Known {
  return value === 0 ? "unknown" : value;
}

function headLengthOf(
  numbers: ConfigNumbers,
  embedding: Known,
  heads: Known,
  defaults: string[],
): Known {
  const stated = positive(
    numbers.one("head_dim", "attention_head_dim", "kv_channels", "head_size", "d_kv"),
  );
  if (stated !== "unknown") return stated;
  if (embedding === "unknown" || heads === "unknown" || heads === 0) return "unknown";
  defaults.push("heads that share the width of the model");
  return Math.floor(embedding / heads);
}

function kvHeadsOf(
  numbers: ConfigNumbers,
  heads: Known,
  defaults: string[],
): Known | readonly number[] {
  const list = numbers.counts("num_key_value_heads");
  if (list !== undefined) return list;
  // Falcon's first models and StarCoder share one key head; `new_decoder_architecture` counts its own.
  const shared =
    numbers.flag("multi_query") === true && numbers.flag("new_decoder_architecture") !== true;
  if (shared) return 1;
  const stated = numbers.one("num_key_value_heads", "num_kv_heads", "n_kv_heads", "n_head_kv");
  if (stated !== "unknown") return stated;
  const grouped = numbers.one("multi_query_group_num");
  if (grouped !== "unknown" && numbers.flag("multi_query_attention") === true) return grouped;
  const nested = numbers.within("attn_config", "kv_n_heads");
  if (nested !== "unknown") return nested;
  if (heads !== "unknown") defaults.push("as many key heads as heads");
  return heads;
}

/** The trained length; where it was stretched by a stated factor, the stretched one. */
function contextOf(numbers: ConfigNumbers): Known {
  const stated = positive(
    numbers.one(
      "max_position_embeddings",
      "n_positions",
      "max_seq_len",
      "max_sequence_length",
      "seq_length",
      "n_ctx",
    ),
  );
  const original = numbers.within("rope_scaling", "original_max_position_embeddings");
  const factor = numbers.factor("rope_scaling", "factor");
  if (original === "unknown" || factor === undefined || !(factor >= 1)) return stated;
  return Math.max(stated === "unknown" ? 0 : stated, Math.floor(original * factor));
}

/** Servers cache the compressed vector of latent attention, not the keys and values it unfolds to. */
function latentAttention(numbers: ConfigNumbers): Pick<ModelShape, "mla"> {
  const kvLoraRank = numbers.one("kv_lora_rank");
  const ropeDim = numbers.one("qk_rope_head_dim");
  if (kvLoraRank === "unknown" || kvLoraRank === 0 || ropeDim === "unknown") return {};
  const indexLength = numbers.one("index_head_dim");
  return {
    mla: { kvLoraRank, ropeDim, ...(indexLength === "unknown" ? {} : { indexLength }) },
  };
}
