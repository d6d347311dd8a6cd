import * as v from "valibot";

const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const prefix = v.pipe(count, v.maxValue(9999));
const sourced = { source: v.pipe(v.string(), v.url()), read: v.pipe(v.string(), v.isoDate()) };
const context = v.array(v.strictObject({ language: v.string(), words: v.array(v.string()) }));
const digits = v.array(v.pipe(v.string(), v.regex(/^[0-9 -]+$/u)));
const words = v.array(v.string());

const schema = v.strictObject({
  iban: v.strictObject({
    ...sourced,
    lengths: v.record(v.pipe(v.string(), v.regex(/^[A-Z]{2}$/u)), count),
    published: words,
  }),
  cards: v.strictObject({
    ...sourced,
    networks: v.array(
      v.strictObject({ name: v.string(), from: prefix, to: prefix, lengths: v.array(count) }),
    ),
    context,
  }),
  testCards: v.strictObject({ ...sourced, numbers: digits }),
  ssn: v.strictObject({ ...sourced, context, published: digits }),
  phones: v.strictObject({
    ...sourced,
    countryCodes: v.array(count),
    fictitious: v.array(v.pipe(v.string(), v.regex(/^[0-9?]+$/u))),
  }),
  domains: v.strictObject({ ...sourced, reserved: words, fillers: words, machines: words }),
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
    publishedIbans: new Set(facts.iban.published.map(bare)),
    cardLengths: lengthsByPrefix(facts.cards.networks),
    cardContext: facts.cards.context.flatMap((one) => one.words),
    testCards: new Set(facts.testCards.numbers.map(bare)),
    ssnContext: facts.ssn.context.flatMap((one) => one.words),
    publishedSsns: new Set(facts.ssn.published.map(bare)),
    countryCodes: new Set(facts.phones.countryCodes.map(String)),
    fictitiousPhones: facts.phones.fictitious,
    emptyDomains: new Set([
      ...facts.domains.reserved,
      ...facts.domains.fillers,
      ...facts.domains.machines,
    ]),
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

function bare(text: string): string {
  return text.replaceAll(/[ -]/gu, "");
}
