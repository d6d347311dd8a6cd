import { isDigit, isWord } from "../ascii.ts";
import type { KeywordScanner } from "../scan.ts";
import { AFTER_CHARACTERS, openContext, type ContextFinder } from "./context.ts";
import type { Visit } from "./found.ts";
import { nationalPhoneEnd } from "./national-form.ts";

/** Digits of numbers in their own country, an area and an international prefix such as 001 included. */
const LEAST_DIGITS = 7;
const MOST_DIGITS = 13;

/** Characters after a number within which a word begins that speaks of it: `… -Office`, `… (mobile)`. */
const RIGHT_AFTER = 3;

/** Characters after a number that are looked at: the longest such word. */
export const PHONE_WORD_AFTER = 14;

/**
 * Finds telephone numbers without a plus: in the form of North America, three, three and four digits; or in
 * groups of any kind after a word that speaks of a telephone. Without the word the digits of other countries
 * are like any others.
 */
export function openNationalPhones(
  /** Words that speak of telephones, by `buildContext`. */
  context: KeywordScanner,
): (text: string, visit: Visit, from?: number) => void {
  return (text, visit, from = 0) => {
    const near = openContext(context, text, { hasHeader: false, from });
    for (let start = from; start < text.length;) {
      const end = nationalPhoneEnd(text, start);
      if (end !== undefined) visitPhone(text, start, end, near, visit);
      start = end ?? start + 1;
    }
  };
}

function visitPhone(
  text: string,
  start: number,
  end: number,
  near: ContextFinder,
  visit: Visit,
): void {
  if (!standsAlone(text, start, end)) return;
  const written = text.slice(start, end);
  const extension = written.indexOf("x");
  const number = extension < 0 ? written : written.slice(0, extension);
  // Most digits are no number at all: they are counted before anything is made of them.
  const count = digitsIn(number);
  if (count < LEAST_DIGITS || count > MOST_DIGITS || count === number.length) return;
  const groups = number.split(/[^0-9]+/u).filter((group) => group !== "");
  if (groups.length < 2 || isDate(groups) || !isBalanced(written)) return;
  const isCalled = isNorthAmerican(groups) || near(start, end - AFTER_CHARACTERS + RIGHT_AFTER);
  if (isCalled) visit({ start, end, value: groups.join("") });
}

function digitsIn(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) if (isDigit(text.charCodeAt(at))) count += 1;
  return count;
}

/** No name, longer number, fraction or path touches it. */
function standsAlone(text: string, start: number, end: number): boolean {
  const before = text.charCodeAt(start - 1);
  if (isWord(before) || SUMS.has(before) || isWord(text.charCodeAt(end))) return false;
  if (BEFORE.has(before) && isWord(text.charCodeAt(start - 2))) return false;
  return !(AFTER.has(text.charCodeAt(end)) && isDigit(text.charCodeAt(end + 1)));
}

const SUMS = new Set(Array.from("+$€£#=", (sign) => sign.charCodeAt(0)));
const BEFORE = new Set(Array.from(".-/,:", (sign) => sign.charCodeAt(0)));
const AFTER = new Set(Array.from(".-/,:", (sign) => sign.charCodeAt(0)));

/** 2026-11-25, 25.11.2026, years from one to another, and one round number less another. */
function isDate(groups: readonly string[]): boolean {
  const lengths = groups.map((group) => group.length).join(",");
  const isSpan = lengths === "4,4" && groups.every((group) => /^(?:1[89]|2[01])/u.test(group));
  const isRound = lengths === "4,4" && groups.every((group) => group.endsWith("00"));
  return lengths === "4,2,2" || lengths === "2,2,4" || isSpan || isRound;
}

function isBalanced(written: string): boolean {
  const open = written.indexOf("(");
  const shut = written.indexOf(")");
  return open < 0 === shut < 0 && open <= shut;
}

/** An area and an office begin with 2 to 9; a country or a way out of it may stand before. */
function isNorthAmerican(groups: readonly string[]): boolean {
  const national = groups.length === 4 ? groups.slice(1) : groups;
  const isCountry = groups.length === 3 || groups[0] === "1" || groups[0] === "001";
  const [area = "", office = "", line = ""] = national;
  return (
    national.length === 3 &&
    isCountry &&
    /^[2-9]\d\d$/u.test(area) &&
    /^[2-9]\d\d$/u.test(office) &&
    /^\d{4}$/u.test(line)
  );
}
