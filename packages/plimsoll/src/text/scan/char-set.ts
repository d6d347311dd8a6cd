/** Characters of a pattern: first and last code point of each range, in order and apart. */
export type CharSet = readonly (readonly [number, number])[];

/** The last code point of Unicode. */
export const LAST_CODE_POINT = 0x10ffff;

/** Ranges in order, joined where they touch. */
export function charSet(ranges: CharSet): CharSet {
  const joined: [number, number][] = [];
  for (const [first, last] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const before = joined.at(-1);
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else joined.push([first, last]);
  }
  return joined;
}

/** Every character that is not in a set. */
export function negated(set: CharSet): CharSet {
  const rest: [number, number][] = [];
  let from = 0;
  for (const [first, last] of set) {
    if (first > from) rest.push([from, first - 1]);
    from = last + 1;
  }
  if (from <= LAST_CODE_POINT) rest.push([from, LAST_CODE_POINT]);
  return rest;
}

/** True for a character of a set. */
export function hasChar(set: CharSet, code: number): boolean {
  return set.some(([first, last]) => code >= first && code <= last);
}

/** The long s and the sign of kelvin: `(?i)` takes them for s and k (RE2, simple case folding). */
const LONG_S = 0x017f;
const KELVIN = 0x212a;

/** A set with the other case of its ASCII letters, as `(?i)` reads it. */
export function caseless(set: CharSet): CharSet {
  const ranges = [...set];
  for (const [first, last] of set) {
    addShifted(ranges, [first, last], [0x41, 0x5a], 0x20);
    addShifted(ranges, [first, last], [0x61, 0x7a], -0x20);
  }
  const folded = charSet(ranges);
  const extra: [number, number][] = [];
  for (const [letter, sign] of [
    [0x6b, KELVIN],
    [0x73, LONG_S],
  ] as const) {
    if (!hasChar(folded, letter) && !hasChar(folded, sign)) continue;
    extra.push([sign, sign], [letter, letter], [letter - 0x20, letter - 0x20]);
  }
  return charSet([...folded, ...extra]);
}

function addShifted(
  ranges: (readonly [number, number])[],
  [first, last]: readonly [number, number],
  [from, to]: readonly [number, number],
  by: number,
): void {
  const low = Math.max(first, from);
  const high = Math.min(last, to);
  if (low <= high) ranges.push([low + by, high + by]);
}

/** `\d`, `\w` and `\s` of RE2. */
export const DIGITS: CharSet = [[0x30, 0x39]];
export const WORDS: CharSet = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
export const SPACES: CharSet = [
  [0x09, 0x0a],
  [0x0c, 0x0d],
  [0x20, 0x20],
];

const LETTERS: CharSet = [
  [0x41, 0x5a],
  [0x61, 0x7a],
];

/** What stands between `[:` and `:]`. */
export const NAMED_SETS: ReadonlyMap<string, CharSet> = new Map([
  ["alnum", charSet([...DIGITS, ...LETTERS])],
  ["alpha", LETTERS],
  ["digit", DIGITS],
  ["lower", [[0x61, 0x7a]]],
  ["upper", [[0x41, 0x5a]]],
  [
    "space",
    [
      [0x09, 0x0d],
      [0x20, 0x20],
    ],
  ],
  ["word", WORDS],
  [
    "xdigit",
    [
      [0x30, 0x39],
      [0x41, 0x46],
      [0x61, 0x66],
    ],
  ],
]);
