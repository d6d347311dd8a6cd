import type { TokenLogprob } from "../../engine/delta.ts";
import type { ChannelKind } from "../../kernel/guard.ts";
import type { Released } from "../released.ts";
import { Alternatives } from "./alternatives.ts";
import type { AnswerOptions } from "./answer-options.ts";
import { WorkBudget } from "./budget.ts";
import { Gate, type Passed } from "./gate.ts";
import { guardsFor, type Halt } from "./guards.ts";
import { LogprobQueue } from "./logprobs.ts";
import { Restorer } from "./restore.ts";
import { isMadeOfSurrogates } from "./surrogates.ts";
import type { ChannelTally, Tally } from "./tally.ts";

/**
 * Characters of a tool's arguments that are kept for guards while another channel is written. An engine that goes
 * to and fro between longer ones is not let through (CWE-400).
 */
const RECENT_JSON_CHARS = 65_536;

/** Characters of any other channel that are kept so: a secret written in turns, with what goes before it. */
const RECENT_CHARS = 4_096;

/** A channel of one answer: a choice's text, or one of its tool calls. */
export type Lane = {
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

/** The channels of one answer, each behind its gate: what passes there leaves, until one of them halts all. */
export class Lanes {
  readonly #options: AnswerOptions;
  readonly #tally: Tally;
  readonly #lanes = new Map<string, Lane>();
  readonly #budget = new WorkBudget();
  #halt: Halt | undefined;

  constructor(options: AnswerOptions, tally: Tally) {
    this.#options = options;
    this.#tally = tally;
  }

  /** Why nothing leaves any more; undefined while it does. */
  get halted(): Halt | undefined {
    return this.#halt;
  }

  /** The lane of a channel, with what it knows of what left before. */
  laneOf(choice: number, channel: ChannelKind, index: number): Lane {
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

  /** Its gate; one that was shut is opened anew, and its guards are shown the end of what left. */
  gateOf(lane: Lane): Gate {
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

  /** Lets out what waited for the rest of a surrogate: its gate is shut, and no rest comes. */
  flush(lane: Lane): void {
    this.#emit(lane, lane.restorer.push("", true), undefined);
  }

  /** A tool's name comes whole: it has a gate of its own, which is opened and shut. */
  name(choice: number, index: number, name: string): Promise<void> | undefined {
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

  #stop(halt: Halt): void {
    if (this.#halt !== undefined) return;
    this.#halt = halt;
    this.#options.sink.halt(halt);
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
}

/** The one place where text becomes what may leave. */
function released(text: string): Released {
  // Made only behind a gate.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return text as Released;
}
