import * as v from "valibot";

import { sourceSchema } from "../source/schema.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const prefix = v.pipe(count, v.maxValue(9999));
const sourced = { source: sourceSchema };
const context = v.array(v.strictObject({ language: v.string(), words: v.array(v.string()) }));
const digits = v.array(v.pipe(v.string(), v.regex(/^[0-9 -]+$/u)));
const words = v.array(v.string());
const published = v.array(v.strictObject({ ...sourced, numbers: v.array(v.string()) }));

const schema = v.strictObject({
  iban: v.strictObject({
    ...sourced,
    lengths: v.record(v.pipe(v.string(), v.regex(/^[A-Z]{2}$/u)), count),
    published,
  }),
  cards: v.strictObject({
    ...sourced,
    networks: v.array(
      v.strictObject({ name: v.string(), from: prefix, to: prefix, lengths: v.array(count) }),
    ),
    context,
  }),
  testCards: v.array(v.strictObject({ ...sourced, numbers: digits })),
  ssn: v.strictObject({ ...sourced, context, published }),
  phones: v.strictObject({
    ...sourced,
    countryCodes: v.array(count),
    context,
    fictitious: v.strictObject({
      ...sourced,
      starts: v.array(v.pipe(v.string(), v.regex(/^[0-9?]+$/u))),
    }),
  }),
  domains: v.array(v.strictObject({ ...sourced, names: words })),
  mailboxes: v.strictObject({ ...sourced, names: words }),
  topLevel: v.strictObject({ ...sourced, generic: words, countries: words }),
});

/** What `knowledge/identifiers.yaml` says, ready to be asked. Numbers are bare digits, words lower case. */
export type IdentifierFacts = {
  /** Characters of an IBAN, by country. */
  readonly ibanLengths: ReadonlyMap<string, number>;
  readonly publishedIbans: ReadonlySet<string>;
  /** Lengths of card numbers by their first digits; several networks may share both. */
  readonly cardLengths: ReadonlyMap<string, readonly number[]>;
  readonly cardContext: readonly string[];
  readonly testCards: ReadonlySet<string>;
  readonly ssnContext: readonly string[];
  readonly publishedSsns: ReadonlySet<string>;
  /** Assigned country calling codes, without the plus. */
  readonly countryCodes: ReadonlySet<string>;
  readonly phoneContext: readonly string[];
  /** First digits of numbers that nobody has; `?` stands for one digit. */
  readonly fictitiousPhones: readonly string[];
  /** Domains that stand for nobody, with everything below them. */
  readonly emptyDomains: ReadonlySet<string>;
  /** Names before the @ that stand for no person. */
  readonly mailboxes: ReadonlySet<string>;
  readonly topLevels: ReadonlySet<string>;
};

/**
 * Reads the facts of `knowledge/identifiers.yaml`.
 * @throws ValiError when they do not fit the schema.
 */
export function parseIdentifierFacts(raw: unknown): IdentifierFacts {
  const facts = v.parse(schema, raw);
  return {
    ibanLengths: new Map(Object.entries(facts.iban.lengths)),
    publishedIbans: numbersOf(facts.iban.published),
    cardLengths: lengthsByPrefix(facts.cards.networks),
    cardContext: facts.cards.context.flatMap((one) => one.words),
    testCards: numbersOf(facts.testCards),
    ssnContext: facts.ssn.context.flatMap((one) => one.words),
    publishedSsns: numbersOf(facts.ssn.published),
    countryCodes: new Set(facts.phones.countryCodes.map(String)),
    phoneContext: facts.phones.context.flatMap((one) => one.words),
    fictitiousPhones: facts.phones.fictitious.starts,
    emptyDomains: new Set(facts.domains.flatMap(({ names }) => names)),
    mailboxes: new Set(facts.mailboxes.names),
    topLevels: new Set([...facts.topLevel.generic, ...facts.topLevel.countries]),
  };
}

/** Every prefix of each range, at most 9,000: a look-up then costs no walk over ranges. */
function lengthsByPrefix(
  networks: readonly { readonly from: number; readonly to: number; readonly lengths: number[] }[],
): ReadonlyMap<string, readonly number[]> {
  const byPrefix = new Map<string, readonly number[]>();
  for (const { from, to, lengths } of networks) {
    for (let prefix = from; prefix <= to; prefix += 1) {
      const key = String(prefix);
      byPrefix.set(key, [...(byPrefix.get(key) ?? []), ...lengths]);
    }
  }
  return byPrefix;
}

/** Numbers of every source, without what is in them for the reader. */
function numbersOf(lists: readonly { readonly numbers: readonly string[] }[]): ReadonlySet<string> {
  return new Set(lists.flatMap(({ numbers }) => numbers.map(bare)));
}

function bare(text: string): string {
  return text.replaceAll(/[ -]/gu, "");
}
