/**
 * Puts back what stands for surrogates, in text that comes in pieces.
 *
 * It is the last step before encoding, and what it puts back is not scanned again: the person who wrote a name
 * may read it. A surrogate cut in two by pieces is waited for.
 */
export class Restorer {
  readonly #originals: ReadonlyMap<string, string>;
  readonly #escape: (text: string) => string;
  readonly #firsts: ReadonlySet<string>;
  #waiting = "";

  /** `originals` by surrogate; with `isJson` they are put back as JSON writes them within a string. */
  constructor(originals: ReadonlyMap<string, string>, isJson: boolean) {
    this.#originals = originals;
    this.#escape = isJson ? (text) => JSON.stringify(text).slice(1, -1) : (text) => text;
    this.#firsts = new Set([...originals.keys()].map((surrogate) => surrogate.slice(0, 1)));
  }

  /** The text that is settled by this piece. */
  push(text: string, end: boolean): string {
    if (this.#originals.size === 0) return text;
    const all = this.#waiting + text;
    let settled = "";
    let at = 0;
    while (at < all.length) {
      const next = this.#nextFirst(all, at);
      settled += all.slice(at, next);
      at = next;
      if (at >= all.length) break;
      const found = this.#longestAt(all, at);
      const couldGrow = !end && this.#isBegunAt(all, at);
      if (couldGrow) break;
      settled += found === undefined ? all.slice(at, at + 1) : this.#original(found);
      at += found?.length ?? 1;
    }
    this.#waiting = all.slice(at);
    return settled;
  }

  #original(surrogate: string): string {
    return this.#escape(this.#originals.get(surrogate) ?? surrogate);
  }

  #nextFirst(text: string, from: number): number {
    for (let at = from; at < text.length; at += 1) if (this.#firsts.has(text.charAt(at))) return at;
    return text.length;
  }

  #longestAt(text: string, at: number): string | undefined {
    let longest: string | undefined;
    for (const surrogate of this.#originals.keys()) {
      if (text.startsWith(surrogate, at) && surrogate.length > (longest?.length ?? 0)) {
        longest = surrogate;
      }
    }
    return longest;
  }

  /** True when the rest of the text is the beginning of a longer surrogate. */
  #isBegunAt(text: string, at: number): boolean {
    const rest = text.slice(at);
    for (const surrogate of this.#originals.keys()) {
      if (surrogate.length > rest.length && surrogate.startsWith(rest)) return true;
    }
    return false;
  }
}
