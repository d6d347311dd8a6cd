import type { AppliedEdit } from "./guards.ts";
import { SURROGATE_NUMBER_MAX } from "./taken.ts";

/** Different things that one request may have replaced: more is not a conversation (CWE-770). */
export const SURROGATES_MAX = 10_000;

/**
 * Stands something harmless in the place of what guards found in a request, and remembers it for the answer.
 *
 * The same text of the same type has the same surrogate, numbered in the order of first appearance: a client
 * that sends a conversation again gets the same ones. A surrogate that the request holds already is passed over,
 * so that putting back never changes what a person wrote themselves.
 */
export class Surrogates {
  readonly #isTaken: (surrogate: string) => boolean;
  readonly #bySource = new Map<string, string>();
  readonly #originals = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  #isOver = false;

  /** `isTaken` says whether a text stands in the request already. */
  constructor(isTaken: (surrogate: string) => boolean) {
    this.#isTaken = isTaken;
  }

  /** What stands for what, for putting back. */
  get originals(): ReadonlyMap<string, string> {
    return this.#originals;
  }

  /** True when there was no room for one that was taken: it may not be used. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The surrogate of a text that was found. */
  take({ type }: Pick<AppliedEdit, "type">, original: string): string {
    const key = `${type}\0${original}`;
    const known = this.#bySource.get(key);
    if (known !== undefined) return known;
    const name = type.toUpperCase().replaceAll(/[^A-Z0-9]+/gu, "_");
    let number = this.#counts.get(name) ?? 0;
    let surrogate: string;
    do {
      number += 1;
      surrogate = `[${name}_${number}]`;
    } while (number < SURROGATE_NUMBER_MAX && this.#isTaken(surrogate));
    this.#counts.set(name, number);
    if (this.#originals.size >= SURROGATES_MAX || number >= SURROGATE_NUMBER_MAX) {
      this.#isOver = true;
      return surrogate;
    }
    this.#bySource.set(key, surrogate);
    this.#originals.set(surrogate, original);
    return surrogate;
  }
}

/** What stands in an answer in place of what a guard found there; it is not put back. */
export function placeholderOf({ type }: Pick<AppliedEdit, "type">): string {
  return `[${type.toUpperCase().replaceAll(/[^A-Z0-9]+/gu, "_")}]`;
}

/**
 * True for a text that is nothing but surrogates and signs around them, or a stretch of one.
 *
 * What stands where a password stood still looks like one to a rule that goes by the word before it. Replaced
 * once more, it could not be put back.
 */
export function isMadeOfSurrogates(text: string, originals: ReadonlyMap<string, string>): boolean {
  if (originals.size === 0) return false;
  let rest = text;
  for (const surrogate of originals.keys()) {
    if (surrogate.includes(text)) return true;
    rest = rest.replaceAll(surrogate, "");
  }
  return !/[\p{L}\p{N}]/u.test(rest) && rest !== text;
}
