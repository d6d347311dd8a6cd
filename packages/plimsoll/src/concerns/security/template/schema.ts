import * as v from "valibot";

import { sourceListSchema } from "../../../text/source/schema.ts";

const words = v.pipe(
  v.array(v.string()),
  v.transform((list): ReadonlySet<string> => new Set(list)),
);

const templateFacts = v.strictObject({
  sources: sourceListSchema,
  functions: words,
  methods: words,
  filters: words,
  tests: words,
  names: words,
  reach: v.strictObject({ names: words, attributes: words, filters: words, statements: words }),
  limits: v.strictObject({ range: v.number(), repeat: v.number() }),
});

/** What a chat template may use (knowledge/templates.yaml). */
export type TemplateFacts = v.InferOutput<typeof templateFacts>;

/** Reads knowledge/templates.yaml. */
export function parseTemplateFacts(raw: unknown): TemplateFacts {
  return v.parse(templateFacts, raw);
}
