import type { TokenLogprob } from "../../engine/delta.ts";

/**
 * Keeps log-probabilities back with the text they belong to.
 *
 * They spell the text out, with alternatives beside it: they may leave with exactly their text, and not at all
 * where something in it was replaced.
 */
export class LogprobQueue {
  #pieces: { left: number; readonly logprobs: readonly TokenLogprob[] }[] = [];

  /** Tells of a piece of text of so many characters and its log-probabilities. */
  add(length: number, logprobs: readonly TokenLogprob[]): void {
    this.#pieces.push({ left: length, logprobs });
  }

  /** The log-probabilities of the next so many characters that leave; only those of pieces that left whole. */
  take(length: number, isWhole: boolean): readonly TokenLogprob[] | undefined {
    if (this.#pieces.length === 0) return undefined;
    const taken: TokenLogprob[] = [];
    let left = length;
    while (left > 0) {
      const [piece] = this.#pieces;
      if (piece === undefined) break;
      if (!isWhole) this.#pieces[0] = { left: piece.left, logprobs: [] };
      if (piece.left > left) {
        this.#pieces[0] = { left: piece.left - left, logprobs: isWhole ? piece.logprobs : [] };
        left = 0;
      } else {
        left -= piece.left;
        this.#pieces.shift();
        if (isWhole) taken.push(...piece.logprobs);
      }
    }
    return taken.length === 0 ? undefined : taken;
  }
}
