import { excerpt } from "../../../text/excerpt.ts";
import type { Edit } from "./diff.ts";
import type { Nearest } from "./nearest.ts";
import { wordHash } from "./words.ts";

/** Places that are shown; the rest is counted. */
const EDITS_SHOWN = 6;

/** Words before a place, by which a reader finds it. */
const WORDS_BEFORE = 4;

/** Characters of added words that are shown at one place. */
const ADDED_SHOWN = 120;

/** Words that turn a sentence around, and that stand in published texts without being in this one. */
const GUARD_WORDS =
  "not no non never except unless only must may shall cannot without solely excluding commercial".split(
    " ",
  );

/** The places where a text differs from the published one, in words, those that may turn the sense first. */
export function showEdits(
  words: readonly string[],
  { known, edits }: Nearest,
): { readonly places: readonly string[]; readonly more: number } {
  const spelling = new Map([...GUARD_WORDS, ...words].map((word) => [wordHash(word), word]));
  const shown = edits
    .map((edit) => {
      const left = Array.from(known.hashes.slice(edit.aFrom, edit.aTo), (hash) =>
        spelling.get(hash),
      );
      const added = words.slice(edit.bFrom, edit.bTo);
      const isGrave = [...left, ...added].some((word) => word !== undefined && turnsSense(word));
      return { isGrave, text: placeText(words, edit, left, added) };
    })
    .toSorted((a, b) => Number(b.isGrave) - Number(a.isGrave));
  return {
    places: shown.slice(0, EDITS_SHOWN).map(({ text }) => text),
    more: Math.max(0, shown.length - EDITS_SHOWN),
  };
}

function turnsSense(word: string): boolean {
  return GUARD_WORDS.includes(word) || /^\d/u.test(word);
}

function placeText(
  words: readonly string[],
  { bFrom }: Edit,
  left: readonly (string | undefined)[],
  added: readonly string[],
): string {
  const before = words.slice(Math.max(0, bFrom - WORDS_BEFORE), bFrom).join(" ");
  const where = before === "" ? "at the start" : `after "${excerpt(before)}"`;
  const parts = [
    ...(added.length === 0 ? [] : [`"${excerpt(added.join(" "), ADDED_SHOWN)}" added`]),
    ...(left.length === 0 ? [] : [leftOut(left)]),
  ];
  return `${where}: ${parts.join(", ")}`;
}

/** Words of the published text are known here as hashes: those that this text has too can be named. */
function leftOut(left: readonly (string | undefined)[]): string {
  const count = `${left.length} ${left.length === 1 ? "word" : "words"} left out`;
  if (left.every((word) => word === undefined)) return count;
  return `${count} ("${excerpt(left.map((word) => word ?? "…").join(" "))}")`;
}
