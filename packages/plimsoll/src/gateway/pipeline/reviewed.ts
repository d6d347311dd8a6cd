import type { Delta } from "../../engine/delta.ts";
import type { ScanStep, Scanner } from "../../kernel/guard.ts";
import type { Released, ReleasedDelta } from "../released.ts";
import { Answer } from "./answer.ts";
import type { AppliedEdit, Halt, PolicyGuard } from "./guards.ts";
import { Restorer } from "./restore.ts";
import { placeholderOf } from "./surrogates.ts";
import type { ChannelTally } from "./tally.ts";

/** An answer as a person decides on it: what guards take out is out, and surrogates stand in it. */
export type Reviewable =
  | {
      readonly kind: "reviewable";
      readonly deltas: readonly Delta[];
      readonly edits: readonly AppliedEdit[];
      readonly tallies: readonly ChannelTally[];
    }
  /** What no person may let out: a guard that blocks found something. */
  | { readonly kind: "blocked"; readonly halt: Halt };

/** The guards of a policy when a person decides: what would hold lets go, everything else works on. */
export function reviewGuards(guards: readonly PolicyGuard[]): readonly PolicyGuard[] {
  return guards.map((own) => {
    const { holdTypes: _, ...guard } = own;
    return {
      ...guard,
      // It still blocks where its own word is to block, and changes nothing.
      mode: guard.mode === "hold" ? "redact" : guard.mode,
      onError: guard.onError === "hold" ? "observe" : guard.onError,
      open: (context) => unheld(guard.open(context), guard.mode === "hold"),
    };
  });
}

/** Takes a whole answer through the guards once more, as far as a person may let it out. */
export function reviewAnswer(
  deltas: readonly Delta[],
  options: {
    readonly guards: readonly PolicyGuard[];
    readonly isJson: boolean;
    readonly hasLogprobs: boolean;
  },
): Promise<Reviewable> {
  return new Promise((resolve) => {
    const passed: Delta[] = [];
    const edits: AppliedEdit[] = [];
    const answer = new Answer({
      ...options,
      guards: reviewGuards(options.guards),
      // A person who decides needs to know none of the people it is about: that comes last.
      originals: new Map(),
      replace: placeholderOf,
      sink: {
        release: (delta) => {
          if (delta.kind !== "usage") passed.push(delta);
        },
        edited: (edit) => {
          edits.push(edit);
        },
        halt: () => {},
        done: () => {
          const { halted: halt, tallies } = answer;
          resolve(
            halt === undefined
              ? { kind: "reviewable", deltas: joined(passed), edits, tallies }
              : { kind: "blocked", halt },
          );
        },
      },
    });
    for (const delta of deltas) answer.push(delta);
    answer.end(undefined);
  });
}

/** What a person let out, as it leaves: surrogates become what they stand for. */
export function letOut(
  deltas: readonly Delta[],
  originals: ReadonlyMap<string, string>,
  isJson: boolean,
): readonly ReleasedDelta[] {
  const plain = new Restorer(originals, isJson);
  const inArgs = new Restorer(originals, true);
  return deltas.flatMap((delta): readonly ReleasedDelta[] => {
    switch (delta.kind) {
      case "usage":
        return [];
      case "finish":
        return [delta];
      case "tool": {
        const { choice, index, name, args } = delta;
        return [
          {
            kind: "tool",
            choice,
            index,
            ...(name === undefined ? {} : { name: released(name) }),
            ...(args === undefined ? {} : { args: released(inArgs.push(args, true)) }),
          },
        ];
      }
      case "text":
      case "reasoning":
      case "refusal": {
        const { kind, choice, text, logprobs } = delta;
        const restored = plain.push(text, true);
        // Tokens spell the surrogate: beside what it stands for they would be wrong.
        const told = logprobs === undefined || restored !== text ? {} : { logprobs };
        return [{ kind, choice, text: released(restored), ...told }];
      }
    }
  });
}

/** The end of a text that may leave. */
export function endOf(text: Released, from: number): Released {
  return released(text.slice(from));
}

/** A sentence of the policy's own, which no model wrote. */
export function ownWords(sentence: string): Released {
  return released(sentence);
}

function unheld(scanner: Scanner, isHolding: boolean): Scanner {
  const strip = ({ safe, edits, decision }: ScanStep): ScanStep => ({
    safe,
    edits: isHolding ? [] : edits,
    ...(decision === undefined || decision.kind === "hold" ? {} : { decision }),
  });
  return {
    push: (text, end) => {
      const step = scanner.push(text, end);
      return step instanceof Promise ? step.then(strip) : strip(step);
    },
  };
}

/** Pieces of one channel that follow each other become one, so that an answer of any cut is spelled alike. */
function joined(deltas: readonly Delta[]): readonly Delta[] {
  const all: Delta[] = [];
  for (const delta of deltas) {
    const last = all.at(-1);
    const both = last === undefined ? undefined : joinedPair(last, delta);
    if (both === undefined) all.push(delta);
    else all[all.length - 1] = both;
  }
  return all;
}

function joinedPair(last: Delta, next: Delta): Delta | undefined {
  if (last.kind === "tool") {
    if (next.kind !== "tool" || next.name !== undefined) return undefined;
    if (next.index !== last.index || next.choice !== last.choice) return undefined;
    return { ...last, args: (last.args ?? "") + (next.args ?? "") };
  }
  if (last.kind === "finish" || last.kind === "usage") return undefined;
  if (next.kind !== last.kind || next.choice !== last.choice) return undefined;
  const { kind, choice } = last;
  const text = last.text + next.text;
  if (last.logprobs === undefined || next.logprobs === undefined) return { kind, choice, text };
  return { kind, choice, text, logprobs: [...last.logprobs, ...next.logprobs] };
}

/** Behind a gate, or behind a person. */
function released(text: string): Released {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the brand is made here and in lanes.ts alone
  return text as Released;
}
