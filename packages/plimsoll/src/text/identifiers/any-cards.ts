import { isDigit, isWord } from "../ascii.ts";
import { isIssued } from "./cards.ts";
import type { Visit } from "./found.ts";
import type { IdentifierFacts } from "./schema.ts";

/** Digits of the shortest and the longest card number (ISO/IEC 7812-1). */
const MIN_DIGITS = 12;
const MAX_DIGITS = 19;

/** Groups that one number is written in. */
const MAX_GROUPS = 6;

/** Characters between two groups of one number. */
const SEPARATORS = new Set([0x20, 0x2d, 0xa0]);

/** A stretch of digits. */
type Group = { readonly start: number; readonly end: number };

/**
 * Finds whatever could be a payment card: a network's first digits and length, and the Luhn check digit, with
 * nothing near to speak of it, and also amid other numbers. One such number in ten is none; a card let through
 * is worse.
 */
export function findAnyCards(
  text: string,
  { cardLengths }: Pick<IdentifierFacts, "cardLengths">,
  visit: Visit,
  /** Where to begin: what goes before is only looked at. */
  from = 0,
): void {
  for (let at = from; at < text.length;) {
    if (!isDigit(text.charCodeAt(at))) {
      at += 1;
      continue;
    }
    const groups = groupsFrom(text, at);
    at = groups.at(-1)?.end ?? at + 1;
    for (let first = 0; first < groups.length;) {
      first = visitLongest(text, groups, first, cardLengths, visit);
    }
  }
}

/** The groups of a run of digits that single separators part. */
function groupsFrom(text: string, start: number): readonly Group[] {
  const groups: Group[] = [];
  for (let at = start; ;) {
    const from = at;
    while (isDigit(text.charCodeAt(at))) at += 1;
    groups.push({ start: from, end: at });
    if (!SEPARATORS.has(text.charCodeAt(at)) || !isDigit(text.charCodeAt(at + 1))) return groups;
    at += 1;
  }
}

/** Visits the longest card that begins with a group; returns the group to go on with. */
function visitLongest(
  text: string,
  groups: readonly Group[],
  first: number,
  lengths: IdentifierFacts["cardLengths"],
  visit: Visit,
): number {
  const start = groups[first]?.start ?? 0;
  const most = Math.min(groups.length, first + MAX_GROUPS);
  let digits = 0;
  for (let at = first; at < most; at += 1) digits += lengthOf(groups[at]);
  for (let last = most - 1; last >= first && digits >= MIN_DIGITS; last -= 1) {
    const end = groups[last]?.end ?? start;
    const count = digits;
    digits -= lengthOf(groups[last]);
    if (count > MAX_DIGITS || !standsAlone(text, start, end)) continue;
    // Nine of ten numbers end here, and nothing was made for them.
    if (!fitsLuhn(text, start, end)) continue;
    const value = digitsOf(text, start, end);
    if (!isIssued(value, lengths)) continue;
    visit({ start, end, value });
    return last + 1;
  }
  return first + 1;
}

function lengthOf(group: Group | undefined): number {
  return group === undefined ? 0 : group.end - group.start;
}

/** The check of Luhn over the digits of a stretch, as `passesLuhn` has it for a number. */
function fitsLuhn(text: string, start: number, end: number): boolean {
  let sum = 0;
  let isDoubled = false;
  for (let at = end - 1; at >= start; at -= 1) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) continue;
    const value = isDoubled ? digit * 2 : digit;
    sum += value > 9 ? value - 9 : value;
    isDoubled = !isDoubled;
  }
  return sum % 10 === 0;
}

function digitsOf(text: string, start: number, end: number): string {
  let digits = "";
  for (let at = start; at < end; at += 1)
    if (isDigit(text.charCodeAt(at))) digits += text.charAt(at);
  return digits;
}

/** Not within a word, a hash or a longer number. */
function standsAlone(text: string, start: number, end: number): boolean {
  return !isWord(text.charCodeAt(start - 1)) && !isWord(text.charCodeAt(end));
}
