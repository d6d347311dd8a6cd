import type { Delta, FinishReason, TokenLogprob, Usage } from "../../engine/delta.ts";
import type { ChannelKind } from "../../kernel/guard.ts";
import type { Released, ReleasedDelta } from "../released.ts";
import type { KeptPiece } from "../bodies/gather.ts";
import { Alternatives } from "./alternatives.ts";
import { WorkBudget } from "./budget.ts";
import { Gate, type Passed } from "./gate.ts";
import { guardsFor, type AppliedEdit, type Halt, type PolicyGuard } from "./guards.ts";
import { LogprobQueue } from "./logprobs.ts";
import { Restorer } from "./restore.ts";
import { isMadeOfSurrogates } from "./surrogates.ts";
import { Tally, type ChannelTally } from "./tally.ts";
import { trueLogprobs } from "./true-logprobs.ts";

/** What an answer is watched by and where it goes. */
export type AnswerOptions = {
  readonly guards: readonly PolicyGuard[];
  /** True when the answer must be JSON. */
  readonly isJson: boolean;
  /** Surrogates of the request and what they stand for. */
  readonly originals: ReadonlyMap<string, string>;
  readonly replace: (edit: AppliedEdit, original: string) => string;
  /** True when the client asked for log-probabilities and may have them. */
  readonly hasLogprobs: boolean;
  readonly sink: AnswerSink;
};

/**
 * Characters of a tool's arguments that are kept for guards while another channel is written. An engine that goes
 * to and fro between longer ones is not let through (CWE-400).
 */
const RECENT_JSON_CHARS = 65_536;

/** Characters of any other channel that are kept so: a secret written in turns, with what goes before it. */
const RECENT_CHARS = 4_096;

/** Who takes a watched answer. After `halt` nothing comes but `done`. */
export type AnswerSink = {
  readonly release: (delta: ReleasedDelta) => void;
  readonly edited: (edit: AppliedEdit) => void;
  readonly halt: (halt: Halt) => void;
  /** What guards let go, before surrogates are put back in it; for whoever keeps it. */
  readonly kept?: ((piece: KeptPiece) => void) | undefined;
  /** Everything that may leave has left. */
  readonly done: () => void;
};

/** A channel of one answer: a choice's text, or one of its tool calls. */
type Lane = {
  readonly key: string;
  readonly choice: number;
  readonly channel: ChannelKind;
  readonly index: number;
  readonly tally: ChannelTally;
  /** Undefined between an end and a beginning anew. */
  gate: Gate | undefined;
  readonly restorer: Restorer;
  readonly logprobs: LogprobQueue;
  readonly alternatives: Alternatives;
  /** The end of what left, for guards of a channel that begins anew. */
  recent: string;
};

/**
 * Watches one answer from an engine's deltas to what may leave.
 *
 * Channels leave in the order in which the engine wrote them: one that begins ends the one before. When an
 * engine goes back to an earlier channel, its guards are shown the end of what left before, so that a secret
 * written in turns is still known; what is found then can only be stopped, and is.
 */
export class Answer {
  readonly #options: AnswerOptions;
  readonly #lanes = new Map<string, Lane>();
  readonly #tally = new Tally();
  readonly #budget = new WorkBudget();
  /** The lane that each choice writes to now. */
  readonly #current = new Map<number, Lane>();
  #halt: Halt | undefined;
  #isDone = false;
  /** What waits for an asynchronous guard, in order; undefined while all is done at once. */
  #queue: (() => Promise<void> | undefined)[] | undefined;

  constructor(options: AnswerOptions) {
    this.#options = options;
  }

  /** Characters by kind of channel, so far. */
  get tallies(): readonly ChannelTally[] {
    return this.#tally.all();
  }

  get halted(): Halt | undefined {
    return this.#halt;
  }

  /** Takes what the engine wrote. */
  push(delta: Delta): void {
    if (this.#queue !== undefined) {
      this.#queue.push(() => this.#take(delta));
      return;
    }
    const lane = this.#writtenTo(delta);
    const wait = lane === undefined ? this.#take(delta) : this.#goOn(lane, delta);
    if (wait !== undefined) void this.#drain(wait);
  }

