import type { JsonObject } from "../../kernel/json.ts";
import type { HoldRow, Store, VoteRow } from "../../store/contract.ts";
import type { TextDialect } from "../dialects/contract.ts";
import type { Verdict } from "../hot/contract.ts";
import type { PolicyGuard } from "../pipeline/guards.ts";
import { scanRequest } from "../pipeline/request.ts";
import { letOut, reviewAnswer, reviewGuards } from "../pipeline/reviewed.ts";
import type { HeldState } from "../server/contract.ts";
import { eventOf } from "./facts.ts";
import type { Kept } from "./kept.ts";
import { People } from "./people.ts";
import type { Vault } from "./vault.ts";
import type { Waiters } from "./waiters.ts";

/** What the one who asked stands on. */
export type AskerPorts = {
  readonly store: Pick<Store, "holds" | "keys">;
  readonly vault: Vault;
  readonly waiters: Waiters;
  /** Those of now: what leaves later than it was decided passes them too. */
  readonly guards: () => readonly PolicyGuard[];
  /** Resolves when the events of everything that was read or changed are durable. */
  readonly keep: <T>(change: () => Promise<T>) => Promise<T>;
  readonly now: () => number;
};

/** What the one who asked for a held answer may know of it, and get. */
export class Asker {
  readonly #ports: AskerPorts;

  constructor(ports: AskerPorts) {
    this.#ports = ports;
  }

  /** What became of it; undefined for another key's, as if there were none. */
  async state(id: string, keyId: string): Promise<HeldState | undefined> {
    const found = await this.#get(id);
    if (found === undefined || !(await this.#isTheirs(found.hold, keyId))) return undefined;
    return this.#stateOf(found.hold);
  }

  /**
   * Waits for the decision, at most so many milliseconds. A request that is let go is taken with it, for the
   * request `as`.
   */
  async decided(id: string, ms: number, signal: AbortSignal, as: string): Promise<Verdict> {
    const { waiters, now } = this.#ports;
    const end = now() + ms;
    for (let left = ms; left > 0 && !signal.aborted; left = end - now()) {
      // Registered before it is looked at, so that no decision falls between.
      const told = waiters.wait(id, left, signal);
      const verdict = await this.#verdict(id, as, signal);
      if (verdict.kind !== "open") {
        waiters.tell(id);
        return verdict;
      }
      if (told === undefined) break;
      await told;
    }
    return this.#verdict(id, as, signal);
  }

  /** Takes a released request for the request `as`, once; false when it was taken. */
  async take(id: string, as: string): Promise<boolean> {
    const { store, now, keep } = this.#ports;
    const found = await store.holds.get(id);
    if (found === undefined) return false;
    const { hold } = found;
    if (hold.state !== "released" || hold.side !== "request" || hold.takenAt !== null) return false;
    const event = eventOf("review.send", "plimsoll", hold, { as, digest: hold.digest });
    return keep(() => store.holds.change(hold, { takenAt: now() }, { event }));
  }

  /** Gives back a request that no engine answered. */
  async giveBack(id: string): Promise<void> {
    const { store } = this.#ports;
    const found = await store.holds.get(id);
    if (found !== undefined) await store.holds.change(found.hold, { takenAt: null }, {});
  }

  /** What people came to, for a receipt: no names, no reasons. */
  async reviewOf(id: string): Promise<JsonObject | undefined> {
    const found = await this.#get(id);
    if (found === undefined) return undefined;
    const { hold, votes } = found;
    const { side, state, digest, policyDigest, decidedAt } = hold;
    const people = state === "open" ? 0 : agreed(hold, votes);
    const decided = decidedAt === null ? null : new Date(decidedAt).toISOString();
    return { hold: id, side, state, digest, policy: policyDigest, people, decided };
  }

  /** Lets those who wait look whether another process decided. */
  async look(): Promise<void> {
    const { waiters, store } = this.#ports;
    const { ids } = waiters;
    if (ids.length === 0) return;
    // Of very many that wait some are not in the list: they look, and wait on.
    const open = new Set((await store.holds.list("open")).map(({ id }) => id));
    for (const id of ids) if (!open.has(id)) waiters.tell(id);
  }

  #get(id: string): ReturnType<Store["holds"]["get"]> {
    const { keep, store } = this.#ports;
    return keep(() => store.holds.get(id));
  }

  async #isTheirs({ keyId: own }: HoldRow, keyId: string): Promise<boolean> {
    if (own === keyId) return true;
    const { store, now } = this.#ports;
    return new People(await store.keys.all(), now()).personOf(own) === keyId;
  }

