import * as v from "valibot";

import { sourceListSchema } from "../../../text/source/schema.ts";

const vocabularyFit = v.strictObject({
  sources: sourceListSchema,
  embeddings: v.array(v.string()),
  aside: v.array(v.string()),
  padding_keys: v.array(v.string()),
  moved: v.array(v.string()),
});

/** Where a vocabulary meets the weights (knowledge/vocabulary-fit.yaml). */
export type VocabularyFitFacts = v.InferOutput<typeof vocabularyFit>;

/** Reads knowledge/vocabulary-fit.yaml. */
export function parseVocabularyFitFacts(raw: unknown): VocabularyFitFacts {
  return v.parse(vocabularyFit, raw);
}
