import { randomBytes } from "node:crypto";

import type { HoldRow, ListedHold, Store } from "../../store/contract.ts";
import type { HeldAnswer, HeldTicket } from "../hot/contract.ts";
import type { PolicyGuard } from "../pipeline/guards.ts";
import type { Claimed, Decided, Review, Reviewer, Shown, Word } from "./contract.ts";
import { ownership, tryToDecide, type Spoken } from "./decide.ts";
import { actorOf, boundFor, eventOf, isClaimed, keptFor, keyIdOf, NEW_HOLD } from "./facts.ts";
import { askedOf, digestOf, textOf } from "./kept.ts";
import { People } from "./people.ts";
import {
  CLAIM_TTL_MS,
  HELD_MAX_BYTES,
  HOLDS_OPEN_MAX,
  HOLDS_OPEN_MAX_BYTES,
  HOLDS_OPEN_PER_KEY,
  REASON_MAX_CHARS,
  type ReviewPolicy,
} from "./policy.ts";
import type { Vault } from "./vault.ts";
import type { Waiters } from "./waiters.ts";

/** What holding stands on. */
export type HoldPorts = {
  readonly store: Pick<Store, "holds" | "keys">;
  readonly vault: Vault;
  readonly waiters: Waiters;
  readonly policy: () => ReviewPolicy;
  /** Those that look at what a person writes. */
  readonly guards: () => readonly PolicyGuard[];
  /** Makes a change that leaves its events in the outbox, and resolves when they are durable where the log is. */
  readonly keep: <T>(change: () => Promise<T>) => Promise<T>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/** Looks again when somebody else changed it between reading and writing. */
const TRIES = 8;

/** Bytes of a ticket: nobody can guess another's. */
const ID_BYTES = 12;

/** Keeps what waits for a person, sealed and bound to its digest, and lets people decide. */
export class Holds implements Review {
  readonly #ports: HoldPorts;
  /** When the first one ends; undefined while that is not known. */
  #next: number | undefined;

  constructor(ports: HoldPorts) {
    this.#ports = ports;
  }

  /**
   * Seals an answer or a request and returns its ticket, once it and its event are on the disk.
   * Rejects when the store or the log cannot keep it.
   */
  async add(held: HeldAnswer): Promise<HeldTicket> {
    const { store, vault, now, policy, keep } = this.#ports;
    const id = `hold_${randomBytes(ID_BYTES).toString("base64url")}`;
    const createdAt = now();
    const bound = boundFor(id, held, createdAt, policy());
    const kept = keptFor(bound, held);
    const digest = digestOf(kept);
    const sealed = vault.seal(await vault.subjectOf(held.caller, held.turn.subject), kept);
    if (sealed.length > HELD_MAX_BYTES) return { kind: "too-large" };
    const { count, bytes, own } = await store.holds.open(bound.keyId);
    if (count >= HOLDS_OPEN_MAX || own >= HOLDS_OPEN_PER_KEY) return { kind: "too-many" };
    if (bytes + sealed.length > HOLDS_OPEN_MAX_BYTES) return { kind: "too-many" };
    const { guard, reason } = held.halt;
    const reasons = [`${guard}: ${reason}`];
    const row: HoldRow = { ...bound, ...NEW_HOLD, createdAt, digest, reasons, sealed };
    const body = { digest, guard, policy: row.policyDigest, side: row.side };
    await keep(() => store.holds.add(row, eventOf("review.hold", "plimsoll", row, body)));
    this.#next = Math.min(this.#next ?? row.expiresAt, row.expiresAt);
    return { kind: "held", ticket: id };
  }

  async list(state?: HoldRow["state"]): Promise<readonly ListedHold[]> {
    await this.expire();
    return this.#ports.store.holds.list(state);
  }

  async show(id: string, reviewer: Reviewer): Promise<Shown> {
    const { store, vault, keep } = this.#ports;
    const { people, by } = await this.#who(reviewer);
    if (!people.mayReview(by)) return { kind: "not-allowed" };
    await this.expire();
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const found = await store.holds.get(id);
      if (found === undefined) return { kind: "not-found" };
      const { hold, votes } = found;
      if (ownership(hold, by, people) === "own") return { kind: "own" };
      const kept = vault.open(hold);
      if (kept === undefined) return { kind: "changed" };
      const event = eventOf("reveal", actorOf(by), hold, { digest: hold.digest });
      // Somebody was faster: what was read is no longer what stands there.
      if (!(await keep(() => store.holds.change(hold, {}, { event })))) continue;
      const { sealed: _, ...listed } = hold;
      return {
        kind: "shown",
        hold: { ...listed, text: textOf(kept), asked: askedOf(kept), votes },
      };
    }
    return { kind: "busy" };
  }

  async claim(id: string, reviewer: Reviewer & { readonly reason?: string }): Promise<Claimed> {
    const { store, keep, now } = this.#ports;
    const { people, by } = await this.#who(reviewer);
    if (!people.mayReview(by)) return { kind: "not-allowed" };
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      await this.expire();
      const found = await store.holds.get(id);
      if (found === undefined) return { kind: "not-found" };
      const { hold } = found;
      if (hold.state !== "open") return { kind: "decided", state: hold.state };
      if (ownership(hold, by, people) === "own") return { kind: "own" };
      const at = now();
      if (hold.expiresAt <= at) continue;
      if (isClaimed(hold, by, people, at)) return { kind: "claimed" };
      const until = at + CLAIM_TTL_MS;
      const reason = (reviewer.reason ?? "").slice(0, REASON_MAX_CHARS);
      const event = eventOf("review.claim", actorOf(by), hold, { reason, until });
      const change = { claimedBy: by, claimedUntil: until };
      if (await keep(() => store.holds.change(hold, change, { event }))) {
        return { kind: "claimed-by-you", until };
      }
    }
    return { kind: "busy" };
  }

  release(id: string, word: Word): Promise<Decided> {
    return this.#decide(id, word, "release", "");
  }

  edit(id: string, word: Word & { readonly text: string }): Promise<Decided> {
    return this.#decide(id, word, "edit", word.text);
  }

  refuse(id: string, word: Word): Promise<Decided> {
    return this.#decide(id, word, "refuse", "");
  }

  /** Refuses what nobody decided in time. */
  async expire(): Promise<void> {
    const { store, now, keep, waiters } = this.#ports;
    const at = now();
    for (const due of await store.holds.due(at)) {
      const event = eventOf("review.expire", "plimsoll", due, { digest: due.digest });
      const change = { state: "expired", decidedAt: at } as const;
      // Somebody who was faster told of it too.
      if (await keep(() => store.holds.change(due, change, { event }))) waiters.tell(due.id);
    }
    this.#next = (await store.holds.open()).next ?? Infinity;
  }

  /** To be called often by a server: refuses what is due, and asks the store only then. */
  async tick(): Promise<void> {
    if (this.#next === undefined || this.#next <= this.#ports.now()) await this.expire();
  }

  async #decide(
    id: string,
    word: Word,
    verdict: Spoken["verdict"],
    text: string,
  ): Promise<Decided> {
    const reason = word.reason.trim();
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      // Looked up each time: a key may be revoked while its owner decides.
      const { people, by } = await this.#who(word);
      if (!people.mayReview(by)) return { kind: "not-allowed" };
      if (reason === "" || reason.length > REASON_MAX_CHARS) return { kind: "reason" };
      await this.expire();
      const spoken = { verdict, by, saw: word.digest, reason, text };
      const decided = await tryToDecide(this.#ports, people, id, spoken);
      if (decided !== undefined) return decided;
    }
    return { kind: "busy" };
  }

  async #who({ actor }: Reviewer): Promise<{ readonly people: People; readonly by: string }> {
    const { store, now } = this.#ports;
    const people = new People(await store.keys.all(), now());
    return { people, by: people.personOf(keyIdOf(actor)) };
  }
}
