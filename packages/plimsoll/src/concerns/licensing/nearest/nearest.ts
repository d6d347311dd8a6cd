import { diffWords, type Edit } from "./diff.ts";
import type { KnownWords } from "./schema.ts";
import { wordHashes } from "./words.ts";

/** A published text that a given one differs from in a few words. */
export type Nearest = {
  readonly known: KnownWords;
  /** Words taken out and put in. */
  readonly distance: number;
  readonly edits: readonly Edit[];
  /** Another licence that is about as near. */
  readonly rival?: string;
};

/** Words of a text that is compared at all: two headings are near to every licence. */
const NEAR_MIN_WORDS = 60;

/**
 * Share of words in common, counted with repetition, from which texts are compared word by word: 1 is all. Texts that
 * share less are other licences, or share only what all licences say.
 */
const NEAR_MIN_SHARE = 0.8;

/** Share of a published text's words that may be found in a longer one, which then adds to it. */
const NEAR_MIN_WITHIN = 0.95;

/** Candidates that are compared word by word. */
const NEAR_MAX_CANDIDATES = 6;

/** Words that may differ. A comparison takes time and memory in proportion (CWE-407). */
const NEAR_MAX_DISTANCE = 1_000;

/** A rival is named when it is no further away than this many times the nearest's distance. */
const RIVAL_WITHIN = 1.25;

/** Finds the published text that a canonical text's words are nearest to; undefined where none is near. */
export function nearestText(
  words: readonly string[],
  texts: readonly KnownWords[],
): Nearest | undefined {
  if (words.length < NEAR_MIN_WORDS) return undefined;
  const hashes = wordHashes(words);
  const found = shortlist(hashes, texts).flatMap((known): readonly Nearest[] => {
    const diff = diffWords(known.hashes, hashes, NEAR_MAX_DISTANCE);
    return diff === undefined ? [] : [{ known, ...diff }];
  });
  const [first, ...others] = found.toSorted((a, b) => a.distance - b.distance);
  if (first === undefined) return undefined;
  const rival = others.find(
    ({ known, distance }) =>
      distance <= first.distance * RIVAL_WITHIN &&
      known.ids.every((id) => !first.known.ids.includes(id)),
  );
  return rival === undefined ? first : { ...first, rival: rival.known.name };
}

/** The texts that share most words, best first. */
function shortlist(hashes: Uint16Array, texts: readonly KnownWords[]): readonly KnownWords[] {
  const counts = new Uint16Array(65_536);
  for (const hash of hashes) counts[hash] = (counts[hash] ?? 0) + 1;
  return texts
    .map((known) => ({ known, ...overlap(counts, hashes.length, known.hashes) }))
    .filter(({ share, within }) => share >= NEAR_MIN_SHARE || within >= NEAR_MIN_WITHIN)
    .filter(({ known }) => known.hashes.length >= NEAR_MIN_WORDS)
    .toSorted((a, b) => b.share - a.share)
    .slice(0, NEAR_MAX_CANDIDATES)
    .map(({ known }) => known);
}

function overlap(
  counts: Uint16Array,
  length: number,
  known: Uint16Array,
): { readonly share: number; readonly within: number } {
  const left = counts.slice();
  let shared = 0;
  for (const hash of known) {
    const count = left[hash] ?? 0;
    if (count === 0) continue;
    left[hash] = count - 1;
    shared += 1;
  }
  return { share: (2 * shared) / (length + known.length), within: shared / known.length };
}
