import type { ColumnFacts } from "../schema.ts";

/** Columns that hold data on people, by their names. */
export type PersonalColumns = {
  /** Names that say it alone. */
  readonly strong: readonly string[];
  /** Names that stand in tables about anything. */
  readonly weak: readonly string[];
};

/** Names of a kind that stands in any table, from which together they are about people. */
const WEAK_ENOUGH = 3;

/** Tells which columns hold data on people; undefined where too few do. */
export function personalColumns(
  columns: readonly string[],
  facts: ColumnFacts,
): PersonalColumns | undefined {
  const strong: string[] = [];
  const weak: string[] = [];
  const phrases = Object.values(facts.strong).flat();
  const whole = new Set(Object.values(facts.weak).flat());
  for (const column of columns) {
    const words = wordsOf(column.slice(column.lastIndexOf(".") + 1));
    if (phrases.some((phrase) => holds(words, phrase))) strong.push(column);
    else if (whole.has(words.trim())) weak.push(column);
  }
  return strong.length > 0 || weak.length >= WEAK_ENOUGH ? { strong, weak } : undefined;
}

/** `dateOfBirth`, `date-of-birth` and `DATE_OF_BIRTH` as ` date of birth `. */
function wordsOf(column: string): string {
  const words = column
    .normalize("NFKC")
    .replaceAll(/(?<=\p{Ll})(?=\p{Lu})/gu, " ")
    .toLowerCase()
    .match(/[\p{L}\p{M}]+/gu);
  return ` ${(words ?? []).join(" ")} `;
}

function holds(words: string, phrase: string): boolean {
  const isUnspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
  return isUnspaced.test(phrase) ? words.includes(phrase) : words.includes(` ${phrase} `);
}
