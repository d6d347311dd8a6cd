import { isDigit, isWord, touchesWord } from "../ascii.ts";
import type { Found, Visit } from "./found.ts";
import type { IdentifierFacts } from "./schema.ts";

/**
 * Finds telephone numbers in international form: a plus, an assigned country code, 9 to 15 digits in all, in
 * groups as people write them.
 *
 * National forms are left alone: without a country, a third and more of all random digits are valid somewhere.
 * @see ITU-T E.164
 */
export function findPhones(
  text: string,
  facts: Pick<IdentifierFacts, "countryCodes" | "fictitiousPhones">,
  visit: Visit,
  {
    mayRunOn = false,
    from = 0,
  }: {
    /** True where digits after a number that are too many to belong to it may follow it. */
    readonly mayRunOn?: boolean;
    /** Where to begin: what goes before is only looked at. */
    readonly from?: number;
  } = {},
): void {
  let plus = text.indexOf("+", from);
  while (plus >= 0) {
    const found = isArithmetic(text, plus)
      ? undefined
      : readPhone(text, plus, facts.countryCodes, mayRunOn);
    if (found !== undefined && !isFictitious(found.value, facts.fictitiousPhones)) visit(found);
    plus = text.indexOf("+", Math.max(plus + 1, found?.end ?? 0));
  }
}

/** Characters that one number is written in: 15 digits and the signs between them (CWE-1333). */
const MAX_CHARACTERS = 32;
const MIN_DIGITS = 9;
const MAX_DIGITS = 15;

function readPhone(
  text: string,
  plus: number,
  countryCodes: ReadonlySet<string>,
  mayRunOn: boolean,
): Found | undefined {
  for (let last = lastDigit(text, plus); last !== undefined;) {
    const found = readUpTo(text, plus, last, countryCodes);
    if (found !== undefined || !mayRunOn) return found;
    last = groupBefore(text, plus, last);
  }
  return undefined;
}

/** The last digit of the group before the one that a digit ends. */
function groupBefore(text: string, plus: number, last: number): number | undefined {
  let at = last;
  while (at > plus && isDigit(text.charCodeAt(at))) at -= 1;
  while (at > plus && !isDigit(text.charCodeAt(at))) at -= 1;
  return at > plus ? at : undefined;
}

function readUpTo(
  text: string,
  plus: number,
  last: number,
  countryCodes: ReadonlySet<string>,
): Found | undefined {
  if (isWord(text.charCodeAt(last + 1))) return undefined;
  const written = text.slice(plus + 1, last + 1);
  const groups = written.split(/[^0-9]+/u).filter((group) => group !== "");
  const digits = groups.join("");
  if (digits.length < MIN_DIGITS || digits.length > MAX_DIGITS) return undefined;
  if (!isNumber(digits, countryCodes) || !isWrittenAsPhone(written, groups)) return undefined;
  return { start: plus, end: last + 1, value: digits };
}

/** A plus after a name, a number or another sign adds; one before a phone number stands free. */
function isArithmetic(text: string, plus: number): boolean {
  const before = text.charCodeAt(plus - 1);
  return touchesWord(text, plus - 1) || before === 0x2b || before === 0x2f || before === 0x2d;
}

/** The last digit reached by digits and single signs, or none when it does not begin like a number. */
function lastDigit(text: string, plus: number): number | undefined {
  let last: number | undefined;
  let signs = 0;
  for (let at = plus + 1; at <= plus + MAX_CHARACTERS; at += 1) {
    const code = text.charCodeAt(at);
    if (isDigit(code)) {
      last = at;
      signs = 0;
    } else {
      signs += 1;
      // `) ` and ` (` are the longest that people write between two digits.
      if (!SIGNS.has(code) || signs > 2 || (last === undefined && code !== 0x28)) break;
    }
  }
  return last;
}

const SIGNS = new Set(Array.from(" -.()/\u00A0\u2011", (sign) => sign.charCodeAt(0)));

/** Begins with an assigned code and is no round sum. North America has ten digits after its 1, none of the first 0 or 1. */
function isNumber(digits: string, countryCodes: ReadonlySet<string>): boolean {
  if (digits.endsWith("000000")) return false;
  if (digits.startsWith("1")) return /^1[2-9]\d\d[2-9]\d{6}$/u.test(digits);
  return [1, 2, 3].some((length) => countryCodes.has(digits.slice(0, length)));
}

/**
 * Keeps decimals and lists out: a point parts three groups at least, and after the country and the area no group
 * but the last is a single digit.
 */
function isWrittenAsPhone(written: string, groups: readonly string[]): boolean {
  if (written.includes(".") && groups.length < 3) return false;
  if (groups.length > 7) return false;
  return groups.slice(2, -1).every((group) => group.length >= 2 || written.includes("(0)"));
}

function isFictitious(digits: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    if (digits.length < pattern.length) return false;
    for (let index = 0; index < pattern.length; index += 1) {
      const wanted = pattern.charAt(index);
      if (wanted !== "?" && wanted !== digits.charAt(index)) return false;
    }
    return true;
  });
}
