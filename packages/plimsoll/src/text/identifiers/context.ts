import { isWord } from "../ascii.ts";
import { buildScanner, type KeywordScanner } from "../scan.ts";

/** Tells whether a context word stands near a value; ask in the order of the text. */
export type ContextFinder = (start: number, end: number) => boolean;

/** How far before a value a word still speaks of it: some ten words, or a column's name. */
const BEFORE_CHARACTERS = 64;
/** How far after it: `4929 … (Visa)`. */
export const AFTER_CHARACTERS = 24;

/** Builds the scanner for the words of one kind; build it once for many texts. */
export function buildContext(words: readonly string[]): KeywordScanner {
  return buildScanner(words, { ignoreCase: true });
}

/**
 * Opens the context of one text. The text is searched on the first question, so that a text without
 * candidates costs nothing.
 *
 * Words count as wholes: `discard` is no card. In a table, a word in the first line speaks for every row. `_` and a hyphen part words, so that `card_number` has one.
 */
export function openContext(
  scanner: KeywordScanner,
  text: string,
  {
    hasHeader,
    from = 0,
  }: {
    readonly hasHeader: boolean;
    /** Where the first value may begin that is asked about. */
    readonly from?: number;
  },
): ContextFinder {
  let hits: readonly number[] | undefined;
  let next = 0;
  return (start, end) => {
    hits ??= wholeWords(scanner, text, hasHeader ? 0 : Math.max(0, from - BEFORE_CHARACTERS));
    if (hasHeader && (hits[0] ?? Infinity) < headerEnd(text)) return true;
    // Hits ascend and so do the values asked for: what lies behind the window is never looked at again.
    while ((hits[next] ?? Infinity) < start - BEFORE_CHARACTERS) next += 1;
    return (hits[next] ?? Infinity) <= end + AFTER_CHARACTERS;
  };
}

/** Characters of a table's first line in which column names are looked for (CWE-400). */
const MAX_HEADER = 4096;

function headerEnd(text: string): number {
  const end = text.slice(0, MAX_HEADER).search(/[\r\n]/u);
  return end < 0 ? MAX_HEADER : end;
}

function wholeWords(scanner: KeywordScanner, text: string, from: number): readonly number[] {
  const starts: number[] = [];
  scanner.scan(text.slice(from), (keyword, at) => {
    const start = at + from;
    const end = start + (scanner.keywords[keyword] ?? "").length;
    if (!continues(text.charCodeAt(start - 1)) && !continues(text.charCodeAt(end))) {
      starts.push(start);
    }
  });
  return starts.toSorted((a, b) => a - b);
}

function continues(code: number): boolean {
  return isWord(code) && code !== 0x5f;
}
