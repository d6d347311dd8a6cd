/** What a unit is seen as that is not seen. */
export const HIDDEN = 0;

/**
 * Ranges of code units that are not seen and part a value in two for a machine only (Unicode,
 * Default_Ignorable_Code_Point). The last one begins the pairs of U+E0000 to U+E0FFF.
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
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfff8],
  [0xdb40, 0xdb43],
];

/** Letters, digits and signs of double width, and how far they are from what they stand for. */
const WIDE: readonly [number, number] = [0xff01, 0xff5e];
const WIDE_SHIFT = 0xfee0;

/** Spaces that printers and models put within numbers, as within 4111 1111 (Unicode, Zs). */
const SPACES: readonly (readonly [number, number])[] = [
  [0x00a0, 0x00a0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
];

/** Hyphens, dashes and the minus: models write a number with the one that does not break. */
const HYPHENS: readonly (readonly [number, number])[] = [
  [0x2010, 0x2015],
  [0x2212, 0x2212],
  [0xfe58, 0xfe58],
  [0xfe63, 0xfe63],
];

/** The noughts of decimal digits, each followed by its nine (Unicode, Nd): a card may be written in any of them. */
const NOUGHTS: readonly number[] = [
  0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66,
  0x0de6, 0x0e50, 0x0ed0, 0x0f20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90,
  0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0,
];

/** Small forms of signs that parts of a value are joined by. */
const SIGNS: readonly (readonly [number, string])[] = [
  [0x2024, "."],
  [0xfe52, "."],
  [0xfe55, ":"],
  [0xfe6b, "@"],
];

const SEEN_AS = table();

/** What a unit is seen as: `HIDDEN`, what it looks like, or itself. */
export function seenAs(unit: number): number {
  return SEEN_AS[unit] ?? unit;
}

function table(): Uint16Array {
  const seen = Uint16Array.from({ length: 65_536 }, (_, unit) => unit);
  for (const [first, last] of IGNORABLE) seen.fill(HIDDEN, first, last + 1);
  for (let unit = WIDE[0]; unit <= WIDE[1]; unit += 1) seen[unit] = unit - WIDE_SHIFT;
  for (const [first, last] of SPACES) seen.fill(0x20, first, last + 1);
  for (const [first, last] of HYPHENS) seen.fill(0x2d, first, last + 1);
  for (const nought of NOUGHTS) {
    for (let digit = 0; digit < 10; digit += 1) seen[nought + digit] = 0x30 + digit;
  }
  for (const [unit, sign] of SIGNS) seen[unit] = sign.charCodeAt(0);
  return seen;
}
