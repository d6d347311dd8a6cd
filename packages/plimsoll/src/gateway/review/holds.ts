import { createHash, randomBytes } from "node:crypto";

import type { Delta } from "../../engine/delta.ts";
import type { AuditEvent } from "../../audit/contract.ts";
import type { JsonObject } from "../../kernel/json.ts";
import type { HoldRow, Store } from "../../store/contract.ts";
import type { HeldAnswer } from "../hot/contract.ts";
import type { Caller } from "../keys/contract.ts";
import { Restorer } from "../pipeline/restore.ts";
import type { HeldState } from "../server/contract.ts";
import type { Keyring } from "./keyring.ts";

/** How held answers are decided. */
export type ReviewPolicy = {
  /** People who must agree. */
  readonly quorum: number;
  /** Types for which two must agree. */
  readonly twoPerson: readonly string[];
  readonly ttlMs: number;
};

/** What deciding came to. */
export type Decided =
  | { readonly kind: "released" | "edited" | "refused" }
  /** One more person must agree. */
  | { readonly kind: "waits"; readonly for: number }
  | { readonly kind: "not-found" | "own" | "changed" | "decided" };

/** A person's word. */
export type Vote = {
  readonly verdict: "release" | "edit" | "refuse";
  /** The digest of what the person saw. */
  readonly digest: string;
  readonly reason: string;
  /** The new text, for an edit. */
  readonly text?: string;
};

/** What a person who decides sees. */
export type ShownHold = Omit<HoldRow, "sealed"> & { readonly text: string };

type Kept = {
  readonly text: string;
  readonly deltas: readonly Delta[];
  /** What surrogates in it stand for. */
  readonly originals: readonly (readonly [string, string])[];
};

/** What holding stands on. */
export type HoldPorts = {
  readonly store: Pick<Store, "holds" | "subjects">;
  readonly keyring: Keyring;
  readonly policy: () => ReviewPolicy;
  readonly audit: (event: AuditEvent) => Promise<void>;
  readonly now: () => number;
};

/** Keeps answers that wait for a person, sealed and bound to their digest, and lets people decide. */
export class Holds {
  readonly #ports: HoldPorts;

  constructor(ports: HoldPorts) {
    this.#ports = ports;
  }

