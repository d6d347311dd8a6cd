/* oxlint-disable no-control-regex -- these are the characters to be taken out */

/** Control, format, bidi and line-breaking characters, and halves of a pair without the other. */
const UNPRINTABLE =
  /[\u0000-\u001F\u007F-\u009F\u00AD\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB\uD800-\uDFFF]|[\u{E0000}-\u{E007F}]/gu;

/**
 * Makes foreign text safe to print: what cannot be seen becomes a visible escape.
 *
 * A file name may carry escape codes that rewrite a terminal (CWE-150) or bidi marks that reorder what a
 * person reads (CVE-2021-42574); both end here.
 */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, escapeOf);
}

/**
 * Foreign text made printable and at most about `limit` characters long: what is cut is cut from the middle, since
 * the end of a file name says what the file claims to be.
 */
export function shortened(text: string, limit: number): string {
  if (text.length <= limit) return printable(text);
  const tail = Math.floor(limit / 4);
  // A cut may fall within a pair: its half is dropped rather than shown as an escape.
  const head = text.slice(0, limit - tail).replace(/[\uD800-\uDBFF]$/u, "");
  const end = text.slice(-tail).replace(/^[\uDC00-\uDFFF]/u, "");
  return `${printable(head)}…${printable(end)}`;
}

function escapeOf(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;
}
