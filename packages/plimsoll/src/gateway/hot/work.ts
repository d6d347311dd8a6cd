import type { Delta, Usage } from "../../engine/delta.ts";
import type { Answer } from "../pipeline/answer.ts";
import type { AppliedEdit } from "../pipeline/guards.ts";
import type { ChannelTally } from "../pipeline/tally.ts";
import { Transcript } from "./transcript.ts";
import { UsageCount } from "./usage.ts";

/** What engines did for one turn: what is paid for, and told, when it is over. */
export class Work {
  readonly usage: UsageCount;
  /** What guards found in the request and in the answers, in order. */
  readonly edits: AppliedEdit[] = [];
  readonly #hasReview: boolean;
  #transcript: Transcript | undefined;
  #answer: Answer | undefined;
  /** True once an upstream may have worked on it: what it took is paid for then. */
  #hasWorked = false;
  #isWhole = false;

  /** `hasReview`: an answer may have to be shown to a person. */
  constructor(bounds: ConstructorParameters<typeof UsageCount>[0], hasReview: boolean) {
    this.usage = new UsageCount(bounds);
    this.#hasReview = hasReview;
  }

  /** All that the upstream wrote which was asked last; undefined when it is too long, or need not be kept. */
  get transcript(): readonly Delta[] | undefined {
    return this.#transcript?.whole;
  }

  /** What became of the answer's characters. */
  get tallies(): readonly ChannelTally[] {
    return this.#answer?.tallies ?? [];
  }

  /** An upstream is asked, whose answer is watched here: what one before it wrote is forgotten. */
  ask(answer: Answer): void {
    this.#transcript = this.#hasReview ? new Transcript() : undefined;
    this.#answer = answer;
  }

  /** The upstream works on it. */
  begin(): void {
    this.#hasWorked = true;
  }

  /** It wrote a piece. */
  see(delta: Delta): void {
    this.#hasWorked = true;
    this.usage.see(delta);
    this.#transcript?.see(delta);
  }

  /** It came to its end. */
  end(): void {
    this.#hasWorked = true;
    this.#isWhole = true;
  }

  /** It failed; `mayHaveWorked` on it nevertheless. */
  fail(mayHaveWorked: boolean): void {
    this.#hasWorked ||= mayHaveWorked;
    this.#isWhole = false;
  }

  /** Nobody waits for it any more, while an upstream that was asked may be at work. */
  cut(): void {
    this.#hasWorked ||= this.#answer !== undefined;
  }

  /** What it took; nothing where no upstream worked on it. */
  took(): { readonly usage: Usage; readonly isEstimated: boolean } {
    if (this.#hasWorked) return this.usage.result(this.#isWhole);
    return { usage: { input: 0, output: 0 }, isEstimated: false };
  }
}
