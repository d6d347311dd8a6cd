import type { Delta, FinishReason, Usage } from "../../engine/delta.ts";

/** Bytes of text that one token has on average, at least, in the languages that need the most tokens. */
const BYTES_PER_TOKEN = 3;

/** Ends that are kept: an engine may say as often as it likes that it ended (CWE-770). */
const FINISHES_MAX = 8;

/** Bytes that one token can have: a text cannot have fewer tokens than this allows. */
const TOKEN_MAX_BYTES = 256;

/**
 * Counts what an answer takes, beside what the engine says of it.
 *
 * An engine may tell nothing, break off before it tells, or lie: what it says counts when it can be true, and
 * what was seen counts otherwise, marked as estimated.
 */
export class UsageCount {
  #bytes = 0;
  #pieces = 0;
  #told: Usage | undefined;
  readonly #finishReasons: FinishReason[] = [];
  readonly #inputEstimate: number;
  readonly #inputBound: number;
  readonly #outputBound: number;

  constructor(bounds: {
    readonly inputEstimate: number;
    readonly inputBound: number;
    readonly outputBound: number;
  }) {
    this.#inputEstimate = bounds.inputEstimate;
    this.#inputBound = bounds.inputBound;
    this.#outputBound = bounds.outputBound;
  }

  /** Sees one piece of the answer. */
  see(delta: Delta): void {
    if (delta.kind === "usage") this.#told = delta.usage;
    else if (delta.kind === "tool") this.#text((delta.name ?? "") + (delta.args ?? ""), 1);
    else if (delta.kind !== "finish") this.#text(delta.text, delta.pieces ?? 1);
    else if (this.#finishReasons.length < FINISHES_MAX) this.#finishReasons.push(delta.reason);
  }

  /** True once a piece of an answer came. */
  get hasSeen(): boolean {
    return this.#pieces > 0;
  }

  /** Why the answers ended, as far as the engine said. */
  get finishReasons(): readonly FinishReason[] {
    return this.#finishReasons;
  }

  #text(text: string, pieces: number): void {
    if (text === "") return;
    this.#pieces += pieces;
    this.#bytes += Buffer.byteLength(text);
  }

  /** What it took; `isWhole` when the engine came to its end. */
  result(isWhole: boolean): { readonly usage: Usage; readonly isEstimated: boolean } {
    const told = this.#told;
    if (told !== undefined && isWhole && this.#canBeTrue(told)) {
      return { usage: told, isEstimated: false };
    }
    const seen = Math.max(this.#pieces, Math.ceil(this.#bytes / BYTES_PER_TOKEN));
    const output = Math.max(seen, told === undefined || !this.#canBeTrue(told) ? 0 : told.output);
    const input = told !== undefined && this.#canBeTrue(told) ? told.input : this.#inputEstimate;
    return { usage: { input, output }, isEstimated: true };
  }

  #canBeTrue({ input, output }: Usage): boolean {
    const areCounts = Number.isSafeInteger(input) && Number.isSafeInteger(output);
    return (
      areCounts &&
      input >= 0 &&
      input <= this.#inputBound &&
      output >= Math.ceil(this.#bytes / TOKEN_MAX_BYTES) &&
      output <= Math.max(this.#outputBound, this.#bytes)
    );
  }
}
