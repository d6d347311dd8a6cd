import { isDigit, isWord } from "../ascii.ts";
import type { KeywordScanner } from "../scan.ts";
import { isAssignableSsn } from "./check-digits.ts";
import { openContext } from "./context.ts";
import type { Visit } from "./found.ts";

/** Digits of each group: area, group and serial. */
const GROUPS = [3, 2, 4] as const;

/**
 * Finds whatever could be a United States social security number, nine digits or three groups of them, near a
 * word that speaks of one; also beside other numbers, and examples that are given to nobody.
 */
export function findAnySsns(
  text: string,
  /** Words that speak of the number, by `buildContext`. */
  context: KeywordScanner,
  visit: Visit,
  /** Where to begin: what goes before is only looked at. */
  from = 0,
): void {
  const near = openContext(context, text, { hasHeader: false, from });
  for (let at = from; at < text.length; at += 1) {
    if (!isDigit(text.charCodeAt(at)) || isWord(text.charCodeAt(at - 1))) continue;
    const end = endOf(text, at);
    if (end === undefined || isWord(text.charCodeAt(end))) continue;
    const digits = text.slice(at, end).replaceAll(/[ -]/gu, "");
    if (isAssignableSsn(digits) && near(at, end)) visit({ start: at, end, value: digits });
  }
}

/** Where three groups end that the same sign parts, or none. */
function endOf(text: string, start: number): number | undefined {
  const sign = text.charAt(start + GROUPS[0]);
  const separator = sign === "-" || sign === " " ? sign : "";
  let at = start;
  for (const [index, length] of GROUPS.entries()) {
    if (index > 0) {
      if (!text.startsWith(separator, at)) return undefined;
      at += separator.length;
    }
    for (const last = at + length; at < last; at += 1) {
      if (!isDigit(text.charCodeAt(at))) return undefined;
    }
  }
  return at;
}
