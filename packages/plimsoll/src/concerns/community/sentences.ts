import { withoutComments } from "../../text/markdown.ts";

/** A sentence, heading or item of a page, with its words for looking phrases up. */
export type Sentence = {
  /** As written, in NFKC, without marks of emphasis at its ends. */
  readonly text: string;
  /** True for a heading. */
  readonly isHeading: boolean;
  /** Its words in lower case, a blank before, between and after them. */
  readonly words: string;
  /** Where a place in `words` lies in `text`. */
  readonly placeOf: (index: number) => number;
};

/** A phrase that was found: where it begins and ends in `words`. */
export type PhraseHit = { readonly start: number; readonly end: number };

/** Characters of a page that are looked at: a notice stands at the top, and a page of megabytes is no page (CWE-400). */
const PAGE_MAX_CHARACTERS = 40_000;

/** Sentences of a page, and characters of one. */
const SENTENCES_MAX = 1_000;
const SENTENCE_MAX_CHARACTERS = 600;

/** Where a sentence ends. A point after a digit may be that of an ordinal: "23. Juli". */
const SENTENCE_END = /(?<=[^\d\s][.!?]) |(?<=[。！？])/u;

/** Parts a page into sentences; comments and fenced code are left out, and so are the addresses of links. */
export function sentencesOf(page: string): readonly Sentence[] {
  const found: Sentence[] = [];
  let fence: string | undefined;
  for (const line of withoutComments(page.slice(0, PAGE_MAX_CHARACTERS)).split("\n")) {
    const trimmed = line.trim();
    const mark = ["```", "~~~"].find((one) => trimmed.startsWith(one));
    if (fence !== undefined || mark !== undefined) {
      fence = fence === undefined ? mark : fence === mark ? undefined : fence;
      continue;
    }
    const isHeading = trimmed.startsWith("#") || /^<h\d/iu.test(trimmed);
    for (const text of plain(trimmed).split(SENTENCE_END)) {
      const sentence = sentenceOf(text.slice(0, SENTENCE_MAX_CHARACTERS).trim(), isHeading);
      if (sentence !== undefined) found.push(sentence);
      if (found.length >= SENTENCES_MAX) return found;
    }
  }
  return found;
}

/** Everything that code spans, tags and addresses hold goes; marks of emphasis go too. */
function plain(line: string): string {
  return (
    line
      .normalize("NFKC")
      // The sign that makes a mark a picture counts as part of a word.
      .replaceAll("\uFE0F", "")
      .replaceAll(/`[^`]{0,400}`/gu, " ")
      .replaceAll(/\]\([^()\s]{0,400}\)/gu, "] ")
      .replaceAll(/<[^<>]{0,400}>/gu, " ")
      .replaceAll(/https?:\/\/\S{0,400}/gu, " ")
      .replaceAll(/[*_~#>|]+/gu, " ")
      .replaceAll(/\s+/gu, " ")
  );
}

function sentenceOf(text: string, isHeading: boolean): Sentence | undefined {
  const starts: number[] = [];
  const places: number[] = [];
  let words = " ";
  for (const match of text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    starts.push(words.length);
    places.push(match.index);
    words += `${match[0].toLowerCase()} `;
  }
  if (starts.length === 0) return undefined;
  const placeOf = (index: number): number => {
    let word = 0;
    while ((starts[word + 1] ?? Infinity) <= index) word += 1;
    const inWord = Math.max(0, index - (starts[word] ?? 0));
    return Math.min(text.length, (places[word] ?? 0) + inWord);
  };
  return { text, isHeading, words, placeOf };
}

/** The first place of a phrase from an index on: whole words, or anywhere in scripts that put no blanks between words. */
export function findPhrase(words: string, phrase: string, from = 0): PhraseHit | undefined {
  if (isUnspaced(phrase)) {
    const start = words.indexOf(phrase, from);
    return start === -1 ? undefined : { start, end: start + phrase.length };
  }
  const start = words.indexOf(` ${phrase} `, Math.max(0, from - 1));
  return start === -1 ? undefined : { start: start + 1, end: start + 1 + phrase.length };
}

/** True where words have no blanks between them, or particles joined to them. */
export function isUnspaced(phrase: string): boolean {
  return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(phrase);
}
