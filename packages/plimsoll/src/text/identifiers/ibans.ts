import { isAlphanumeric, isDigit, isLetter, touchesWord } from "../ascii.ts";
import { isIban } from "./check-digits.ts";
import type { Found, Visit } from "./found.ts";
import type { IdentifierFacts } from "./schema.ts";

/**
 * Finds IBANs: a country's letters, two check digits and its length, with single spaces or hyphens between
 * groups, check digits that fit, and nothing that touches the number. Small letters count after the word IBAN.
 */
export function findIbans(
  text: string,
  facts: Pick<IdentifierFacts, "ibanLengths" | "publishedIbans">,
  visit: Visit,
  /** Where to begin: what goes before is only looked at. */
  from = 0,
): void {
  let at = from;
  while (at < text.length) {
    if (!isHead(text, at)) {
      at += 1;
      continue;
    }
    const found = readIban(text, at, facts.ibanLengths);
    if (found !== undefined && !facts.publishedIbans.has(found.value)) visit(found);
    at = found?.end ?? at + 4;
  }
}

/** Two letters and two digits that no name or number runs into. */
function isHead(text: string, at: number): boolean {
  return (
    isLetter(text.charCodeAt(at)) &&
    isDigit(text.charCodeAt(at + 2)) &&
    isDigit(text.charCodeAt(at + 3)) &&
    isLetter(text.charCodeAt(at + 1)) &&
    !isTouched(text, at - 1)
  );
}

/** Letters, digits and the signs of base64: what they touch is part of them. */
function isTouched(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return touchesWord(text, index) || code === 0x2b || code === 0x2f;
}

/** Reads as many characters as the country has, which is 33 at most. */
function readIban(
  text: string,
  start: number,
  lengths: ReadonlyMap<string, number>,
): Found | undefined {
  const length = lengths.get(text.slice(start, start + 2).toUpperCase());
  if (length === undefined) return undefined;
  let written = "";
  let at = start;
  while (written.length < length) {
    const code = text.charCodeAt(at);
    if (isAlphanumeric(code)) written += text.charAt(at);
    else if (!isSeparator(code) || !isAlphanumeric(text.charCodeAt(at - 1))) return undefined;
    at += 1;
  }
  if (isTouched(text, at) || text.charAt(at) === "=") return undefined;
  const value = written.toUpperCase();
  if (!isIban(value, lengths)) return undefined;
  return value === written || isCalledIban(text, start) ? { start, end: at, value } : undefined;
}

function isSeparator(code: number): boolean {
  return code === 0x20 || code === 0x2d || code === 0xa0;
}

/** How far before small letters the word IBAN is looked for. */
const WORD_CHARACTERS = 24;

function isCalledIban(text: string, start: number): boolean {
  return text
    .slice(Math.max(0, start - WORD_CHARACTERS), start)
    .toLowerCase()
    .includes("iban");
}
