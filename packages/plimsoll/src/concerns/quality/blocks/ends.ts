import { jsonArray, jsonBoolean, jsonMember, jsonString, type JsonValue } from "@plimsoll/formats";

import type { Variant } from "../../../model/variant.ts";

/** Names of the table that turns tokens into vectors. */
const EMBEDDING =
  /(?:^|\.)(?:embed_tokens|embed_in|token_embd|tok_embeddings|wte|word_embeddings|embeddings?)\.weight$/u;

/** Names of the table that turns vectors into tokens. */
const OUTPUT = /(?:^|\.)(?:lm_head|embed_out|output|output_layer)(?:\.|$)/u;

/** What a model lacks at its ends. */
export type MissingEnd = "no-embedding" | "no-output";

/**
 * Tells whether the tables at both ends of a language model are there. An output table may be left out
 * where the configuration ties it to the first; where it says that it does not, loaders fill it with chance.
 */
export function missingEnds(
  variant: Variant,
  config: JsonValue | undefined,
): readonly MissingEnd[] {
  const { tensors, format } = variant;
  if (tensors === "unknown") return [];
  const has = (pattern: RegExp): boolean => tensors.some(({ name }) => pattern.test(name));
  if (format === "gguf") return has(EMBEDDING) ? [] : ["no-embedding"];
  if (config === undefined || !isCausal(config)) return [];
  return [
    ...(has(EMBEDDING) ? [] : (["no-embedding"] as const)),
    ...(tied(config) === false && !has(OUTPUT) ? (["no-output"] as const) : []),
  ];
}

/** True for a model that says it writes text; one that ranks, embeds or classifies has no output table. */
function isCausal(config: JsonValue): boolean {
  const classes = jsonArray(jsonMember(config, "architectures")) ?? [];
  return classes.some((one) => jsonString(one)?.endsWith("ForCausalLM") === true);
}

function tied(config: JsonValue): boolean | undefined {
  return jsonBoolean(jsonMember(config, "tie_word_embeddings"));
}