  /** The channel that this text goes on with, which almost every delta does; undefined for any other. */
  #writtenTo(delta: Delta): Lane | undefined {
    if (this.#halt !== undefined || (delta.kind !== "text" && delta.kind !== "reasoning")) {
      return undefined;
    }
    const lane = this.#current.get(delta.choice);
    return lane?.gate === undefined || lane.channel !== delta.kind ? undefined : lane;
  }

  /** Makes nothing that outlives the call: this is done once a token. */
  #goOn({ gate, logprobs }: Lane, delta: Delta): Promise<void> | undefined {
    if (gate === undefined || !("text" in delta)) return undefined;
    if (this.#options.hasLogprobs) logprobs.add(delta.text.length, delta.logprobs ?? []);
    gate.push(delta.text, false);
    return gate.busy;
  }

  /** The engine is done. `finish` ends each choice that the engine left open. */
  end(usage: { readonly usage: Usage; readonly isEstimated: boolean } | undefined): void {
    this.#do(() =>
      inOrder(Array.from(this.#current.keys(), (choice) => () => this.#close(choice, false))),
    );
    this.#do(() => {
      if (usage !== undefined && this.#halt === undefined) {
        this.#options.sink.release({ kind: "usage", ...usage });
      }
      if (!this.#isDone) {
        this.#isDone = true;
        this.#options.sink.done();
      }
      return undefined;
    });
  }

  /** Does one step after those before it; at once as long as none of them waits. */
  #do(step: () => Promise<void> | undefined): void {
    if (this.#queue !== undefined) {
      this.#queue.push(step);
      return;
    }
    const wait = step();
    if (wait !== undefined) void this.#drain(wait);
  }

  async #drain(wait: Promise<void>): Promise<void> {
    const queue: (() => Promise<void> | undefined)[] = [];
    this.#queue = queue;
    await wait;
    for (let step = queue.shift(); step !== undefined; step = queue.shift()) await step();
    this.#queue = undefined;
  }

  #take(delta: Delta): Promise<void> | undefined {
    if (this.#halt !== undefined && delta.kind !== "usage") {
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
      () => (name === undefined ? undefined : this.#name(choice, index, name)),
      () => (args === undefined ? undefined : this.#write(choice, "tool-args", index, args)),
    ]);
  }

  /** A tool's name comes whole: it has a gate of its own, which is opened and shut. */
  #name(choice: number, index: number, name: string): Promise<void> | undefined {
    const { sink, originals } = this.#options;
    const say = (text: string): void => {
      sink.kept?.({ choice, channel: "tool-name", index, text });
      const restored = new Restorer(originals, false).push(text, true);
      sink.release({ kind: "tool", choice, index, name: released(restored) });
    };
    if (name === "") {
      say(name);
      return undefined;
    }
    const gate = this.#openGate("tool-name", this.#tally.of("tool-name"), ({ text, edits }) => {
      for (const edit of edits) sink.edited(edit);
      say(text);
    });
    gate.push(name, true);
    return gate.busy;
  }

  #write(
    choice: number,
    channel: ChannelKind,
    index: number,
    text: string,
    logprobs?: readonly TokenLogprob[],
  ): Promise<void> | undefined {
    const lane = this.#laneOf(choice, channel, index);
    return inOrder([
      () => (this.#current.get(choice) === lane ? undefined : this.#close(choice, true)),
      () => {
        if (this.#halt !== undefined) return undefined;
        this.#current.set(choice, lane);
        const gate = this.#gateOf(lane);
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
      this.#emit(lane, lane.restorer.push("", true), undefined);
    };
    if (gate.busy !== undefined) return gate.busy.then(flush);
    flush();
    return undefined;
  }

  #finish(choice: number, reason: FinishReason): Promise<void> | undefined {
    const closing = this.#close(choice, false);
    const say = (): void => {
      if (this.#halt === undefined) this.#options.sink.release({ kind: "finish", choice, reason });
    };
    if (closing !== undefined) return closing.then(say);
    say();
    return undefined;
  }

  #laneOf(choice: number, channel: ChannelKind, index: number): Lane {
    const key = `${choice} ${channel} ${index}`;
    let lane = this.#lanes.get(key);
    if (lane === undefined) {
      lane = {
        key,
        choice,
        channel,
        index,
        tally: this.#tally.of(channel),
        gate: undefined,
        restorer: new Restorer(this.#options.originals, this.#isJson(channel)),
        logprobs: new LogprobQueue(),
        alternatives: new Alternatives(guardsFor(this.#options.guards, "response", channel)),
        recent: "",
      };
      this.#lanes.set(key, lane);
    }
    return lane;
  }

  #gateOf(lane: Lane): Gate {
    if (lane.gate !== undefined) return lane.gate;
    const gate = this.#openGate(lane.channel, lane.tally, (passed) => {
      for (const edit of passed.edits) this.#options.sink.edited(edit);
      const isWhole = passed.edits.every(({ isApplied }) => !isApplied);
      const logprobs = lane.logprobs.take(passed.end - passed.start, isWhole);
      const told = logprobs && lane.alternatives.pass(logprobs, lane.recent);
      lane.recent = this.#recentOf(lane, passed.text);
      this.#keep(lane, passed.text);
      this.#emit(lane, lane.restorer.push(passed.text, false), told);
    });
    if (this.#isJson(lane.channel) && lane.recent.length >= RECENT_JSON_CHARS) {
      this.#stop({ kind: "block", guard: "pipeline", reason: "limit RECENT_JSON_CHARS reached" });
    }
    gate.remind(lane.recent);
    lane.gate = gate;
    return gate;
  }

  #keep({ choice, channel, index }: Lane, text: string): void {
    const { kept } = this.#options.sink;
    if (kept !== undefined && text !== "") kept({ choice, channel, index, text });
  }

  /** The end of what left; JSON is kept from its beginning, since it cannot be read from the middle. */
  #recentOf(lane: Lane, passed: string): string {
    const recent = lane.recent + passed;
    if (this.#isJson(lane.channel)) return recent.slice(0, RECENT_JSON_CHARS);
    // Cut now and then, not with every token.
    return recent.length > 2 * RECENT_CHARS ? recent.slice(-RECENT_CHARS) : recent;
  }

  #openGate(channel: ChannelKind, tally: ChannelTally, pass: (passed: Passed) => void): Gate {
    const { guards, originals, replace } = this.#options;
    const context = {
      side: "response",
      channel,
      isJson: this.#isJson(channel),
      budget: this.#budget,
    } as const;
    return new Gate(
      guardsFor(guards, "response", channel),
      context,
      {
        pass: (passed) => {
          if (this.#halt === undefined) pass(passed);
        },
        halt: (halt) => {
          this.#stop(halt);
        },
        replace: (edit, original) =>
          isMadeOfSurrogates(original, originals) ? original : replace(edit, original),
      },
      tally,
    );
  }

  #isJson(channel: ChannelKind): boolean {
    return channel === "tool-args" || (channel === "text" && this.#options.isJson);
  }

  #emit(lane: Lane, text: string, logprobs: readonly TokenLogprob[] | undefined): void {
    if (text === "" || this.#halt !== undefined) return;
    const { choice, index, channel } = lane;
    const leaves = released(text);
    const { sink } = this.#options;
    if (channel === "tool-args") sink.release({ kind: "tool", choice, index, args: leaves });
    else if (channel === "text" || channel === "reasoning" || channel === "refusal") {
      const told = logprobs === undefined ? {} : { logprobs };
      sink.release({ kind: channel, choice, text: leaves, ...told });
    }
  }

  #stop(halt: Halt): void {
    if (this.#halt !== undefined) return;
    this.#halt = halt;
    this.#options.sink.halt(halt);
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

/** Does steps one after another, at once as long as none of them has to wait. */
function inOrder(steps: readonly (() => Promise<void> | undefined)[]): Promise<void> | undefined {
  for (const [at, step] of steps.entries()) {
    const wait = step();
    if (wait !== undefined) return wait.then(() => inOrder(steps.slice(at + 1)));
  }
  return undefined;
}

/** The one place where text becomes what may leave. */
function released(text: string): Released {
  // Made only behind a gate.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return text as Released;
}
