import { createHash } from "node:crypto";

import type { Delta, Usage } from "../../engine/delta.ts";
import type { Turn } from "../../engine/turn.ts";
import type { HoldRow } from "../../store/contract.ts";
import type { AppliedEdit } from "../pipeline/guards.ts";
import type { ChannelTally } from "../pipeline/tally.ts";
import { Restorer } from "../pipeline/restore.ts";

/** What is sealed of a held answer: everything that a decision needs, and what it is bound to. */
export type Kept = {
  /** Facts of its row, so that a changed row shows. */
  readonly bound: Bound;
  /** The request as an engine may have it: surrogates stand in it. */
  readonly turn: Turn;
  /** The answer as a person decides on it; of a held request there is none yet. */
  readonly deltas: readonly Delta[];
  /** What surrogates stand for. */
  readonly originals: readonly (readonly [string, string])[];
  readonly usage: { readonly usage: Usage; readonly isEstimated: boolean };
  /** True where the client asked for usage in a stream. */
  readonly hasUsage: boolean;
  readonly bodyBytes: number;
  /** What guards made of a held request. */
  readonly scan: {
    readonly edits: readonly AppliedEdit[];
    readonly tallies: readonly ChannelTally[];
  };
  /** How often a person wrote it anew. */
  readonly edits: number;
  /** What people came to. A row that says another thing was changed by somebody who has no key to seal with. */
  readonly outcome: "open" | "released" | "edited";
};

/** What of a row must not change while it waits. */
export type Bound = Pick<
  HoldRow,
  | "id"
  | "requestId"
  | "keyId"
  | "team"
  | "alias"
  | "dialect"
  | "side"
  | "expiresAt"
  | "policyDigest"
  | "quorum"
  | "editQuorum"
>;

/** The facts that are sealed with an answer. */
export function boundOf(row: Bound): Bound {
  const { id, requestId, keyId, team, alias, dialect, side } = row;
  const { expiresAt, policyDigest, quorum, editQuorum } = row;
  const named = { id, requestId, keyId, team, alias, dialect, side };
  return { ...named, expiresAt, policyDigest, quorum, editQuorum };
}

/** SHA-256, hex, of the canonical request and answer: what a decision is bound to. */
export function digestOf({ turn, deltas, edits }: Kept): string {
  return sha256({ answer: deltas, edits, turn });
}

/** True when a row still says what was sealed with it. */
export function isBound(kept: Kept, row: Bound): boolean {
  return sha256(kept.bound) === sha256(boundOf(row));
}

/** What a person reads and lets out: an answer, or a held request. Surrogates stand in it. */
export function textOf(kept: Kept): string {
  if (kept.bound.side === "request") return messagesOf(kept);
  return kept.deltas.map(shownOf).join("");
}

/** What an answer was asked for with; empty for a request, which is shown itself. */
export function askedOf(kept: Kept): string {
  return kept.bound.side === "request" ? "" : messagesOf(kept);
}

function messagesOf({ turn }: Kept): string {
  const messages = turn.messages.map(({ role, parts, calls = [] }) => {
    const said = parts.map((part) => (part.kind === "image" ? "[an image]" : part.text));
    const called = calls.map(({ name, args }) => `${name}(${args})`);
    return `${role}: ${[...said, ...called].join("\n")}`;
  });
  return [...(turn.prompt === undefined ? [] : [turn.prompt]), ...messages].join("\n");
}

/** A person's text as an answer. */
export function writtenBy(text: string): readonly Delta[] {
  return [
    { kind: "text", choice: 0, text },
    { kind: "finish", choice: 0, reason: "stop" },
  ];
}

/**
 * True when a text may stand in place of an answer. Where the client asked for JSON it must be that, also once
 * surrogates are put back.
 */
export function isFit({ bound, turn, originals }: Kept, deltas: readonly Delta[]): boolean {
  const text = deltas.map((delta) => (delta.kind === "text" ? delta.text : "")).join("");
  if (bound.side === "request" || text.trim() === "") return false;
  if (turn.output.kind === "text") return true;
  try {
    JSON.parse(new Restorer(new Map(originals), true).push(text, true));
    return true;
  } catch {
    // What the client's parser would refuse must not be let out as an answer.
    return false;
  }
}

/** Reads what was opened: sealed by us, under a key of ours, so that its inside is what we wrote. */
export function isKept(value: unknown): value is Kept {
  if (typeof value !== "object" || value === null) return false;
  return ["bound", "turn", "deltas", "originals", "usage", "scan", "edits", "outcome"].every(
    (name) => Object.hasOwn(value, name),
  );
}

function shownOf(delta: Delta): string {
  switch (delta.kind) {
    case "text":
      return delta.choice === 0 ? delta.text : `\n[choice ${delta.choice}] ${delta.text}`;
    case "reasoning":
    case "refusal":
      return `[${delta.kind}] ${delta.text}\n`;
    case "tool":
      return `\n[tool] ${delta.name ?? ""} ${delta.args ?? ""}`;
    case "finish":
    case "usage":
      return "";
  }
}

function sha256(value: unknown): string {
  return createHash("sha256").update(spelled(value)).digest("hex");
}

/**
 * One spelling of a JSON value: keys sorted, no blanks, numbers as ECMAScript writes them (RFC 8785). Halves of
 * surrogate pairs are escaped and so stay apart, where the log's own spelling would make them alike.
 */
function spelled(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => spelled(item)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${spelled(member)}`);
  return `{${members.join(",")}}`;
}