  /** Seals an answer and returns its ticket. Rejects when it cannot be kept. */
  async add(held: HeldAnswer): Promise<string> {
    const { store, now, policy } = this.#ports;
    const kept: Kept = {
      text: textOf(held.deltas),
      deltas: held.deltas,
      originals: [...held.originals],
    };
    const id = `hold_${randomBytes(12).toString("base64url")}`;
    const at = now();
    const digest = digestOf(kept);
    const subject = await this.#subject(held.caller, held.turn.subject);
    const found = [...new Set([held.halt.reason, ...held.edits.map(({ type }) => type)])];
    const isTwo = found.some((type) => policy().twoPerson.includes(type));
    await store.holds.add({
      id,
      requestId: held.requestId,
      keyId: held.caller.keyId,
      team: held.caller.team,
      alias: held.alias,
      dialect: held.dialect,
      createdAt: at,
      expiresAt: at + policy().ttlMs,
      digest,
      policyDigest: held.policyDigest,
      reasons: [`${held.halt.guard}: ${held.halt.reason}`],
      quorum: Math.max(policy().quorum, isTwo ? 2 : 1),
      sealed: this.#seal(subject, id, kept),
      state: "open",
      decidedAt: null,
    });
    await this.#tell("review.hold", "plimsoll", id, held.requestId, {
      digest,
      guard: held.halt.guard,
    });
    return id;
  }

  async list(state?: HoldRow["state"]): Promise<readonly Omit<HoldRow, "sealed">[]> {
    await this.expire();
    return (await this.#ports.store.holds.list(state)).map(withoutSeal);
  }

  /** What a person sees before deciding. */
  async show(id: string): Promise<ShownHold | undefined> {
    const found = await this.#ports.store.holds.get(id);
    if (found === undefined) return undefined;
    const kept = await this.#open(found.hold);
    return kept === undefined ? undefined : { ...withoutSeal(found.hold), text: kept.text };
  }

  /** Takes a person's word. Nobody decides on an answer to their own request, except `local` on loopback. */
  async decide(id: string, by: Caller, vote: Vote): Promise<Decided> {
    const { store, now } = this.#ports;
    await this.expire();
    const found = await store.holds.get(id);
    if (found === undefined) return { kind: "not-found" };
    const { hold, votes } = found;
    if (hold.state !== "open") return { kind: "decided" };
    const isSelf = hold.keyId === by.keyId;
    if (isSelf && by.keyId !== "local") return { kind: "own" };
    const kept = await this.#open(hold);
    // What is opened must be what was sealed, and what the person saw.
    if (kept === undefined || digestOf(kept) !== hold.digest || vote.digest !== hold.digest) {
      return { kind: "changed" };
    }
    const agreeing = votes.filter(({ verdict }) => verdict === vote.verdict).length + 1;
    // One who refuses is enough; letting out takes as many as the policy says.
    const isEnough = vote.verdict === "refuse" || agreeing >= hold.quorum;
    const next = isEnough ? await this.#next(hold, kept, vote) : undefined;
    const cast = {
      holdId: id,
      at: now(),
      by: by.keyId,
      verdict: vote.verdict,
      digest: vote.digest,
      reason: vote.reason,
    };
    const isCounted = await store.holds.vote(cast, next);
    if (!isCounted) return { kind: "decided" };
    const kind = next === undefined ? "review.vote" : KINDS[vote.verdict];
    await this.#tell(kind, `key:${by.keyId}`, id, hold.requestId, {
      digest: hold.digest,
      reason: vote.reason,
      self: isSelf,
      verdict: vote.verdict,
    });
    if (next === undefined) return { kind: "waits", for: hold.quorum - agreeing };
    return { kind: next.state };
  }

  /** What the one who asked may know of it. */
  async state(id: string, keyId: string): Promise<HeldState | undefined> {
    await this.expire();
    const found = await this.#ports.store.holds.get(id);
    if (found === undefined || found.hold.keyId !== keyId) return undefined;
    const { hold } = found;
    if (hold.state === "open") return { kind: "open" };
    if (hold.state === "refused" || hold.state === "expired") return { kind: "refused" };
    const kept = await this.#open(hold);
    return kept === undefined
      ? { kind: "refused" }
      : { kind: "released", body: bodyOf(hold, restored(kept)) };
  }

  /** Refuses what nobody decided in time. */
  async expire(): Promise<void> {
    const { store, now } = this.#ports;
    for (const id of await store.holds.expire(now())) {
      await this.#tell("review.expire", "plimsoll", id, undefined, {});
    }
  }

  async #next(
    hold: HoldRow,
    kept: Kept,
    vote: Vote,
  ): Promise<{ readonly state: "released" | "edited" | "refused"; readonly sealed?: Uint8Array }> {
    if (vote.verdict === "refuse") return { state: "refused" };
    if (vote.verdict === "release" || vote.text === undefined) return { state: "released" };
    const subject = await this.#subjectOf(hold);
    return {
      state: "edited",
      sealed: this.#seal(subject, hold.id, { ...kept, text: vote.text, deltas: [] }),
    };
  }

  #seal(
    subject: { readonly id: string; readonly wrapped: Uint8Array },
    id: string,
    kept: Kept,
  ): Buffer {
    const named = { subject: subject.id, ...kept };
    const { keyring } = this.#ports;
    const sealed = keyring.sealFor(subject, id, Buffer.from(JSON.stringify(named)));
    // Whose it is stands before it: without that nobody could find the key.
    const head = Buffer.from(
      JSON.stringify({ id: subject.id, wrapped: Buffer.from(subject.wrapped).toString("base64") }),
    );
    const length = Buffer.alloc(4);
    length.writeUInt32BE(head.length);
    return Buffer.concat([length, head, sealed]);
  }

  async #open(hold: HoldRow): Promise<Kept | undefined> {
    try {
      const { subject, sealed } = partsOf(hold.sealed);
      const value: unknown = JSON.parse(
        this.#ports.keyring.openFor(subject, hold.id, sealed).toString("utf8"),
      );
      return await Promise.resolve(keptOf(value));
    } catch {
      // What cannot be opened is never let out; the caller says that it was changed.
      return undefined;
    }
  }

  #subjectOf(hold: HoldRow): Promise<{ readonly id: string; readonly wrapped: Uint8Array }> {
    return Promise.resolve(partsOf(hold.sealed).subject);
  }

  #subject(
    caller: Caller,
    subject: string | undefined,
  ): Promise<{ readonly id: string; readonly wrapped: Uint8Array }> {
    const { store, keyring } = this.#ports;
    const mac = keyring.macOf(`${caller.team}\0${subject ?? `key:${caller.keyId}`}`);
    return store.subjects.take(mac, keyring.newSubject());
  }

  #tell(
    kind: AuditEvent["kind"],
    actor: string,
    hold: string,
    request: string | undefined,
    body: JsonObject,
  ): Promise<void> {
    return this.#ports.audit({
      kind,
      actor,
      ...(request === undefined ? {} : { request }),
      body: { ...body, hold },
    });
  }
}

const KINDS = { release: "review.release", edit: "review.edit", refuse: "review.refuse" } as const;

function textOf(deltas: readonly Delta[]): string {
  return deltas
    .map((delta) => (delta.kind === "text" && delta.choice === 0 ? delta.text : ""))
    .join("");
}

/** The text for the one who asked, who may read what they wrote themselves. */
function restored({ text, originals }: Kept): string {
  return new Restorer(new Map(originals), false).push(text, true);
}

/** Binds a decision to what was decided on. */
function digestOf({ text, deltas }: Kept): string {
  return createHash("sha256")
    .update(JSON.stringify([text, deltas]))
    .digest("hex");
}

function withoutSeal(hold: HoldRow): Omit<HoldRow, "sealed"> {
  const { sealed, ...shown } = hold;
  // The sealed bytes are for nobody's eyes.
  void sealed;
  return shown;
}

function bodyOf(hold: HoldRow, text: string): JsonObject {
  return { state: hold.state, request: hold.requestId, model: hold.alias, text };
}

function partsOf(sealed: Uint8Array): {
  readonly subject: { readonly id: string; readonly wrapped: Uint8Array };
  readonly sealed: Uint8Array;
} {
  const bytes = Buffer.from(sealed);
  const length = bytes.readUInt32BE(0);
  const head: unknown = JSON.parse(bytes.toString("utf8", 4, 4 + length));
  if (typeof head !== "object" || head === null || !("id" in head) || !("wrapped" in head)) {
    throw new RangeError("it names nobody");
  }
  const wrapped = Buffer.from(String(head.wrapped), "base64");
  return { subject: { id: String(head.id), wrapped }, sealed: bytes.subarray(4 + length) };
}

function keptOf(value: unknown): Kept | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { text, deltas, originals }: { text?: unknown; deltas?: unknown; originals?: unknown } =
    value;
  if (typeof text !== "string" || !Array.isArray(deltas) || !Array.isArray(originals))
    return undefined;
  // Sealed by us under a key of ours: nobody else can have written it.
  return { text, deltas, originals };
}
