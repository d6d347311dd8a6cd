/** Characters of foreign text that a message quotes: enough to know it again, too few to fill a screen. */
const EXCERPT_CHARACTERS = 80;

/** The start of a foreign text on one line, for a message; `…` marks where it was cut. */
export function excerpt(text: string, characters = EXCERPT_CHARACTERS): string {
  // Cut first: a value of a megabyte must not be rewritten as a whole to show 80 characters of it.
  const head = text.slice(0, characters * 2).replaceAll(/\s+/gu, " ");
  const shown = Array.from(head.trim()).slice(0, characters).join("");
  return shown.length < head.trim().length || text.length > characters * 2 ? `${shown}…` : shown;
}
