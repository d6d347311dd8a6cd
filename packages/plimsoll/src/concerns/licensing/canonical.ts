import { createHash } from "node:crypto";

/** Lines at the head of a licence that may be its title and are tried without. */
const TITLE_MAX_LINES = 6;

/** Characters of a line that may be a copyright notice; a longer one is text. */
const NOTICE_MAX_CHARACTERS = 200;

/** Words of a name that stands in the place of a template's holder. */
const HOLDER_MAX_WORDS = 12;

/** A licence text without what publishers change in it, once whole and once without each possible title. */
export type CanonicalText = {
  /** Words of the lines taken off as a title, and the digest of what is left; the whole text first. */
  readonly readings: readonly { readonly title: readonly string[]; readonly sha256: string }[];
  /** Words of the text, one blank between them. */
  readonly words: string;
};

/**
 * Reduces a licence text to its words: case, line breaks, punctuation, quotes, invisible characters,
 * list marks and lines that only name a copyright holder are left out.
 *
 * What is left out cannot change what the words say; what could, is kept, so that an edited text never
 * equals the published one.
 * @see https://spdx.github.io/spdx-spec/v3.0.1/annexes/license-matching-guidelines-and-templates/
 */
export function canonicalText(text: string): CanonicalText {
  const lines = canonicalLines(text);
  const readings: { title: readonly string[]; sha256: string }[] = [];
  for (let taken = 0; taken <= Math.min(TITLE_MAX_LINES, lines.length - 1); taken += 1) {
    const title = lines.slice(0, taken).flatMap((line) => line.split(" "));
    readings.push({ title, sha256: digest(withoutHolder(lines.slice(taken).join(" "))) });
  }
  return { readings, words: lines.join(" ") };
}

/** The text up to and with the line that ends its terms, where such a line and a notice to copy come after it. */
export function withoutAppendix(text: string): string | undefined {
  const mark = "END OF TERMS AND CONDITIONS";
  const end = text.toUpperCase().indexOf(mark);
  if (end === -1 || text.slice(end + mark.length).trim() === "") return undefined;
  return text.slice(0, end + mark.length);
}

/** What comments and quotations put before every line. */
const COMMENT_LEADER = /^\s{0,200}(?:#{1,6}|\/\/+|;{1,3}|>|\/?\*{1,2}(?=\s)|--(?=\s))\s{0,3}/u;

/** The words of each line that says something, in lower case. */
function canonicalLines(text: string): readonly string[] {
  const lines: string[] = [];
  let before = "";
  for (const raw of unify(text).split(/\r\n?|\n/u)) {
    const line = raw.replace(COMMENT_LEADER, "");
    if (isNotice(line)) continue;
    const words = wordsOf(withoutMarks(line, before));
    if (line.trim() === "" || words !== "") before = line.trim();
    if (words !== "") lines.push(words);
  }
  return lines;
}

/** One form for characters that look or mean the same; those that cannot be seen are taken out. */
function unify(text: string): string {
  return text
    .normalize("NFKC")
    .replaceAll(/[\u{AD}\u{200B}-\u{200F}\u{202A}-\u{202E}\u{2060}-\u{2064}\u{FEFF}]/gu, "")
    .toLowerCase();
}

function wordsOf(line: string): string {
  const words = line.replaceAll(/['’‘`]/gu, "").match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.map((word) => (word === "https" ? "http" : word)).join(" ");
}

/**
 * Takes out `1.`, `a)` and bullets at the start of a line, and `(1)`, `(iv)` anywhere.
 *
 * A number at the start of a line is a list mark only where the line before was at an end: in
 * "section" + line break + "7. This", it is part of the sentence.
 */
function withoutMarks(line: string, before: string): string {
  const bare = line.replaceAll(/\((?:1?\d|[a-z]|[ivx]{1,4})\)/gu, " ");
  const ended = before === "" || /[.;:,)"”'*=-]$|\b(?:and|or)$/u.test(before);
  return ended
    ? bare.replace(/^\s{0,200}(?:(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]|[*•+-])(?=\s)/u, " ")
    : bare;
}

/** Words that make a line more than a notice: a term hidden behind a copyright sign must stay in the text. */
const TERM_WORDS =
  /\b(?:not?|non|never|except|unless|only|must|may|shall|cannot|without|solely|excluding|licen[cs]ed?|permi\w{0,20}|terms|use[sd]?|commercial\w{0,5}|restrict\w{0,6}|prohibit\w{0,5})\b/u;

/** True for a line that does nothing but name who holds the copyright. */
function isNotice(line: string): boolean {
  if (line.length > NOTICE_MAX_CHARACTERS) return false;
  const text = line.trim().replace(/^[*#>/;"\s-]+/u, "");
  if (/^all rights reserved\.?$/u.test(text)) return true;
  const opens = /^(?:copyright\s*(?:\(c\)|©|[<[{]|\d{4})|©|\(c\)\s*\d{4}|portions copyright)/u.test(
    text,
  );
  return opens && !TERM_WORDS.test(text);
}

const HOLDER_BEFORE = "neither the name of ";
const HOLDER_AFTER = " nor the names of its contributors";

/** One name for the holder in the one sentence of the BSD texts where every publisher writes its own. */
function withoutHolder(words: string): string {
  const start = words.indexOf(HOLDER_BEFORE);
  if (start === -1) return words;
  const from = start + HOLDER_BEFORE.length;
  const end = words.indexOf(HOLDER_AFTER, from);
  const name = words.slice(from, end);
  if (end === -1 || name.split(" ").length > HOLDER_MAX_WORDS || TERM_WORDS.test(name))
    return words;
  return `${words.slice(0, from)}holder${words.slice(end)}`;
}

function digest(words: string): string {
  return createHash("sha256").update(words).digest("hex");
}
