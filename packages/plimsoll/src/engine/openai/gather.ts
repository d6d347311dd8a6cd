import type { Delta } from "../delta.ts";

type TextDelta = Delta & { readonly kind: "text" | "reasoning" | "refusal" };

/**
 * Joins pieces of one text that came at once, so that they are looked at and written once.
 *
 * Tokens that come one by one leave one by one; a server that is ahead of us is caught up with in larger steps.
 */
export class Gather {
  readonly #take: (delta: Delta) => void;
  #first: TextDelta | undefined;
  #text = "";
  #pieces = 0;

  constructor(take: (delta: Delta) => void) {
    this.#take = take;
  }

  /** Takes a delta; a text may wait for `flush`, and nothing overtakes it. */
  push(delta: Delta): void {
    if (!isPlainText(delta)) {
      this.flush();
      this.#take(delta);
      return;
    }
    const first = this.#first;
    if (first !== undefined && first.kind === delta.kind && first.choice === delta.choice) {
      this.#text += delta.text;
      this.#pieces += 1;
      return;
    }
    this.flush();
    this.#first = delta;
    this.#text = delta.text;
    this.#pieces = 1;
  }

  /** Hands over what waits: no more came with it. */
  flush(): void {
    const first = this.#first;
    if (first === undefined) return;
    this.#first = undefined;
    const { kind, choice } = first;
    if (this.#pieces === 1) this.#take(first);
    else this.#take({ kind, choice, text: this.#text, pieces: this.#pieces });
  }
}

/** Log-probabilities belong to the text that they came with. */
function isPlainText(delta: Delta): delta is TextDelta {
  const isText = delta.kind === "text" || delta.kind === "reasoning" || delta.kind === "refusal";
  return isText && delta.logprobs === undefined;
}
