import { setImmediate } from "node:timers/promises";

import type { Turn } from "../../engine/turn.ts";
import { WorkBudget } from "./budget.ts";
import { joinCutParts } from "./cut-parts.ts";
import { Gate } from "./gate.ts";
import { guardsFor, type AppliedEdit, type Halt, type PolicyGuard } from "./guards.ts";
import { Surrogates } from "./surrogates.ts";
import { surrogatesIn } from "./taken.ts";
import { Tally, type ChannelTally } from "./tally.ts";
import { mapTexts, type RequestText } from "./texts.ts";

/** What guards made of a request. */
export type ScannedRequest = {
  readonly edits: readonly AppliedEdit[];
  readonly tallies: readonly ChannelTally[];
  /** Images in it, which no guard has seen. */
  readonly images: number;
} & (
  | {
      readonly kind: "passed";
      /** The turn as an engine may have it. */
      readonly turn: Turn;
      /** What stands for what in it. */
      readonly originals: ReadonlyMap<string, string>;
    }
  | { readonly kind: "halted"; readonly halt: Halt }
);

/** Characters looked at before other requests have their turn: a large body holds nobody up (CWE-400). */
const TURN_CHARS = 65_536;

/** A request that an engine may have. */
export type PassedRequest = Extract<ScannedRequest, { readonly kind: "passed" }>;

/** Shows every text of a request to the guards, and puts surrogates where they found something. */
export async function scanRequest(
  asked: Turn,
  guards: readonly PolicyGuard[],
): Promise<ScannedRequest> {
  const turn = await joinCutParts(asked, guards);
  const texts = collect(turn);
  const scan = new RequestScan(guards, new Surrogates(surrogatesIn(texts.map(({ text }) => text))));
  let sinceOthers = 0;
  for (const text of texts) {
    const gate = scan.open(text);
    if (gate === undefined) continue;
    for (let at = 0; at < text.text.length; at += TURN_CHARS) {
      const piece = text.text.slice(at, at + TURN_CHARS);
      gate.push(piece, at + TURN_CHARS >= text.text.length);
      if (gate.busy !== undefined) await gate.busy;
      sinceOthers += piece.length;
      if (sinceOthers < TURN_CHARS) continue;
      sinceOthers = 0;
      await setImmediate();
    }
  }
  return scan.finish(turn);
}

function collect(turn: Turn): readonly RequestText[] {
  const texts: RequestText[] = [];
  mapTexts(turn, (text) => {
    texts.push(text);
    return text.text;
  });
  return texts;
}

class RequestScan {
  readonly #guards: readonly PolicyGuard[];
  readonly #surrogates: Surrogates;
  readonly #tally = new Tally();
  readonly #budget = new WorkBudget();
  readonly #edits: AppliedEdit[] = [];
  /** In the order in which the texts were collected. */
  readonly #results: string[] = [];
  #halt: Halt | undefined;

  constructor(guards: readonly PolicyGuard[], surrogates: Surrogates) {
    this.#guards = guards;
    this.#surrogates = surrogates;
  }

  /** The gate of the next text; undefined when nothing need go through it. */
  open({ channel, isJson, text }: RequestText): Gate | undefined {
    const at = this.#results.push("") - 1;
    if (text === "" || this.#halt !== undefined) return undefined;
    return new Gate(
      guardsFor(this.#guards, "request", channel),
      { side: "request", channel, isJson, budget: this.#budget },
      {
        pass: (passed) => {
          this.#results[at] += passed.text;
          this.#edits.push(...passed.edits);
        },
        halt: (halt) => {
          this.#halt ??= halt;
        },
        replace: (edit, original) => this.#replace(edit, isJson ? unescaped(original) : original),
      },
      this.#tally.of(channel),
    );
  }

  #replace(edit: AppliedEdit, original: string): string {
    const surrogate = this.#surrogates.take(edit, original);
    if (this.#surrogates.isOver) {
      this.#halt ??= { kind: "block", guard: edit.guard, reason: "limit SURROGATES_MAX reached" };
    }
    return surrogate;
  }

  finish(turn: Turn): ScannedRequest {
    const told = { edits: this.#edits, tallies: this.#tally.all(), images: imagesIn(turn) };
    if (this.#halt !== undefined) return { kind: "halted", halt: this.#halt, ...told };
    const applied = this.#edits.some(({ isApplied }) => isApplied);
    let next = 0;
    const edited = applied ? mapTexts(turn, () => this.#results[next++] ?? "") : turn;
    return { kind: "passed", turn: edited, originals: this.#surrogates.originals, ...told };
  }
}

function imagesIn({ messages }: Turn): number {
  let images = 0;
  for (const { parts } of messages) for (const { kind } of parts) if (kind === "image") images += 1;
  return images;
}

/** What a stretch of a JSON string means, so that it can be put back in a text that is none. */
function unescaped(original: string): string {
  try {
    const value: unknown = JSON.parse(`"${original}"`);
    return typeof value === "string" ? value : original;
  } catch {
    // A number, or a stretch that does not stand in a string: it is put back as it was.
    return original;
  }
}
