import * as v from "valibot";

import { sourceListSchema } from "../../text/source/schema.ts";

const words = v.pipe(
  v.array(v.string()),
  v.transform((list): ReadonlySet<string> => new Set(list)),
);

const chatModelFacts = v.strictObject({
  sources: sourceListSchema,
  generative: v.array(v.string()),
  conditional: v.array(v.string()),
  conditional_keys: v.array(v.string()),
  encoders: words,
  ends_known_to_llama_cpp: words,
  bos_by_default: v.strictObject({ models: words, pre_tokenizers: words }),
});

/** What tells a chat model, and where engines stop (knowledge/chat-models.yaml). */
export type ChatModelFacts = v.InferOutput<typeof chatModelFacts>;

/** Reads knowledge/chat-models.yaml. */
export function parseChatModelFacts(raw: unknown): ChatModelFacts {
  return v.parse(chatModelFacts, raw);
}
