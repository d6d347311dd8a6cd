import type { KeywordScanner } from "../scan.ts";
import { passesLuhn } from "./check-digits.ts";
import { openContext } from "./context.ts";
import { visitDigitGroups, type DigitGroups } from "./digit-groups.ts";
import type { Found, Visit } from "./found.ts";
import type { IdentifierFacts } from "./schema.ts";

/** What decides whether a text's numbers are cards. */
export type CardSigns = {
  readonly facts: Pick<IdentifierFacts, "cardLengths" | "testCards">;
  /** Words that speak of cards, by `buildContext`. */
  readonly context: KeywordScanner;
  /** True for a table whose first line names its columns. */
  readonly hasHeader: boolean;
};

/**
 * Finds payment card numbers: a network's first digits and length, and the Luhn check digit.
 *
 * One number in ten passes Luhn by chance, so bare digits need more: a context word near them, or a text in
 * which most numbers of that shape pass. Digits grouped as cards print them need no more.
 */
export function findCards(text: string, signs: CardSigns, visit: Visit): void {
  const near = openContext(signs.context, text, signs);
  let isList: boolean | undefined;
  visitDigitGroups(text, (run) => {
    const card = cardOf(text, run);
    if (card === undefined || !isCard(card.value, signs.facts)) return;
    if (run.separator !== "" || near(card.start, card.end)) visit(card);
    else if ((isList ??= mostPass(text, signs.facts))) visit(card);
  });
}

/** Passing numbers from which a share says something: by chance, 6 of 12 pass once in 2,000 texts. */
const SHARE_LEAST = 6;

/** True when at least half of the bare numbers that could be cards pass, and they are not few. */
function mostPass(text: string, facts: CardSigns["facts"]): boolean {
  let candidates = 0;
  let passing = 0;
  visitDigitGroups(text, ({ separator, digits }) => {
    if (separator !== "" || !isIssued(digits, facts.cardLengths)) return;
    candidates += 1;
    if (isCard(digits, facts)) passing += 1;
  });
  return passing >= SHARE_LEAST && passing * 2 >= candidates;
}

function isCard(digits: string, { cardLengths, testCards }: CardSigns["facts"]): boolean {
  return (
    passesLuhn(digits) && isIssued(digits, cardLengths) && !testCards.has(digits) && !isDull(digits)
  );
}

/** Groups as cards print them: fours, 4-6-5 (American Express), 4-6-4 (Diners Club). */
const PRINTED = new Set(["4,4,4,4", "4,4,4,4,3", "4,6,5", "4,6,4", "4,4,4,1"]);

/** True amid groups of four hexadecimal digits: `527D 5282 5281 5290 5293` lists characters. */
function isBesideGroups(text: string, { start, end, separator }: DigitGroups): boolean {
  const before = text.charAt(start - 1) === separator ? text.slice(start - 5, start - 1) : "";
  const after = text.charAt(end) === separator ? text.slice(end + 1, end + 5) : "";
  return isHexGroup(before) || isHexGroup(after);
}

function isHexGroup(text: string): boolean {
  return /^[0-9A-Fa-f]{4}$/u.test(text) && /[0-9]/u.test(text);
}

/** The number in a run, or none: a date such as `12/27` may follow it as one more group. */
function cardOf(text: string, run: DigitGroups): Found | undefined {
  if (run.separator === "") return { start: run.start, end: run.end, value: run.digits };
  if (run.separator === "mixed" || isBesideGroups(text, run)) return undefined;
  if (PRINTED.has(run.groups.join(","))) {
    return { start: run.start, end: run.end, value: run.digits };
  }
  const shorter = run.groups.slice(0, -1);
  const last = run.groups.at(-1) ?? 0;
  if (last !== 2 || text.charAt(run.end) !== "/" || !PRINTED.has(shorter.join(",")))
    return undefined;
  return { start: run.start, end: run.end - last - 1, value: run.digits.slice(0, -last) };
}

/** Digits of the longest first digits that a network is known by. */
const MAX_PREFIX = 4;

/** True for the first digits and the length of a network. */
export function isIssued(digits: string, lengths: IdentifierFacts["cardLengths"]): boolean {
  for (let size = 1; size <= MAX_PREFIX; size += 1) {
    if (lengths.get(digits.slice(0, size))?.includes(digits.length) === true) return true;
  }
  return false;
}

/** Two digits at most, such as 4444 4444 4444 4448: typed by a person, given to none. */
function isDull(digits: string): boolean {
  return new Set(digits).size <= 2;
}
