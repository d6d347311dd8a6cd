import type { TokenLogprob } from "../../engine/delta.ts";
import type { PolicyGuard } from "./guards.ts";
import { trueBytes } from "./true-logprobs.ts";

/** Characters before an alternative that guards are shown with it. */
const BEFORE_CHARS = 96;

/** Characters of one rank's alternatives, one after another, that guards are shown again with the next ones. */
const RUN_CHARS = 512;

type Top = NonNullable<TokenLogprob["top"]>;

/**
 * Looks at the tokens that an engine nearly wrote, before they are told.
 *
 * They stand in no text that guards see. One may complete a number that the text itself broke off, and those of
 * one rank, read one after another, may spell out what the text does not say. An alternative with which guards
 * find something is left out; once a run of them spells something out, its rank says nothing any more. A guard
 * that takes its time, or throws, cannot look: nothing is told then.
 */
export class Alternatives {
  readonly #guards: readonly PolicyGuard[];
  readonly #runs: string[] = [];
  readonly #shut = new Set<number>();

  /** `guards` are those of the channel; one that only observes keeps nothing back. */
  constructor(guards: readonly PolicyGuard[]) {
    this.#guards = guards.filter(({ mode }) => mode !== "observe");
  }

  /** The log-probabilities as they may be told; `before` is the text that left ahead of them. */
  pass(logprobs: readonly TokenLogprob[], before: string): readonly TokenLogprob[] {
    if (this.#guards.length === 0 || logprobs.every(({ top }) => top === undefined)) {
      return logprobs;
    }
    this.#readRuns(logprobs);
    let text = before.slice(-BEFORE_CHARS);
    return logprobs.map((one) => {
      const passed =
        one.top === undefined ? one : { ...one, top: this.#passTop(one.token, one.top, text) };
      text = (text + one.token).slice(-BEFORE_CHARS);
      return passed;
    });
  }

  #passTop(token: string, top: Top, before: string): Top {
    return top
      .filter((one, rank) => {
        if (one.token === token) return true;
        return !this.#shut.has(rank) && !this.#finds(before, one.token);
      })
      .map(trueBytes);
  }

  #readRuns(logprobs: readonly TokenLogprob[]): void {
    const ranks = Math.max(...logprobs.map(({ top }) => top?.length ?? 0));
    for (let rank = 0; rank < ranks; rank += 1) {
      const before = this.#runs[rank] ?? "";
      const more = logprobs.map(({ top }) => top?.[rank]?.token ?? "").join("");
      if (this.#finds(before, more)) this.#shut.add(rank);
      this.#runs[rank] = (before + more).slice(-RUN_CHARS);
    }
  }

  /** True when a guard finds something in the second text, read after the first. */
  #finds(before: string, text: string): boolean {
    const whole = before + text;
    return this.#guards.some((guard) => {
      try {
        const step = guard
          .open({ side: "response", channel: "text", isJson: false })
          .push(whole, true);
        if (step instanceof Promise) {
          step.catch(() => {});
          return true;
        }
        const isStopped = step.decision?.kind === "block" || step.decision?.kind === "hold";
        return isStopped || step.edits.some(({ end }) => end > before.length);
      } catch {
        // What cannot be looked at is not told.
        return true;
      }
    });
  }
}
