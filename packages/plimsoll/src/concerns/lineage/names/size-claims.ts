/** Characters of a name that are looked at: a longer one names nothing (CWE-400). */
const NAME_MAX_CHARACTERS = 300;

/** Parameters below which an `M` is a context length or a version: `-1M`, `2M`. */
const SMALLEST_MILLIONS = 10;

/**
 * A size within a name: `7B`, `1.5B`, `1_6b`, `135M`, `8x7B`. A letter before it (`A3B` is active parameters, `E4B`
 * effective ones) or after it (`4bit`, `128k`) makes it something else, and so does `-16E` behind it, which says that
 * the number is that of active parameters.
 */
const SIZE =
  /(?<![a-z0-9.])(?:(\d{1,3})x)?(\d{1,4})(?:([._])(\d{1,3}))?(b|m)(?![a-z0-9])(?!-\d{1,3}e\b)/giu;

/** The numbers of parameters that a name may claim: any of them may be meant. */
export function sizeClaims(name: string): readonly number[] {
  const claims: number[] = [];
  for (const match of name.slice(0, NAME_MAX_CHARACTERS).matchAll(SIZE)) {
    const [, times = "1", whole = "", mark, fraction, unit = ""] = match;
    const isBillions = unit.toLowerCase() === "b";
    const count = Number(fraction === undefined ? whole : `${whole}.${fraction}`);
    if (!isBillions && count < SMALLEST_MILLIONS) continue;
    const scale = isBillions ? 1e9 : 1e6;
    claims.push(Number(times) * count * scale);
    // `llama-2_7b` joins a version and a size where `stablelm-2-1_6b` writes a point.
    if (mark === "_" && fraction !== undefined) claims.push(Number(fraction) * scale);
  }
  return claims.filter((claim) => claim > 0);
}
