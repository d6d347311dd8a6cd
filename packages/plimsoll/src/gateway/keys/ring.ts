import type { KeyRow } from "../../store/contract.ts";
import { refuse, type Refusal } from "../refusal.ts";
import type { Caller, KeyRing } from "./contract.ts";
import { hashOf, idOf, isSameHash } from "./secret.ts";

/** The caller of loopback when there is no key at all. */
export const LOCAL_CALLER: Caller = {
  keyId: "local",
  team: "local",
  roles: ["admin", "operator", "developer", "reviewer", "auditor"],
  models: [],
  parallel: null,
  // Whoever owns the machine: what may leave it is said by the policy alone.
  zones: ["local", "private", "cloud"],
};

/** Answers that are remembered: hashing a key costs more than the rest of a small request. */
const REMEMBERED_MAX = 10_000;

/** The keys of one moment, in memory. A reload makes a new ring. */
export class MemoryKeyRing implements KeyRing {
  readonly #byId: ReadonlyMap<string, { readonly row: KeyRow; readonly caller: Caller }>;
  readonly #isOpen: boolean;
  /** Names by key as it was presented, for keys that were right. */
  readonly #known = new Map<string, string>();

  /** `isOpen`: without a key one is `local`; for loopback alone. */
  constructor(rows: readonly KeyRow[], isOpen: boolean) {
    const named = new Map(rows.map((row) => [row.id, row]));
    this.#byId = new Map(rows.map((row) => [row.id, entryOf(row, named)]));
    this.#isOpen = isOpen;
  }

  authenticate(presented: string | undefined, now: number): ReturnType<KeyRing["authenticate"]> {
    if (presented === undefined || presented === "") {
      if (this.#isOpen) return { kind: "known", caller: LOCAL_CALLER };
      return refused(refuse("key_missing", "Send a key: Authorization: Bearer plm_…"));
    }
    const id = this.#known.get(presented) ?? idOf(presented);
    if (id === undefined) {
      // Clients insist on a key and people type any word: on loopback it counts for nothing.
      const isOurs = presented.startsWith("plm_");
      if (this.#isOpen && !isOurs) return { kind: "known", caller: LOCAL_CALLER };
      return refused(UNKNOWN);
    }
    const key = this.#byId.get(id);
    // The hash is compared also for a name that is not there, so that time does not tell which are.
    const isRight =
      this.#known.has(presented) || isSameHash(hashOf(presented), key?.row.hash ?? NO_HASH);
    if (key === undefined || !isRight) return refused(UNKNOWN);
    if (this.#known.size < REMEMBERED_MAX) this.#known.set(presented, id);
    const { revokedAt, expiresAt } = key.row;
    if (revokedAt !== null && revokedAt <= now) return refused(UNKNOWN);
    if (expiresAt !== null && expiresAt <= now) {
      return refused(refuse("key_expired", "This key has expired. Ask for a new one."));
    }
    return { kind: "known", caller: key.caller };
  }
}

/**
 * A secret that was replaced stands for the one in its place: it may what that one may, draws on the budgets that
 * went there, and ends when that one ends.
 */
function entryOf(
  row: KeyRow,
  named: ReadonlyMap<string, KeyRow>,
): { readonly row: KeyRow; readonly caller: Caller } {
  let last = row;
  // A ring of keys would be a fault of the store: as many steps as there are keys are enough.
  for (let step = 0; step < named.size; step += 1) {
    const next = named.get(last.rotatedTo ?? "");
    if (next === undefined) break;
    last = next;
  }
  const revokedAt = row.revokedAt ?? last.revokedAt;
  const ends = [row.expiresAt, last.expiresAt].filter((end) => end !== null);
  const expiresAt = ends.length === 0 ? null : Math.min(...ends);
  return { row: { ...row, revokedAt, expiresAt }, caller: callerOf(last) };
}

const NO_HASH = "0".repeat(64);
const UNKNOWN = refuse("key_unknown", "This key is not known here.");

function refused(refusal: Refusal): ReturnType<KeyRing["authenticate"]> {
  return { kind: "refused", refusal };
}

function callerOf({ id, team, roles, models, parallel, zones }: KeyRow): Caller {
  const own = zones === undefined ? {} : { zones };
  return { keyId: id, team, roles, models, parallel, ...own };
}
