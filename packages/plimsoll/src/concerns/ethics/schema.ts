import * as v from "valibot";

import { sourceSchema } from "../../text/source/schema.ts";

const text = v.pipe(v.string(), v.minLength(1));
const words = v.array(text);
const claim = v.strictObject({ says: text, words });

const audienceSchema = v.strictObject({
  claims: v.strictObject({ source: sourceSchema, adult: claim, unfiltered: claim }),
  detectors: words,
  judgingTasks: words,
  parts: v.strictObject({ source: sourceSchema, checkers: words, bans: words }),
  companions: v.strictObject({ source: sourceSchema, names: words }),
  gates: v.strictObject({ source: sourceSchema, texts: words, fields: text, geography: text }),
});

/** What `knowledge/audience.yaml` says. */
export type AudienceFacts = v.InferOutput<typeof audienceSchema>;

/**
 * Reads knowledge/audience.yaml.
 * @throws ValiError when it does not fit the schema.
 */
export function parseAudienceFacts(raw: unknown): AudienceFacts {
  return v.parse(audienceSchema, raw);
}

const code = v.pipe(v.string(), v.regex(/^[a-z]{2,3}$/u));

const languageSchema = v.strictObject({
  source: sourceSchema,
  countries: v.record(v.pipe(v.string(), v.regex(/^[A-Z]{2}$/u)), v.array(code)),
  aliases: v.record(v.string(), code),
  many: words,
  notSpoken: words,
});

/** What `knowledge/languages.yaml` says. */
export type LanguageFacts = v.InferOutput<typeof languageSchema>;

/**
 * Reads knowledge/languages.yaml.
 * @throws ValiError when it does not fit the schema.
 */
export function parseLanguageFacts(raw: unknown): LanguageFacts {
  return v.parse(languageSchema, raw);
}
