import * as v from "valibot";

import { sourceSchema } from "../source/schema.ts";

const words = v.array(v.string());

const schema = v.strictObject({
  source: sourceSchema,
  leftOut: words,
  allowed: words,
  stopWords: words,
  rules: v.array(
    v.strictObject({
      id: v.pipe(v.string(), v.regex(/^[a-z0-9-]+$/)),
      regex: v.string(),
      keywords: v.pipe(words, v.minLength(1)),
      entropy: v.optional(v.number()),
      group: v.optional(v.number()),
      allowlists: v.optional(
        v.array(
          v.strictObject({
            condition: v.optional(v.picklist(["AND", "OR"])),
            target: v.optional(v.picklist(["match", "line"])),
            regexes: v.optional(words),
            stopWords: v.optional(words),
            hasPaths: v.optional(v.boolean()),
          }),
        ),
      ),
    }),
  ),
});

/** What `knowledge/secret-rules.yaml` says. */
export type SecretRules = v.InferOutput<typeof schema>;

/**
 * Reads the rules of `knowledge/secret-rules.yaml`.
 * @throws ValiError when they do not fit the schema.
 */
export function parseSecretRules(raw: unknown): SecretRules {
  return v.parse(schema, raw);
}
