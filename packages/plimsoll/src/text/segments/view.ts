/** A text as rules look at it, and where each of its characters comes from. */
export type View = {
  readonly text: string;
  /** The stretch of the source that a stretch of the view stands for. */
  readonly source: (start: number, end: number) => { readonly start: number; readonly end: number };
};

/**
 * Ranges of characters that are not seen and part a value in two for a machine only (Unicode,
 * Default_Ignorable_Code_Point, without the variation selectors of emoji).
 */
const IGNORABLE: readonly (readonly [number, number])[] = [
  [0x00ad, 0x00ad],
  [0x034f, 0x034f],
  [0x061c, 0x061c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
];

/** Letters, digits and signs of double width, and how far they are from what they stand for. */
const WIDE_FIRST = 0xff01;
const WIDE_LAST = 0xff5e;
const WIDE_SHIFT = 0xfee0;

/** Characters below this hide nothing: most texts have no others. */
const PLAIN_BELOW = 0x00ad;

/**
 * Looks at a text without what hides a value in it: ignorable characters are dropped, wide forms folded, and in
 * JSON escapes are read. Most texts hide nothing and are seen as they are.
 */
export function viewOf(text: string, isJson: boolean): View {
  const hasEscapes = isJson && text.includes("\\");
  if (!hasEscapes && !hides(text)) return { text, source: (start, end) => ({ start, end }) };
  const starts: number[] = [];
  let seen = "";
  let at = 0;
  while (at < text.length) {
    const { character, length } = readAt(text, at, hasEscapes);
    const shown = folded(character);
    for (let index = 0; index < shown.length; index += 1) starts.push(at);
    seen += shown;
    at += length;
  }
  return {
    text: seen,
    source: (start, end) => ({
      start: starts[start] ?? text.length,
      end: starts[end] ?? text.length,
    }),
  };
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  b: "\b",
  f: "\f",
};

/** One character of the source, as it is meant, with the units that it takes. */
function readAt(
  text: string,
  at: number,
  hasEscapes: boolean,
): { readonly character: string; readonly length: number } {
  const first = text.charAt(at);
  if (!hasEscapes || first !== "\\") return { character: first, length: 1 };
  const next = text.charAt(at + 1);
  if (next !== "u") return { character: ESCAPES[next] ?? next, length: 2 };
  const hex = text.slice(at + 2, at + 6);
  if (!/^[0-9a-fA-F]{4}$/u.test(hex)) return { character: first, length: 1 };
  return { character: String.fromCharCode(Number.parseInt(hex, 16)), length: 6 };
}

function hides(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= PLAIN_BELOW && (isIgnorable(code) || isWide(code))) return true;
  }
  return false;
}

function folded(character: string): string {
  const code = character.charCodeAt(0);
  if (code < PLAIN_BELOW) return character;
  if (isWide(code)) return String.fromCharCode(code - WIDE_SHIFT);
  return isIgnorable(code) ? "" : character;
}

function isWide(code: number): boolean {
  return code >= WIDE_FIRST && code <= WIDE_LAST;
}

function isIgnorable(code: number): boolean {
  return IGNORABLE.some(([first, last]) => code >= first && code <= last);
}
