import type { Delta, FinishReason, TokenLogprob, Usage } from "../../engine/delta.ts";
import type { ChannelKind } from "../../kernel/guard.ts";
import type { AnswerOptions } from "./answer-options.ts";
import type { Halt } from "./guards.ts";
import { Lanes, type Lane } from "./lanes.ts";
import { inOrder, Steps } from "./steps.ts";
import { Tally, type ChannelTally } from "./tally.ts";
import { trueLogprobs } from "./true-logprobs.ts";

/**
 * Watches one answer from an engine's deltas to what may leave.
 *
 * Channels leave in the order in which the engine wrote them: one that begins ends the one before. When an
 * engine goes back to an earlier channel, its guards are shown the end of what left before, so that a secret
 * written in turns is still known; what is found then can only be stopped, and is.
 */
export class Answer {
  readonly #options: AnswerOptions;
  readonly #tally = new Tally();
  readonly #lanes: Lanes;
  readonly #steps = new Steps();
  /** The lane that each choice writes to now. */
  readonly #current = new Map<number, Lane>();
  #isDone = false;

  constructor(options: AnswerOptions) {
    this.#options = options;
    this.#lanes = new Lanes(options, this.#tally);
  }

  /** Characters by kind of channel, so far. */
  get tallies(): readonly ChannelTally[] {
    return this.#tally.all();
  }

  get halted(): Halt | undefined {
    return this.#lanes.halted;
  }

  /** Takes what the engine wrote. */
  push(delta: Delta): void {
    if (this.#steps.areWaiting) {
      this.#steps.do(() => this.#take(delta));
      return;
    }
    const lane = this.#writtenTo(delta);
    const wait = lane === undefined ? this.#take(delta) : this.#goOn(lane, delta);
    if (wait !== undefined) this.#steps.waitFor(wait);
  }

  /** The channel that this text goes on with, which almost every delta does; undefined for any other. */
  #writtenTo(delta: Delta): Lane | undefined {
    if (this.halted !== undefined || (delta.kind !== "text" && delta.kind !== "reasoning")) {
      return undefined;
    }
    const lane = this.#current.get(delta.choice);
    return lane?.gate === undefined || lane.channel !== delta.kind ? undefined : lane;
  }

  /** Makes nothing that outlives the call, but for log-probabilities: this is done once a token. */
  #goOn({ gate, logprobs }: Lane, delta: Delta): Promise<void> | undefined {
    if (gate === undefined || !("text" in delta)) return undefined;
    if (this.#options.hasLogprobs) {
      logprobs.add(delta.text.length, trueLogprobs(delta.text, delta.logprobs ?? []));
    }
    gate.push(delta.text, false);
    return gate.busy;
  }

  /** The engine is done. `finish` ends each choice that the engine left open. */
  end(usage: { readonly usage: Usage; readonly isEstimated: boolean } | undefined): void {
    this.#steps.do(() =>
      inOrder(Array.from(this.#current.keys(), (choice) => () => this.#close(choice, false))),
    );
    this.#steps.do(() => {
      if (usage !== undefined && this.halted === undefined) {
        this.#options.sink.release({ kind: "usage", ...usage });
      }
      if (!this.#isDone) {
        this.#isDone = true;
        this.#options.sink.done();
      }
      return undefined;
    });
  }

  #take(delta: Delta): Promise<void> | undefined {
    if (this.halted !== undefined && delta.kind !== "usage") {
      this.#withhold(delta);
      return undefined;
    }
    switch (delta.kind) {
      case "usage":
        return undefined;
      case "finish":
        return this.#finish(delta.choice, delta.reason);
      case "tool":
        return this.#tool(delta);
      case "text":
      case "reasoning":
      case "refusal":
        return this.#write(delta.choice, delta.kind, 0, delta.text, delta.logprobs);
    }
  }

  #tool(delta: Delta & { readonly kind: "tool" }): Promise<void> | undefined {
    const { choice, index, name, args } = delta;
    return inOrder([
      () => (name === undefined ? undefined : this.#close(choice, true)),
      () => (name === undefined ? undefined : this.#lanes.name(choice, index, name)),
      () => (args === undefined ? undefined : this.#write(choice, "tool-args", index, args)),
    ]);
  }

  #write(
    choice: number,
    channel: ChannelKind,
    index: number,
    text: string,
    logprobs?: readonly TokenLogprob[],
  ): Promise<void> | undefined {
    const lane = this.#lanes.laneOf(choice, channel, index);
    return inOrder([
      () => (this.#current.get(choice) === lane ? undefined : this.#close(choice, true)),
      () => {
        if (this.halted !== undefined) return undefined;
        this.#current.set(choice, lane);
        const gate = this.#lanes.gateOf(lane);
        if (this.#options.hasLogprobs) {
          lane.logprobs.add(text.length, trueLogprobs(text, logprobs ?? []));
        }
        gate.push(text, false);
        return gate.busy;
      },
    ]);
  }

  /** Ends the channel that a choice writes to, so that all of it has left before the next begins. */
  #close(choice: number, mayGoOn: boolean): Promise<void> | undefined {
    const lane = this.#current.get(choice);
    if (lane?.gate === undefined) return undefined;
    const { gate } = lane;
    gate.close(mayGoOn);
    lane.gate = undefined;
    this.#current.delete(choice);
    const flush = (): void => {
      this.#lanes.flush(lane);
    };
    if (gate.busy !== undefined) return gate.busy.then(flush);
    flush();
    return undefined;
  }

  #finish(choice: number, reason: FinishReason): Promise<void> | undefined {
    const closing = this.#close(choice, false);
    const say = (): void => {
      if (this.halted === undefined) this.#options.sink.release({ kind: "finish", choice, reason });
    };
    if (closing !== undefined) return closing.then(say);
    say();
    return undefined;
  }

  #withhold(delta: Delta): void {
    if (delta.kind === "finish" || delta.kind === "usage") return;
    const isTool = delta.kind === "tool";
    const length = isTool
      ? (delta.name ?? "").length + (delta.args ?? "").length
      : delta.text.length;
    const tally = this.#tally.of(isTool ? "tool-args" : delta.kind);
    tally.received += length;
    tally.withheld += length;
  }
}