  async #verdict(id: string, as: string, signal: AbortSignal): Promise<Verdict> {
    const found = await this.#get(id);
    if (found === undefined) return { kind: "refused" };
    const state = await this.#stateOf(found.hold);
    switch (state.kind) {
      case "open":
        return { kind: "open" };
      case "answer":
        return { kind: state.state, deltas: state.deltas };
      case "request": {
        // Who left cannot be answered: it stays to be taken by whoever comes back.
        if (signal.aborted) return { kind: "open" };
        const { scanned } = state;
        return (await this.take(id, as)) ? { kind: "may-go", scanned } : { kind: "refused" };
      }
      case "refused":
      case "expired":
      case "sent":
        return { kind: "refused" };
    }
  }

  async #stateOf(hold: HoldRow): Promise<HeldState> {
    const { now, vault, guards } = this.#ports;
    const { state, expiresAt, takenAt } = hold;
    if (state === "open") {
      return expiresAt <= now() ? { kind: "expired" } : { kind: "open", expiresAt };
    }
    if (state === "refused" || state === "expired") return { kind: state };
    if (takenAt !== null) return { kind: "sent" };
    const kept = vault.open(hold);
    // Changed after the decision, or never decided on: nobody let this out.
    if (kept?.outcome !== state) return { kind: "refused" };
    return kept.bound.side === "request"
      ? requestOf(hold, kept, guards())
      : answerOf(hold, state, kept, guards());
  }
}

/** What guards of now let nobody have is refused, whoever let it out before they did. */
const REFUSED = { kind: "refused" } as const;

async function answerOf(
  hold: HoldRow,
  state: "released" | "edited",
  { turn, deltas, originals, usage, hasUsage }: Kept,
  guards: readonly PolicyGuard[],
): Promise<HeldState> {
  const isJson = turn.output.kind !== "text";
  const hasLogprobs = turn.sampling.logprobs !== undefined;
  const reviewed = await reviewAnswer(deltas, { guards, isJson, hasLogprobs });
  if (reviewed.kind === "blocked") return REFUSED;
  const released = letOut(reviewed.deltas, new Map(originals), isJson);
  const { requestId, createdAt } = hold;
  const dialect = dialectOf(hold);
  const told = { requestId, dialect, turn, usage, hasUsage, createdAt };
  return { kind: "answer", state, deltas: released, ...told };
}

async function requestOf(
  hold: HoldRow,
  { turn, originals, scan, hasUsage, bodyBytes }: Kept,
  guards: readonly PolicyGuard[],
): Promise<HeldState> {
  const again = await scanRequest(turn, reviewGuards(guards));
  if (again.kind === "halted") return REFUSED;
  const scanned = {
    ...again,
    originals: new Map([...originals, ...again.originals]),
    edits: [...scan.edits, ...again.edits],
  };
  return { kind: "request", id: hold.id, dialect: dialectOf(hold), hasUsage, bodyBytes, scanned };
}

const DIALECTS: readonly TextDialect["name"][] = ["chat", "completions", "responses", "messages"];

function dialectOf({ dialect }: HoldRow): TextDialect["name"] {
  return DIALECTS.find((name) => name === dialect) ?? "chat";
}

/** People who agreed on what was let out. */
function agreed({ digest }: HoldRow, votes: readonly VoteRow[]): number {
  return new Set(votes.filter((vote) => vote.digest === digest).map(({ by }) => by)).size;
}
