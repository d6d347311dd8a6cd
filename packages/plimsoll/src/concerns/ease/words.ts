/** Tokens named in one message; a template has tens. */
export const SHOWN = 4;

/** Writes a few of many: `a, b and 3 more`. */
export function listed(shown: readonly string[], count: number): string {
  const more = count - shown.length;
  return more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ");
}

/** Characters of a template's exception that a message repeats. */
const QUOTED_MAX_CHARS = 120;

/** A template's own words, cut where they are long. */
export function quoted(message: string): string {
  const text = message.trim();
  return text.length > QUOTED_MAX_CHARS ? `${text.slice(0, QUOTED_MAX_CHARS)}…` : text;
}
