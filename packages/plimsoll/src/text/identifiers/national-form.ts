import { isDigit } from "../ascii.ts";

/**
 * Groups of digits as people part them, a first one in brackets or not, and an extension: what
 * `nationalPhoneEnd` reads.
 */
export const NATIONAL_PHONE: string = String.raw`\+?\(?\d{1,4}\)?[ .\-/]?\(?\d(?:[ .\-/]?\)?[ .\-/]?\d){5,14}(?:x\d{1,5})?`;

/** Digits of the first group. */
const FIRST_MOST = 4;
/** Digits after the first of the others. */
const MORE_LEAST = 5;
const MORE_MOST = 14;
const EXTENSION_MOST = 5;

const PLUS = 0x2b;
const OPEN = 0x28;
const SHUT = 0x29;
const X = 0x78;

/**
 * Where the match of `NATIONAL_PHONE` that begins at an index ends; undefined when none does. It is read by hand,
 * since tables of numbers ask for it at every character, and takes at most some eighty steps.
 */
export function nationalPhoneEnd(text: string, start: number): number | undefined {
  let at = start;
  if (text.charCodeAt(at) === PLUS) at += 1;
  if (text.charCodeAt(at) === OPEN) at += 1;
  let first = 0;
  while (first < FIRST_MOST && isDigit(text.charCodeAt(at + first))) first += 1;
  // As a pattern has it: the longest first group that leaves enough for the rest.
  for (; first > 0; first -= 1) {
    const end = restEnd(text, at + first);
    if (end !== undefined) return end;
  }
  return undefined;
}

function restEnd(text: string, from: number): number | undefined {
  let at = from;
  if (text.charCodeAt(at) === SHUT) at += 1;
  if (isSign(text.charCodeAt(at))) at += 1;
  if (text.charCodeAt(at) === OPEN) at += 1;
  if (!isDigit(text.charCodeAt(at))) return undefined;
  at += 1;
  let more = 0;
  for (; more < MORE_MOST; more += 1) {
    const next = nextDigit(text, at);
    if (next === undefined) break;
    at = next + 1;
  }
  if (more < MORE_LEAST) return undefined;
  return extensionEnd(text, at);
}

/** The digit after two signs at most, with a bracket before, between or after them. */
function nextDigit(text: string, from: number): number | undefined {
  let at = from;
  if (isSign(text.charCodeAt(at))) at += 1;
  if (text.charCodeAt(at) === SHUT) at += 1;
  if (isSign(text.charCodeAt(at))) at += 1;
  return isDigit(text.charCodeAt(at)) ? at : undefined;
}

function extensionEnd(text: string, from: number): number {
  if (text.charCodeAt(from) !== X || !isDigit(text.charCodeAt(from + 1))) return from;
  let at = from + 1;
  while (at <= from + EXTENSION_MOST && isDigit(text.charCodeAt(at))) at += 1;
  return at;
}

/** A space, a point, a hyphen or a slash. */
function isSign(code: number): boolean {
  return code === 0x20 || (code >= 0x2d && code <= 0x2f);
}
