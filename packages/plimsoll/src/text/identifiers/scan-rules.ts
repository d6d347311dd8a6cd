import type { ScanFinder, ScanRule } from "../scan/hit.ts";
import { findAnyCards } from "./any-cards.ts";
import { findAnySsns } from "./any-ssns.ts";
import { buildContext } from "./context.ts";
import { findEmails } from "./emails.ts";
import type { Visit } from "./found.ts";
import { findIbans } from "./ibans.ts";
import { findAddresses } from "./ip-addresses.ts";
import { NATIONAL_PHONE } from "./national-form.ts";
import { openNationalPhones, PHONE_WORD_AFTER } from "./national-phones.ts";
import { findPhones } from "./phones.ts";
import type { IdentifierFacts } from "./schema.ts";

/** Types that are looked for in traffic. */
export const TRAFFIC_TYPES = ["email", "card", "iban", "ssn", "phone", "ip"] as const;

type TrafficType = (typeof TRAFFIC_TYPES)[number];

/** Finds values of one type that begin at `from` or after. */
type Search = (text: string, from: number, visit: Visit) => void;

/** Steps a character of a search written by hand. */
const STEPS = 0.3;

/** Characters after a number within which a word may say what it is, with room for the word. */
const WORDS_AFTER = 56;

/**
 * A regular form of each type: alive from a value's first character to the one after it, which decides whether
 * the value stands alone. What may not stand before it is not waited for.
 */
const PATTERNS: Readonly<Record<TrafficType, readonly string[]>> = {
  email: [
    String.raw`(?:^|[^A-Za-z0-9._%+-])([A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,255})(?:[^A-Za-z0-9.-]|$)`,
  ],
  card: [String.raw`(?:^|[^A-Za-z0-9])(\d(?:[ \x{a0}-]?\d){11,18})(?:[^0-9]|$)`],
  iban: [
    String.raw`(?:^|[^A-Za-z0-9]|\\[nrt])([A-Za-z]{2}\d\d(?:[ \x{a0}-]?[A-Za-z0-9]){11,29})(?:[^A-Za-z0-9]|$)`,
  ],
  ssn: [`(?:^|[^0-9])([0-9]{3}[ -]?[0-9]{2}[ -]?[0-9]{4})${andAfter(WORDS_AFTER)}`],
  phone: [
    String.raw`(\+\({0,2}\d[\d ().\-/\x{a0}\x{2011}]{7,31})(?:[^0-9]|$)`,
    `(?:^|[^A-Za-z0-9])(${NATIONAL_PHONE})${andAfter(PHONE_WORD_AFTER)}`,
  ],
  ip: [
    String.raw`(?:^|[^A-Za-z0-9:.])(\d{1,3}(?:\.\d{1,3}){3})(?:[^0-9]|$)`,
    String.raw`(?:^|[^A-Za-z0-9:.])([0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]{1,44})(?:[^0-9A-Fa-f:.]|$)`,
  ],
};

/** The character after a number, which is no digit, and so many more. */
function andAfter(characters: number): string {
  return `(?:[^0-9](?s:.){0,${characters}}|$)`;
}

/**
 * Identifiers in what people type and models answer, ready to be compiled into a scan.
 *
 * Beside a model's files a published example says nothing of a person; in traffic nobody can tell an example
 * from somebody's own, so that examples, test cards and numbers in films count as well.
 */
export function identifierScanRules(
  facts: IdentifierFacts,
  only?: readonly string[],
): readonly ScanRule[] {
  const all: IdentifierFacts = {
    ...facts,
    publishedIbans: new Set(),
    testCards: new Set(),
    fictitiousPhones: [],
    emptyDomains: new Set(),
    mailboxes: new Set(),
  };
  const ssnContext = buildContext(facts.ssnContext);
  const findNationalPhones = openNationalPhones(buildContext(facts.phoneContext));
  const searches: Readonly<Record<TrafficType, Search>> = {
    email: (text, from, visit) => findEmails(text, all, visit, { mayRunOn: true, from }),
    card: (text, from, visit) => findAnyCards(text, all, visit, from),
    iban: (text, from, visit) => findIbans(text, all, visit, from),
    ssn: (text, from, visit) => findAnySsns(text, ssnContext, visit, from),
    phone: (text, from, visit) => {
      findPhones(text, all, visit, { mayRunOn: true, from });
      findNationalPhones(text, visit, from);
    },
    ip: (text, from, visit) => findAddresses(text, visit, from),
  };
  return TRAFFIC_TYPES.filter((type) => only === undefined || only.includes(type)).flatMap(
    (type) => {
      const find: ScanFinder = (text, from, visit) => {
        searches[type](text, from, ({ start, end }) => {
          visit({ start, end, type, rule: type });
        });
      };
      return PATTERNS[type].map((pattern) => ({ pattern, find, steps: STEPS }));
    },
  );
}
