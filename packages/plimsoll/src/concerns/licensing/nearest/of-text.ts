import type { ReadText } from "../claims.ts";
import type { LicenceBook } from "../facts.ts";
import { isTitleOf, TITLE_WORDS } from "../title.ts";
import { nearestText, type Nearest } from "./nearest.ts";
import { wordHash, wordsIn } from "./words.ts";

/** A text that is no published one, with the published one that it is nearest to. */
export type NearText = { readonly words: readonly string[]; readonly nearest: Nearest };

/** The published text that a changed one is nearest to; undefined for a published text and for one that is near to none. */
export function nearTo({ identity, words }: ReadText, book: LicenceBook): NearText | undefined {
  if (identity.kind === "exact") return undefined;
  const own = wordsIn(words);
  const found = nearestText(own, book.publishedWords());
  if (found === undefined) return undefined;
  const nearest = withoutTitle(own, found);
  return nearest.edits.length === 0 ? undefined : { words: own, nearest };
}

/** A title that one of the two texts has and the other not is no change. */
function withoutTitle(words: readonly string[], nearest: Nearest): Nearest {
  const [first, ...rest] = nearest.edits;
  if (first?.aFrom !== 0 || first.bFrom !== 0) return nearest;
  const { known } = nearest;
  const added = words.slice(0, first.bTo);
  const isLeftOut = known.hashes.slice(0, first.aTo).every((hash) => titleHashes(known).has(hash));
  if (!isTitleOf(added, known) || !isLeftOut) return nearest;
  const size = first.aTo + first.bTo;
  return { ...nearest, edits: rest, distance: nearest.distance - size };
}

function titleHashes({ ids, name }: Nearest["known"]): ReadonlySet<number> {
  const own = `${name} ${ids.join(" ")}`.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return new Set([...own, ...TITLE_WORDS].map(wordHash));
}
