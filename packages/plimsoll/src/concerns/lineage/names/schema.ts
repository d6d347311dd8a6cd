import * as v from "valibot";

import { sourceSchema } from "../../../text/source/schema.ts";

const words = v.pipe(v.array(v.pipe(v.string(), v.regex(/^[a-z0-9.-]+$/u))), v.minLength(1));

const claims = v.strictObject({
  families: v.array(v.strictObject({ words, architectures: v.array(v.string()) })),
  familiesSource: sourceSchema,
  parts: words,
  fileTypes: v.strictObject({ source: sourceSchema, bits: v.record(v.string(), v.number()) }),
});

/** Facts that names are held against. */
export type NameFacts = v.InferOutput<typeof claims>;

/** Reads knowledge/name-claims.yaml. */
export function parseNameClaims(raw: unknown): NameFacts {
  return v.parse(claims, raw);
}
