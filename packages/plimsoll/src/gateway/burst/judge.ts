import { setImmediate } from "node:timers/promises";

import type { Turn } from "../../engine/turn.ts";
import { WorkBudget } from "../pipeline/budget.ts";
import { Gate } from "../pipeline/gate.ts";
import { guardsFor, type PolicyGuard } from "../pipeline/guards.ts";
import type { ScannedRequest } from "../pipeline/request.ts";
import { isMadeOfSurrogates } from "../pipeline/surrogates.ts";
import { Tally } from "../pipeline/tally.ts";
import { mapTexts, type RequestText } from "../pipeline/texts.ts";
import type { BurstPolicy, DataClass, StayReason } from "./policy.ts";

import { holdsTerm } from "./terms.ts";

/** What was decided of a request. */
export type Judged =
  | {
      readonly kind: "may-leave";
      /** What may be sent, and nothing beside it. */
      readonly turn: Turn;
      readonly dataClass: DataClass;
      readonly found: Readonly<Record<string, number>>;
      readonly dropped: readonly string[];
    }
  | { readonly kind: "stays"; readonly why: StayReason };

/**
 * Decides whether a request may leave the house, and what of it. What is not known to be harmless stays: guards look
 * at what would be sent once more, also where texts that were looked at one by one will be read as one.
 *
 * `asked` is the turn as the client wrote it.
 */
export async function judge(
  asked: Turn,
  scanned: ScannedRequest & { readonly kind: "passed" },
  guards: readonly PolicyGuard[],
  policy: BurstPolicy,
): Promise<Judged> {
  const why = unfit(asked, scanned, policy);
  if (why !== undefined) return { kind: "stays", why };
  const dataClass = scanned.edits.length === 0 ? "none" : "redacted";
  if (!policy.allow.includes(dataClass)) return { kind: "stays", why: "class" };
  const { turn, dropped } = bare(scanned.turn);
  if (!(await isClean(turn, scanned.originals, guards))) return { kind: "stays", why: "doubtful" };
  return { kind: "may-leave", turn, dataClass, found: countsOf(scanned.edits), dropped };
}

/** Characters that are looked at before others have their turn. */
const TURN_CHARS = 65_536;

/** Findings of these guards are made harmless by what stands in their place; a credential is not. */
const REPLACEABLE = "privacy/";

function unfit(
  asked: Turn,
  { edits, tallies }: ScannedRequest,
  { never }: BurstPolicy,
): StayReason | undefined {
  if (edits.some(({ isApplied }) => !isApplied)) return "observed";
  if (edits.some(({ guard }) => !guard.startsWith(REPLACEABLE))) return "found";
  const isWhole = tallies.every(
    ({ received, scanned, released, withheld }) =>
      received === scanned && received === released && withheld === 0,
  );
  if (!isWhole || hasUnscanned(asked)) return "unscanned";
  return textsOf(asked).some((text) => holdsTerm(text, never)) ? "term" : undefined;
}

/** An image can show what no guard reads; biases spell words by the numbers of their tokens. */
function hasUnscanned({ messages, sampling }: Turn): boolean {
  const hasImage = messages.some(({ parts }) => parts.some(({ kind }) => kind === "image"));
  return hasImage || Object.keys(sampling.logitBias ?? {}).length > 0;
}

/** Without what a server of somebody else has no need of: unknown fields, a seed, whom it is for. */
function bare(turn: Turn): { readonly turn: Turn; readonly dropped: readonly string[] } {
  const { subject, extra, sampling, ...rest } = turn;
  const { seed, ...drawn } = sampling;
  const dropped = [...Object.keys(extra), ...(seed === undefined ? [] : ["seed"])];
  // Named above to be left out.
  void subject;
  return { turn: { ...rest, extra: {}, sampling: drawn }, dropped };
}

/** Every text that would be sent, and those of one message as they are read: one behind the other. */
function textsOf(turn: Turn): readonly RequestText[] {
  const texts: RequestText[] = [];
  mapTexts(turn, (text) => {
    texts.push(text);
    return text.text;
  });
  for (const { parts } of turn.messages) {
    const written = parts.flatMap((part) => ("text" in part ? [part.text] : []));
    if (written.length > 1) texts.push({ channel: "text", isJson: false, text: written.join("") });
  }
  return texts;
}

/** True when no guard finds anything but surrogates in what would be sent. */
async function isClean(
  turn: Turn,
  originals: ReadonlyMap<string, string>,
  guards: readonly PolicyGuard[],
): Promise<boolean> {
  const around = { originals, guards, budget: new WorkBudget() };
  for (const text of textsOf(turn)) {
    if (text.text !== "" && !(await isCleanText(text, around))) return false;
  }
  return true;
}

async function isCleanText(
  { channel, isJson, text }: RequestText,
  around: {
    readonly originals: ReadonlyMap<string, string>;
    readonly guards: readonly PolicyGuard[];
    readonly budget: WorkBudget;
  },
): Promise<boolean> {
  const { originals, guards, budget } = around;
  const watching = guardsFor(guards, "request", channel);
  // Who looks at nothing finds nothing.
  if (watching.length < guards.length || guards.length === 0) return false;
  let found = 0;
  let harmless = 0;
  let isHalted = false;
  const gate = new Gate(
    // A guard that fails now must not let anything through, and one that blocks must tell what it is about.
    watching.map((guard) => ({ ...guard, mode: "redact" as const, onError: "block" as const })),
    { side: "request", channel, isJson, budget },
    {
      pass: ({ edits }) => {
        found += edits.length;
      },
      halt: () => {
        isHalted = true;
      },
      replace: (_, original) => {
        if (isMadeOfSurrogates(original, originals)) harmless += 1;
        return original;
      },
    },
    new Tally().of(channel),
  );
  for (let at = 0; at < text.length; at += TURN_CHARS) {
    gate.push(text.slice(at, at + TURN_CHARS), at + TURN_CHARS >= text.length);
    await gate.busy;
    // Others have their turn: a large body holds nobody up (CWE-400).
    if (at > 0) await setImmediate();
  }
  return !isHalted && found === harmless;
}

function countsOf(edits: readonly { readonly type: string }[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { type } of edits) counts.set(type, (counts.get(type) ?? 0) + 1);
  return Object.fromEntries(counts);
}
