/** Something that a rule found in a text. */
export type ScanHit = {
  readonly start: number;
  readonly end: number;
  /** What it is: a stable name, never the text. */
  readonly type: string;
  readonly rule: string;
};

/**
 * Looks for values that begin at `from` or after in a text, which is a window of what is scanned: what goes
 * before is there to look at, and the window's end is the end of nothing. What it finds depends on these alone;
 * what begins before `from` is passed over.
 */
export type ScanFinder = (text: string, from: number, visit: (hit: ScanHit) => void) => void;

/** Something to look for. */
export type ScanRule = {
  /**
   * A regular form of it. It must be alive from the first character of a value to the last one that decides
   * about it, and may be alive where there is none.
   */
  readonly pattern: string;
  /** The value is all that the pattern matches, though it has groups. */
  readonly isWhole?: boolean;
  /** Is asked where the pattern matched. Rules with the same finder ask it once. */
  readonly find: ScanFinder;
  /** Steps that the search costs a character (see `ScanBudget`); 3 by default, as a machine for patterns takes. */
  readonly steps?: number;
};

/** In order, and none over another: where several overlap, one over all of them, named as the first. */
export function apart<Hit extends ScanHit>(hits: readonly Hit[]): readonly Hit[] {
  if (hits.length < 2) return hits;
  const ordered = hits.toSorted((a, b) => a.start - b.start || b.end - a.end);
  const kept: Hit[] = [];
  for (const hit of ordered) {
    const last = kept.at(-1);
    if (last === undefined || hit.start >= last.end) kept.push(hit);
    else if (hit.end > last.end) kept[kept.length - 1] = { ...last, end: hit.end };
  }
  return kept;
}
