import * as v from "valibot";

import { sourceSchema } from "../source/schema.ts";

const sourced = { source: sourceSchema };
const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const bits = v.pipe(v.number(), v.minValue(0), v.maxValue(8));
const named = { id: v.string(), title: v.string() };
const texts = v.array(v.pipe(v.string(), v.minLength(1)));

const schema = v.strictObject({
  tokens: v.array(
    v.strictObject({
      ...named,
      starts: texts,
      pattern: v.string(),
      least: count,
      entropy: bits,
      companion: v.optional(v.string()),
      ...sourced,
    }),
  ),
  privateKey: v.strictObject({ ...named, ...sourced }),
  assignment: v.strictObject({
    ...named,
    names: texts,
    least: count,
    longest: count,
    entropy: bits,
    settings: texts,
    ...sourced,
  }),
  placeholders: v.strictObject({ ...sourced, parts: texts, published: texts }),
});

/** What `knowledge/secrets.yaml` says of credentials. */
export type SecretFacts = v.InferOutput<typeof schema>;

/** One kind of token with a form of its own. */
export type TokenRule = SecretFacts["tokens"][number];

/**
 * Reads the facts of `knowledge/secrets.yaml`.
 * @throws ValiError when they do not fit the schema.
 */
export function parseSecretFacts(raw: unknown): SecretFacts {
  return v.parse(schema, raw);
}
