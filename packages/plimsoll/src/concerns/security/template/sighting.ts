/** What kind of thing a template uses that is not on the list. */
export type SightingKey =
  /** A name of Python's machinery. */
  | "dunder"
  /** A word that leads into the interpreter or the application. */
  | "reach"
  /** A call of something that is not on the list. */
  | "call"
  /** A key or attribute that the template puts together. */
  | "constructed-key"
  /** A statement that loads another template. */
  | "loads-template"
  /** A range, power or repetition that takes all memory or time. */
  | "exhausts"
  /** A filter, test, name or attribute that nobody reviewed. */
  | "unlisted";

/** One use that is worth telling. */
export type Sighting = {
  readonly key: SightingKey;
  /** The word as written; short. */
  readonly word: string;
  /** What it is used as: `attribute`, `filter`. */
  readonly as: string;
};

/** Characters of a word that are kept: it is foreign text. */
const WORD_MAX_CHARS = 60;

/** Makes a sighting with its word cut short. */
export function sight(key: SightingKey, word: string, as: string): Sighting {
  const short = word.length > WORD_MAX_CHARS ? `${word.slice(0, WORD_MAX_CHARS)}…` : word;
  return { key, word: short, as };
}
