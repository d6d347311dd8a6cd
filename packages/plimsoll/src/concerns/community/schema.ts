import * as v from "valibot";

import { sourceSchema } from "../../text/source/schema.ts";

const words = v.array(v.pipe(v.string(), v.minLength(1)));
const sourced = { source: sourceSchema };

const languageSchema = v.strictObject({
  /** What a publisher calls the thing itself. */
  subjects: words,
  /** Words that may stand between it and what is said of it. */
  between: words,
  /** Words that may stand anywhere and change nothing. */
  adverbs: v.optional(words, []),
  /** Words after which nothing is said: conditions and denials. */
  unless: words,
  ended: words,
  replaced: words,
  /** Last words of what has ended that say so only where none of `closes` follows: "supported", but not "by". */
  open: v.optional(words, []),
  closes: v.optional(words, []),
  /** Words that say it alone, at the top of a page. */
  labels: words,
  /** Words beside which a date is that of a release or change. */
  released: words,
});

const schema = v.strictObject({
  months: v.strictObject({
    ...sourced,
    names: v.record(v.string(), v.pipe(v.array(words), v.length(12))),
  }),
  notices: v.strictObject({ ...sourced, languages: v.record(v.string(), languageSchema) }),
  endedTags: v.strictObject({ ...sourced, tags: words }),
  funding: v.strictObject({
    ...sourced,
    services: v.record(v.string(), v.pipe(v.string(), v.startsWith("https://"), v.includes("{}"))),
  }),
  links: v.strictObject({ ...sourced, funding: words, tracker: words, chat: words }),
});

/** The words of one language by which publishers speak of their own models. */
export type NoticeWords = v.InferOutput<typeof languageSchema>;

/** What `knowledge/community.yaml` says. */
export type CommunityFacts = v.InferOutput<typeof schema> & {
  /** Number of a month, from 1, by its name in lower case in any of the languages. */
  readonly monthNumbers: ReadonlyMap<string, number>;
};

/**
 * Reads knowledge/community.yaml.
 * @throws ValiError when it does not fit the schema.
 */
export function parseCommunityFacts(raw: unknown): CommunityFacts {
  const facts = v.parse(schema, raw);
  const monthNumbers = new Map(
    Object.values(facts.months.names).flatMap((names) =>
      names.flatMap((forms, index) => forms.map((form) => [form, index + 1] as const)),
    ),
  );
  return { ...facts, monthNumbers };
}
