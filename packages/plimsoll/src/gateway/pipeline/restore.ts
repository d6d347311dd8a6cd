/**
 * Puts back what stands for surrogates, in text that comes in pieces.
 *
 * It is the last step before encoding, and what it puts back is not scanned again: the person who wrote a name
 * may read it. A surrogate cut in two by pieces is waited for.
 */
export class Restorer {
  readonly #originals: ReadonlyMap<string, string>;
  readonly #escape: (text: string) => string;
  /** What surrogates are told by, made when the first text comes: most answers hold none. */
  #index: Index | undefined;
  #waiting = "";

  /** `originals` by surrogate; with `isJson` they are put back as JSON writes them within a string. */
  constructor(originals: ReadonlyMap<string, string>, isJson: boolean) {
    this.#originals = originals;
    this.#escape = isJson ? (text) => JSON.stringify(text).slice(1, -1) : (text) => text;
  }

  /** The text that is settled by this piece. */
  push(text: string, end: boolean): string {
    if (this.#originals.size === 0) return text;
    const index = (this.#index ??= indexOf(this.#originals));
    const all = this.#waiting + text;
    let settled = "";
    let at = 0;
    while (at < all.length) {
      const next = nextFirst(index, all, at);
      settled += all.slice(at, next);
      at = next;
      if (at >= all.length) break;
      const couldGrow = !end && isBegunAt(index, all, at);
      if (couldGrow) break;
      const found = this.#longestAt(index, all, at);
      settled += found === undefined ? all.slice(at, at + 1) : this.#original(found);
      at += found?.length ?? 1;
    }
    this.#waiting = all.slice(at);
    return settled;
  }

  #original(surrogate: string): string {
    return this.#escape(this.#originals.get(surrogate) ?? surrogate);
  }

  #longestAt({ lengths }: Index, text: string, at: number): string | undefined {
    for (const length of lengths) {
      const piece = text.slice(at, at + length);
      if (this.#originals.has(piece)) return piece;
    }
    return undefined;
  }
}

/** Surrogates by what they begin with, how long they are, and in order: an answer of nothing but brackets would
 * else ask ten thousand of them at each (CWE-407). */
type Index = {
  readonly firsts: ReadonlySet<string>;
  /** Lengths, the longest first. */
  readonly lengths: readonly number[];
  readonly ordered: readonly string[];
};

function indexOf(originals: ReadonlyMap<string, string>): Index {
  const ordered = [...originals.keys()].toSorted((a, b) => (a < b ? -1 : 1));
  return {
    firsts: new Set(ordered.map((surrogate) => surrogate.slice(0, 1))),
    lengths: [...new Set(ordered.map(({ length }) => length))].toSorted((a, b) => b - a),
    ordered,
  };
}

function nextFirst({ firsts }: Index, text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) if (firsts.has(text.charAt(at))) return at;
  return text.length;
}

/** True when the rest of the text is the beginning of a longer surrogate. */
function isBegunAt({ lengths, ordered }: Index, text: string, at: number): boolean {
  if (text.length - at >= (lengths[0] ?? 0)) return false;
  const rest = text.slice(at);
  let low = 0;
  let high = ordered.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ordered[middle] ?? "") < rest) low = middle + 1;
    else high = middle;
  }
  // Those that begin with it follow each other; the first may be the rest itself.
  const first = ordered[low] === rest ? ordered[low + 1] : ordered[low];
  return first?.startsWith(rest) === true;
}
