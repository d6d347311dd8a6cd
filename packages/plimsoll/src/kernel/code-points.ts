/**
 * Orders texts by code point, for `sort`.
 *
 * JavaScript compares UTF-16 units, which puts U+1F600 before U+FF01; every other language and `LC_ALL=C sort` put it
 * after. What is hashed or written in order must not depend on who sorts.
 */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const one = a.charCodeAt(index);
    const other = b.charCodeAt(index);
    if (one !== other) return rank(one) - rank(other);
  }
  return a.length - b.length;
}

/** Halves of a pair stand for what lies above every single unit. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
