import { hasChar, type CharSet } from "./char-set.ts";
import type { Pattern, Place } from "./pattern.ts";

/** What a node of a matcher does. */
export const TAKE = 0;
export const FORK = 1;
export const ASK = 2;
export const SAVE = 3;
export const DONE = 4;

/** Characters that have a bit in the table of a set. */
export const ASCII = 128;

/**
 * One pattern as an automaton that knows which match is wanted: of two ways the first is better.
 *
 * A node is told by its number: `op`, and `x` and `y`, which are set and next for TAKE, the better and the other
 * way for FORK, place and next for ASK, and slot and next for SAVE.
 */
export type MatchProgram = {
  readonly op: Uint8Array;
  readonly x: Int32Array;
  readonly y: Int32Array;
  readonly start: number;
  /** Two for the match, and two for each group. */
  readonly slots: number;
  readonly sets: readonly CharSet[];
  /** One for each set and character of ASCII that it holds, at `set × ASCII + character`. */
  readonly holds: Uint8Array;
};

/** Places by their number. */
export const PLACES: readonly Place[] = ["start", "end", "boundary", "no-boundary"];

/** Compiles a pattern. Its size is bounded by what `parsePattern` lets through. */
export function compileMatch(pattern: Pattern): MatchProgram {
  const builder = new Builder();
  const end = builder.add(DONE, 0, 0);
  const start = builder.compile(pattern, builder.add(SAVE, 1, end));
  return builder.finish(builder.add(SAVE, 0, start));
}

class Builder {
  readonly #op: number[] = [];
  readonly #x: number[] = [];
  readonly #y: number[] = [];
  readonly #sets: CharSet[] = [];
  readonly #numbers = new Map<string, number>();
  /** Groups by where they stand, in the order in which they open; a repeat compiles its group many times. */
  readonly #groups = new Map<Pattern, number>();

  add(op: number, x: number, y: number): number {
    this.#x.push(x);
    this.#y.push(y);
    return this.#op.push(op) - 1;
  }

  compile(pattern: Pattern, next: number): number {
    this.#number(pattern);
    return this.#compile(pattern, next);
  }

  finish(start: number): MatchProgram {
    const sets = this.#sets;
    const holds = new Uint8Array(sets.length * ASCII);
    for (const [at, set] of sets.entries()) {
      for (let code = 0; code < ASCII; code += 1)
        holds[at * ASCII + code] = hasChar(set, code) ? 1 : 0;
    }
    return {
      op: Uint8Array.from(this.#op),
      x: Int32Array.from(this.#x),
      y: Int32Array.from(this.#y),
      start,
      slots: 2 + 2 * this.#groups.size,
      sets,
      holds,
    };
  }

  #compile(pattern: Pattern, next: number): number {
    switch (pattern.kind) {
      case "set":
        return this.add(TAKE, this.#setNumber(pattern.set), next);
      case "place":
        return this.add(ASK, PLACES.indexOf(pattern.place), next);
      case "group": {
        const slot = 2 * (this.#groups.get(pattern) ?? 0);
        const inner = this.#compile(pattern.item, this.add(SAVE, slot + 1, next));
        return this.add(SAVE, slot, inner);
      }
      case "either":
        return pattern.items
          .map((item) => this.#compile(item, next))
          .reduceRight((rest, one) => this.add(FORK, one, rest));
      case "all":
        return pattern.items.reduceRight((after, item) => this.#compile(item, after), next);
      case "repeat":
        return this.#repeat(pattern, next);
    }
  }

  #repeat(repeat: Pattern & { readonly kind: "repeat" }, next: number): number {
    const { item, min, max, isLazy } = repeat;
    let entry = next;
    if (max === undefined) {
      const loop = this.add(FORK, next, next);
      this.#setFork(loop, this.#compile(item, loop), next, isLazy);
      entry = loop;
    }
    for (let count = min; count < (max ?? min); count += 1) {
      const once = this.#compile(item, entry);
      entry = this.add(FORK, 0, 0);
      this.#setFork(entry, once, next, isLazy);
    }
    for (let count = 0; count < min; count += 1) entry = this.#compile(item, entry);
    return entry;
  }

  #setFork(node: number, once: number, next: number, isLazy: boolean): void {
    this.#x[node] = isLazy ? next : once;
    this.#y[node] = isLazy ? once : next;
  }

  #number(pattern: Pattern): void {
    if (pattern.kind === "group") this.#groups.set(pattern, this.#groups.size + 1);
    if (pattern.kind === "all" || pattern.kind === "either") {
      for (const item of pattern.items) this.#number(item);
    } else if (pattern.kind === "group" || pattern.kind === "repeat") this.#number(pattern.item);
  }

  #setNumber(set: CharSet): number {
    const key = set.join(";");
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#sets.push(set) - 1;
      this.#numbers.set(key, number);
    }
    return number;
  }
}
