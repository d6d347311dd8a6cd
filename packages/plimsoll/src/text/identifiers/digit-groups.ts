import { isDigit, isWord, touchesWord } from "../ascii.ts";

/** A run of digits, in groups that single spaces or hyphens part. */
export type DigitGroups = {
  readonly start: number;
  readonly end: number;
  /** All digits, without separators. */
  readonly digits: string;
  /** Digits of each group. */
  readonly groups: readonly number[];
  /** What parts the groups: "" for one group, `mixed` for both characters. */
  readonly separator: "" | " " | "-" | "mixed";
};

/** Digits that a number of interest has, and groups it is written in. */
const MIN_DIGITS = 9;
const MAX_DIGITS = 21;
const MAX_GROUPS = 6;

const SPACE = 0x20;
const HYPHEN = 0x2d;

/**
 * Visits each whole run of digit groups that stands alone: no letter, decimal point, slash or other sign of a
 * longer number, name or path touches it.
 *
 * A run is whole, so the digits of a longer list are never taken for a number. Each character is looked at once.
 */
export function visitDigitGroups(text: string, visit: (run: DigitGroups) => void): void {
  let at = 0;
  while (at < text.length) {
    if (!isDigit(text.charCodeAt(at))) {
      at += 1;
      continue;
    }
    const run = readRun(text, at);
    if (run.found !== undefined && standsAlone(text, run.found)) visit(run.found);
    at = run.end;
  }
}

/** Reads from the first digit to the last; a run too long to be of interest is stepped over. */
function readRun(
  text: string,
  start: number,
): { readonly end: number; readonly found: DigitGroups | undefined } {
  const groups: number[] = [];
  let separator: DigitGroups["separator"] = "";
  let total = 0;
  let at = start;
  for (;;) {
    const from = at;
    while (isDigit(text.charCodeAt(at))) at += 1;
    total += at - from;
    if (groups.length <= MAX_GROUPS) groups.push(at - from);
    const code = text.charCodeAt(at);
    if ((code !== SPACE && code !== HYPHEN) || !isDigit(text.charCodeAt(at + 1))) break;
    const sign = code === SPACE ? " " : "-";
    separator = separator === "" || separator === sign ? sign : "mixed";
    at += 1;
  }
  if (total < MIN_DIGITS || total > MAX_DIGITS || groups.length > MAX_GROUPS) {
    return { end: at, found: undefined };
  }
  const digits = separator === "" ? text.slice(start, at) : bareDigits(text, start, at);
  return { end: at, found: { start, end: at, digits, groups, separator } };
}

function bareDigits(text: string, start: number, end: number): string {
  return text.slice(start, end).replaceAll(/[ -]/gu, "");
}

/** Characters before a number that make it part of something longer. */
const BEFORE = new Set(Array.from("./-+@%\\~^&,", (sign) => sign.charCodeAt(0)));
/** Characters after it that do so when a digit or letter follows them. */
const AFTER = new Set(Array.from("./-@%~^&", (sign) => sign.charCodeAt(0)));

function standsAlone(text: string, { start, end, separator }: DigitGroups): boolean {
  if (touchesWord(text, start - 1)) return false;
  if (BEFORE.has(text.charCodeAt(start - 1)) && !isListComma(text, start - 1)) return false;
  const after = text.charCodeAt(end);
  if (isWord(after)) return false;
  // After groups with spaces a slash is no path: `4929 … 12/27` ends in a date.
  if (after === 0x2f && separator === " ") return true;
  return !(AFTER.has(after) && isWord(text.charCodeAt(end + 1)));
}

/** A comma parts columns; right after a digit it may part thousands, and there it does when three digits follow. */
function isListComma(text: string, index: number): boolean {
  if (text.charCodeAt(index) !== 0x2c) return false;
  return !isDigit(text.charCodeAt(index - 1)) || isDigit(text.charCodeAt(index + 4));
}
