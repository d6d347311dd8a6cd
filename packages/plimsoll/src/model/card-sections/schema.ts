import * as v from "valibot";

import { sourceSchema } from "../../text/source/schema.ts";

const schema = v.strictObject({
  source: sourceSchema,
  /** Texts that a template leaves where an answer belongs, in lower case. */
  placeholders: v.array(v.string()),
  /** Phrases of headings in lower case, by kind and language. */
  sections: v.record(v.string(), v.record(v.string(), v.array(v.pipe(v.string(), v.minLength(1))))),
});

/** What the headings of model cards are called, in several languages. */
export type CardSectionFacts = v.InferOutput<typeof schema>;

/** Reads knowledge/card-sections.yaml. */
export function parseCardSections(raw: unknown): CardSectionFacts {
  return v.parse(schema, raw);
}
