import { reasonOf } from "../../kernel/error.ts";
import type { Delta } from "../../engine/delta.ts";
import type { Turn } from "../../engine/turn.ts";
import { scanRequest } from "../pipeline/request.ts";
import type { AppliedEdit, Halt } from "../pipeline/guards.ts";
import { reviewAnswer, reviewGuards } from "../pipeline/reviewed.ts";
import { refuse, type Refusal } from "../refusal.ts";
import type { HeldAnswer, HotPorts, HotRequest, Snapshot } from "./contract.ts";

/** What came of having a person decide. */
export type Sealed =
  | {
      readonly kind: "held";
      readonly ticket: string;
      /** Where the one who asked learns what became of it. */
      readonly path: string;
      /** What they are told while nobody decided. */
      readonly refusal: Refusal;
    }
  /** A guard that blocks found something in the rest of it: no person may let it out. */
  | { readonly kind: "blocked"; readonly halt: Halt }
  /** It cannot be kept, so that nobody could ever decide: nothing of it leaves. */
  | { readonly kind: "not-kept"; readonly refusal: Refusal };

type Around = { readonly snapshot: Snapshot; readonly ports: HotPorts };

/** Seals an answer for a person; what guards take out of any answer is out of it first. */
export async function sealAnswer(
  request: HotRequest,
  answer: {
    readonly turn: Turn;
    readonly deltas: readonly Delta[];
    readonly halt: Halt;
    readonly edits: readonly AppliedEdit[];
    readonly originals: ReadonlyMap<string, string>;
    readonly usage: HeldAnswer["usage"];
  },
  { snapshot, ports }: Around,
): Promise<Sealed> {
  const { turn } = answer;
  const reviewed = await reviewAnswer(answer.deltas, {
    guards: snapshot.guards,
    isJson: turn.output.kind !== "text",
    hasLogprobs: turn.sampling.logprobs !== undefined,
  });
  if (reviewed.kind === "blocked") return reviewed;
  const { deltas, tallies } = reviewed;
  const held = { ...answer, side: "answer", deltas, tallies } as const;
  return seal(request, held, { snapshot, ports });
}

/** Seals a request before any engine sees it; surrogates stand in it where guards put them. */
export async function sealRequest(
  request: HotRequest,
  halt: Halt,
  { snapshot, ports }: Around,
): Promise<Sealed> {
  const scanned = await scanRequest(request.turn, reviewGuards(snapshot.guards));
  if (scanned.kind === "halted") return { kind: "blocked", halt: scanned.halt };
  const usage = { usage: { input: 0, output: 0 }, isEstimated: false };
  const held = { ...scanned, side: "request", deltas: [], halt, usage } as const;
  return seal(request, held, { snapshot, ports });
}

async function seal(
  { id, caller, route, dialect, hasUsage, bodyBytes }: HotRequest,
  held: Pick<
    HeldAnswer,
    "side" | "turn" | "deltas" | "tallies" | "halt" | "edits" | "originals" | "usage"
  >,
  { snapshot, ports }: Around,
): Promise<Sealed> {
  const { side } = held;
  try {
    const named = { requestId: id, caller, alias: route.alias, dialect: dialect.name };
    const asked = { policyDigest: snapshot.policyDigest, hasUsage, bodyBytes };
    const made = await ports.hold({ ...held, ...named, ...asked });
    if (made.kind !== "held") return { kind: "not-kept", refusal: NOT_KEPT[made.kind] };
    const { ticket } = made;
    const path = `/v1/plimsoll/held/${ticket}`;
    return { kind: "held", ticket, path, refusal: waiting(side, path) };
  } catch (error) {
    ports.log("error", "not-held", { request: id, reason: reasonOf(error) });
    return { kind: "not-kept", refusal: NO_STORE };
  }
}

function waiting(side: HeldAnswer["side"], ticket: string): Refusal {
  return refuse("held_for_review", `This ${side} waits for a person.`, { ticket });
}

/** Answered where a person decided that nothing leaves, and nothing has. */
export const REQUEST_REFUSED = refuse("guard_blocked", "A person did not let this request go.");

const NOT_KEPT = {
  "too-large": refuse("guard_blocked", "This should wait for a person, and is too long for that."),
  "too-many": refuse("overloaded", "This should wait for a person, and too much waits already.", {
    retryAfterMs: 60_000,
  }),
} as const;

const NO_STORE = refuse("store_unavailable", "This should wait for a person, and cannot.", {
  retryAfterMs: 5_000,
});
