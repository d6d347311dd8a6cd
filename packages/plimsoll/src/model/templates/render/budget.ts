import { RenderStopped } from "./stops.ts";

/** Steps of one rendering, rounds of loops among them. A hundred messages take some ten thousand; loops within loops take for ever (CWE-834). */
export const RENDER_MAX_STEPS = 1_000_000;

/** Characters of one value, the prompt among them. A conversation of a million tokens has as many (CWE-770). */
export const RENDER_MAX_CHARS = 4_194_304;

/**
 * Characters of all that is made on the way, which is 64 MB. A great allocation beyond a worker's memory ends
 * the whole process and not the worker alone: what is made is counted before memory is short (CWE-770).
 */
export const RENDER_MAX_MADE_CHARS = 33_554_432;

/** Blanks that `tojson` and `indent` may put before a line; more is a way to fill memory (CWE-770). */
export const RENDER_MAX_INDENT = 64;

/** Parts that one text may be cut into or replaced at: each is a value of its own (CWE-770). */
export const RENDER_MAX_PARTS = 100_000;

/** Characters of a text that is taken apart letter by letter (CWE-770). */
export const RENDER_MAX_LETTERS = 1_048_576;

/** @throws RenderStopped `too-large`. */
export function expectAtMost(limit: number, amount: number): void {
  if (amount > limit) throw new RenderStopped({ kind: "too-large" });
}

/** Counts the steps of one rendering and what they make. */
export class Meter {
  #steps = 0;
  #made = 0;

  /** @throws RenderStopped `late`. */
  step(count = 1): void {
    this.#steps += count;
    if (this.#steps > RENDER_MAX_STEPS) throw new RenderStopped({ kind: "late" });
  }

  /** @throws RenderStopped `too-large`. */
  make(chars: number): void {
    this.#made += chars;
    expectAtMost(RENDER_MAX_MADE_CHARS, this.#made);
  }
}

/** How often a text occurs in another, up to one more than RENDER_MAX_PARTS; white space in runs when none is given. */
export function countParts(text: string, part: string | undefined): number {
  if (part === "") return text.length + 1;
  let count = 0;
  const from = part === undefined ? nextBlank : (at: number): number => text.indexOf(part, at);
  function nextBlank(at: number): number {
    for (let next = at; next < text.length; next += 1) {
      if ((text[next] ?? "").trim() === "") return next;
    }
    return -1;
  }
  for (
    let at = from(0);
    at !== -1 && count <= RENDER_MAX_PARTS;
    at = from(at + (part?.length ?? 1))
  ) {
    count += 1;
  }
  return count;
}
