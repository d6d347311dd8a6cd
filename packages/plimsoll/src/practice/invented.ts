/** Letters of an access token behind its prefix. */
const TOKEN_LETTERS = 34;

/**
 * A credential in the shape of a hub's access token that opens nothing: its letters come from a seed.
 *
 * It is made at run time, so that no scanner takes this source for a leak.
 */
export function inventedToken(seed: number): string {
  const next = numbers(seed);
  const letters = Array.from({ length: TOKEN_LETTERS }, () => {
    const letter = String.fromCodePoint(97 + (next() % 26));
    return next() % 2 === 0 ? letter : letter.toUpperCase();
  });
  return ["hf", letters.join("")].join("_");
}

/**
 * An account number with true check digits that belongs to nobody: a German bank code begins with the number
 * of its clearing area, and there are the areas 1 to 8.
 */
export function inventedIban(seed: number): string {
  const next = numbers(seed);
  const digits = Array.from({ length: 17 }, () => String(next() % 10)).join("");
  const account = `9${digits}`;
  // ISO 13616: letters become numbers (D = 13, E = 14), check digits 00, modulo 97.
  const rest = Number(BigInt(`${account}131400`) % 97n);
  return `DE${String(98 - rest).padStart(2, "0")}${account}`;
}

/** Numbers from 0 to 65,535, the same for the same seed on every machine. */
function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    // A linear congruence modulo 2^32; its upper bits are the better ones.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 16;
  };
}
