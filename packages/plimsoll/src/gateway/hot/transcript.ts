import type { Delta } from "../../engine/delta.ts";

/** Pieces of an answer that are kept for a person to look at (CWE-770). */
const PIECES_MAX = 200_000;

/** Characters of an answer that are kept for a person to look at (CWE-770). */
const CHARS_MAX = 4_194_304;

/** All that an engine wrote of one answer, as long as it is no more than a person can be shown. */
export class Transcript {
  readonly #deltas: Delta[] = [];
  #chars = 0;
  #isWhole = true;

  /** The whole of it; undefined when it became too long: half an answer is not decided on. */
  get whole(): readonly Delta[] | undefined {
    return this.#isWhole ? this.#deltas : undefined;
  }

  see(delta: Delta): void {
    if (!this.#isWhole) return;
    this.#chars += lengthOf(delta);
    this.#deltas.push(delta);
    if (this.#chars <= CHARS_MAX && this.#deltas.length <= PIECES_MAX) return;
    this.#isWhole = false;
    this.#deltas.length = 0;
  }
}

function lengthOf(delta: Delta): number {
  switch (delta.kind) {
    case "text":
    case "reasoning":
    case "refusal":
      return delta.text.length;
    case "tool":
      return (delta.name ?? "").length + (delta.args ?? "").length;
    case "finish":
    case "usage":
      return 0;
  }
}
