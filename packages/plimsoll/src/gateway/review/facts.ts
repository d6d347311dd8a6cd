import { createHash } from "node:crypto";

import type { AuditKind } from "../../audit/contract.ts";
import type { Part, Turn } from "../../engine/turn.ts";
import type { JsonObject } from "../../kernel/json.ts";
import type { HoldRow, OutboxEvent } from "../../store/contract.ts";
import type { HeldAnswer } from "../hot/contract.ts";
import { boundOf, type Bound, type Kept } from "./kept.ts";
import { LOCAL, type People } from "./people.ts";
import type { ReviewPolicy } from "./policy.ts";

/** What every hold begins with. */
export const NEW_HOLD = {
  state: "open",
  decidedAt: null,
  version: 0,
  claimedBy: null,
  claimedUntil: null,
  takenAt: null,
} as const;

/** What of a new hold must not change, by the policy of the moment it begins. */
export function boundFor(id: string, held: HeldAnswer, at: number, policy: ReviewPolicy): Bound {
  const { requestId, caller, alias, dialect, side, policyDigest, halt, edits } = held;
  const found = [halt.reason, ...edits.map(({ type }) => type)];
  const isTwo = found.some((type) => policy.twoPerson.includes(type));
  return boundOf({
    id,
    requestId,
    keyId: caller.keyId,
    team: caller.team,
    alias,
    dialect,
    side,
    expiresAt: at + policy.ttlMs,
    policyDigest,
    quorum: Math.max(policy.quorum, isTwo ? 2 : 1),
    editQuorum: policy.editSecond ? 2 : 1,
  });
}

/** What is sealed of a new hold. Of the images of a request that was answered their digests are enough. */
export function keptFor(bound: Bound, held: HeldAnswer): Kept {
  const turn = held.side === "answer" ? withoutImages(held.turn) : held.turn;
  const { deltas, originals, usage, hasUsage, bodyBytes, edits, tallies } = held;
  return {
    bound,
    turn,
    deltas,
    originals: [...originals],
    usage,
    hasUsage,
    bodyBytes,
    scan: { edits, tallies },
    edits: 0,
    outcome: "open",
  };
}

function withoutImages(turn: Turn): Turn {
  if (!turn.messages.some(({ parts }) => parts.some(isImage))) return turn;
  const messages = turn.messages.map((message) => ({
    ...message,
    parts: message.parts.map((part) =>
      part.kind === "image" ? { ...part, url: `sha256:${sha256(part.url)}` } : part,
    ),
  }));
  return { ...turn, messages };
}

function isImage({ kind }: Part): boolean {
  return kind === "image";
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** True while somebody else, who may still decide, has it for themselves. */
export function isClaimed(
  { claimedBy, claimedUntil }: Pick<HoldRow, "claimedBy" | "claimedUntil">,
  by: string,
  people: People,
  now: number,
): boolean {
  if (claimedBy === null || (claimedUntil ?? 0) <= now) return false;
  return people.personOf(claimedBy) !== by && people.mayReview(claimedBy);
}

/** The id of a key, however it was named: callers may name an actor as the log does. */
export function keyIdOf(actor: string): string {
  return actor.slice(actor.lastIndexOf(":") + 1);
}

/** A person as the log names them. */
export function actorOf(keyId: string): string {
  return keyId === LOCAL ? LOCAL : `key:${keyId}`;
}

/** An event about a hold. It tells digests and reasons, and never what was said. */
export function eventOf(
  kind: AuditKind,
  actor: string,
  { id, requestId }: Pick<HoldRow, "id" | "requestId">,
  body: JsonObject,
): OutboxEvent {
  return { kind, actor, request: requestId, body: JSON.stringify({ ...body, hold: id }) };
}
