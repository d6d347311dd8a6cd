/** Finds many keywords in one pass over a text, whatever they are and however often they occur. */
export type KeywordScanner = {
  /** The keywords as given; hits name them by index. */
  readonly keywords: readonly string[];
  /** Calls `visit` for every occurrence, overlapping ones too, in the order in which they end. */
  readonly scan: (text: string, visit: (keyword: number, start: number) => void) => void;
};

/** States of an automaton: one a keyword character. More is not a list of keywords (CWE-770). */
const SCANNER_MAX_STATES = 65_536;

/**
 * Builds an Aho–Corasick automaton: each character of a text costs one table look-up, and each hit one call.
 *
 * With `ignoreCase` the ASCII letters of text and keywords are taken as equal to their lower case.
 * @throws RangeError for an empty keyword, one beyond ASCII, or more than 65,536 characters of keywords.
 * @see Aho and Corasick, "Efficient string matching", CACM 18(6), 1975
 */
export function buildScanner(
  keywords: readonly string[],
  { ignoreCase = false }: { readonly ignoreCase?: boolean } = {},
): KeywordScanner {
  const folded = keywords.map((keyword) => (ignoreCase ? lowerAscii(keyword) : keyword));
  const classes = classifyCharacters(folded, ignoreCase);
  const trie = growTrie(folded, classes);
  const tables = linkFailures(trie, classes.count);
  const lengths = folded.map((keyword) => keyword.length);
  return { keywords, scan: (text, visit) => walk(text, tables, classes, lengths, visit) };
}

/** Characters that occur in keywords, numbered from 1; all others are class 0. */
type Classes = { readonly of: Uint8Array; readonly count: number };

type Trie = {
  /** Next state by state and class; 0 is the root and "none". */
  readonly next: Int32Array;
  /** Keywords that end in a state. */
  readonly ends: readonly (readonly number[])[];
};

type Tables = {
  readonly next: Int32Array;
  /** Keywords that end in a state, those of its suffixes too. */
  readonly ends: readonly (readonly number[])[];
};

const ASCII = 128;

function classifyCharacters(keywords: readonly string[], ignoreCase: boolean): Classes {
  const of = new Uint8Array(ASCII);
  let count = 1;
  for (const keyword of keywords) {
    if (keyword.length === 0) throw new RangeError("a keyword is empty");
    for (let index = 0; index < keyword.length; index += 1) {
      const code = keyword.charCodeAt(index);
      if (code >= ASCII) throw new RangeError(`the keyword "${keyword}" is not ASCII`);
      if (of[code] !== 0) continue;
      of[code] = count;
      if (ignoreCase && code >= 0x61 && code <= 0x7a) of[code - 0x20] = count;
      count += 1;
    }
  }
  return { of, count };
}

function growTrie(keywords: readonly string[], classes: Classes): Trie {
  const most = 1 + keywords.reduce((sum, keyword) => sum + keyword.length, 0);
  if (most > SCANNER_MAX_STATES) throw new RangeError("too many keywords");
  const next = new Int32Array(most * classes.count);
  const ends: number[][] = [[]];
  for (const [number, keyword] of keywords.entries()) {
    let state = 0;
    for (let index = 0; index < keyword.length; index += 1) {
      const cell = state * classes.count + (classes.of[keyword.charCodeAt(index)] ?? 0);
      if (next[cell] === 0) {
        next[cell] = ends.length;
        ends.push([]);
      }
      state = next[cell] ?? 0;
    }
    ends[state]?.push(number);
  }
  return { next, ends };
}

/** Turns the trie into an automaton: where a state has no way on, it goes where its longest suffix goes. */
function linkFailures({ next, ends }: Trie, classCount: number): Tables {
  const fail = new Int32Array(ends.length);
  const all: (readonly number[])[] = [...ends];
  const queue: number[] = [0];
  for (const state of queue) {
    for (let one = 0; one < classCount; one += 1) {
      const cell = state * classCount + one;
      const child = next[cell] ?? 0;
      const onSuffix = state === 0 ? 0 : (next[(fail[state] ?? 0) * classCount + one] ?? 0);
      if (child === 0) {
        next[cell] = onSuffix;
        continue;
      }
      fail[child] = onSuffix;
      all[child] = [...(ends[child] ?? []), ...(all[onSuffix] ?? [])];
      queue.push(child);
    }
  }
  return { next, ends: all };
}

function walk(
  text: string,
  { next, ends }: Tables,
  { of, count }: Classes,
  lengths: readonly number[],
  visit: (keyword: number, start: number) => void,
): void {
  let state = 0;
  for (let index = 0; index < text.length; index += 1) {
    // Codes beyond ASCII lie outside the table, and outside every keyword.
    state = next[state * count + (of[text.charCodeAt(index)] ?? 0)] ?? 0;
    if (state === 0) continue;
    const found = ends[state];
    if (found === undefined || found.length === 0) continue;
    for (const keyword of found) visit(keyword, index + 1 - (lengths[keyword] ?? 0));
  }
}

/** Lower case of the ASCII letters alone: `toLowerCase` may change a text's length (`İ`). */
function lowerAscii(text: string): string {
  return text.replaceAll(/[A-Z]/gu, (letter) => letter.toLowerCase());
}
