import { randomBytes } from "node:crypto";
import type { AuditKind } from "../../audit/contract.ts";
import { newSecret } from "../../gateway/keys/secret.ts";
import { zonesOf } from "../../gateway/keys/zones.ts";
import { windowStart } from "../../gateway/limits/window.ts";
import { PlimsollError } from "../../kernel/error.ts";
import type { JsonObject } from "../../kernel/json.ts";
import type {
  BudgetRow,
  KeyRole,
  KeyRow,
  KeyZone,
  OutboxEvent,
  Store,
} from "../../store/contract.ts";
import type { AskedBudget } from "./budget.ts";
import { openCaughtUp } from "./caught-up.ts";
import { outboxEvent, withLog, type LogPlace } from "./tell.ts";

/** What a key shall be. */
export type AskedKey = {
  readonly name: string;
  readonly team: string;
  readonly models: readonly string[];
  readonly roles: readonly KeyRole[];
  readonly parallel: number | null;
  /** Where its requests may go; `local` and `private` when absent. */
  readonly zones?: readonly KeyZone[];
  /** Milliseconds that it is good for; null for ever. */
  readonly lifetimeMs: number | null;
  readonly budgets: readonly AskedBudget[];
};

/** A key that was made; `secret` is shown once and kept nowhere. */
export type MadeKey = {
  readonly key: KeyRow;
  readonly secret: string;
  readonly budgets: readonly BudgetRow[];
};

/** Bytes of a budget's name. */
const ID_BYTES = 9;

/** Makes a key. Works beside a server that runs: it takes the key up within a second. */
export async function createKey(asked: AskedKey, place: LogPlace): Promise<MadeKey> {
  return withChange(place, async (store) => {
    const secret = newSecret();
    const now = place.now();
    const { budgets: wanted, lifetimeMs, ...named } = asked;
    const key: KeyRow = {
      ...named,
      id: secret.id,
      hash: secret.hash,
      createdAt: now,
      expiresAt: lifetimeMs === null ? null : now + lifetimeMs,
      revokedAt: null,
      rotatedTo: null,
    };
    const budgets = wanted.map((one) => budgetRow(one, secret.id, now));
    const body = {
      key: key.id,
      name: key.name,
      team: key.team,
      roles: key.roles,
      models: key.models,
      zones: zonesOf(key),
    };
    const event = eventOf("key.create", { ...body, budgets: budgets.map(budgetBody) });
    await store.keys.add(key, budgets, event);
    return { key, secret: secret.text, budgets };
  });
}

/** Every key and every budget. */
export async function listKeys(
  place: LogPlace,
): Promise<{ readonly keys: readonly KeyRow[]; readonly budgets: readonly BudgetRow[] }> {
  return withStore(place, async (store) => ({
    keys: await store.keys.all(),
    budgets: await store.budgets.all(),
  }));
}

/**
 * Ends a key now.
 * @throws PlimsollError `usage` when there is none of this name that is good.
 */
export async function revokeKey(id: string, reason: string, place: LogPlace): Promise<void> {
  await withChange(place, async (store) => {
    const event = eventOf("key.revoke", { key: id, reason });
    if (!(await store.keys.revoke(id, place.now(), event))) throw noKey(id);
  });
}

/**
 * Gives a key a new secret; the old one is good for `overlapMs` more.
 * @throws PlimsollError `usage` when there is none of this name that is good.
 */
export async function rotateKey(id: string, overlapMs: number, place: LogPlace): Promise<MadeKey> {
  return withChange(place, async (store) => {
    const old = (await store.keys.all()).find((key) => key.id === id);
    const now = place.now();
    if (old === undefined || (old.expiresAt !== null && old.expiresAt <= now)) throw noKey(id);
    const secret = newSecret();
    const key: KeyRow = {
      ...old,
      id: secret.id,
      hash: secret.hash,
      createdAt: now,
      rotatedTo: null,
    };
    const event = eventOf("key.rotate", { key: id, next: key.id, overlap: overlapMs });
    // A new secret never makes the old one live longer than it would have.
    const end = Math.min(now + overlapMs, old.expiresAt ?? Infinity);
    if (!(await store.keys.rotate(id, end, key, event))) throw noKey(id);
    const budgets = (await store.budgets.all()).filter(
      ({ scope, scopeId }) => scope === "key" && scopeId === key.id,
    );
    return { key, secret: secret.text, budgets };
  });
}

/**
 * Gives a key budgets beside those it has; one of the same kind, unit and window is replaced.
 * @throws PlimsollError `usage` when there is no such key.
 */
export async function limitKey(
  id: string,
  wanted: readonly AskedBudget[],
  place: LogPlace,
): Promise<readonly BudgetRow[]> {
  return withChange(place, async (store) => {
    const key = (await store.keys.all()).find((one) => one.id === id);
    if (key === undefined || key.revokedAt !== null || key.rotatedTo !== null) throw noKey(id);
    const present = await store.budgets.all();
    const budgets: BudgetRow[] = [];
    for (const one of wanted) {
      const same = present.find(
        (row) =>
          row.scope === "key" &&
          row.scopeId === id &&
          row.kind === one.kind &&
          row.unit === one.unit &&
          row.window === one.window &&
          row.currency === one.currency,
      );
      const row =
        same === undefined ? budgetRow(one, id, place.now()) : { ...same, limit: one.limit };
      budgets.push(row);
    }
    const event = eventOf("key.limit", { key: id, budgets: budgets.map(budgetBody) });
    await store.budgets.setAll(budgets, event);
    return budgets;
  });
}

function withChange<T>(place: LogPlace, use: (store: Store) => Promise<T>): Promise<T> {
  return withStore(place, (store) => withLog(store, place, () => use(store)));
}

async function withStore<T>(place: LogPlace, use: (store: Store) => Promise<T>): Promise<T> {
  const store = await openCaughtUp(place);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

function eventOf(kind: AuditKind, body: JsonObject): OutboxEvent {
  return outboxEvent({ kind, actor: "local", body });
}

function budgetRow(asked: AskedBudget, keyId: string, now: number): BudgetRow {
  return {
    ...asked,
    id: `bud_${randomBytes(ID_BYTES).toString("base64url")}`,
    scope: "key",
    scopeId: keyId,
    spent: 0,
    windowStart: windowStart(asked.window, now),
  };
}

function budgetBody({ kind, unit, currency, window, limit }: BudgetRow): JsonObject {
  return { kind, unit, currency, window, limit };
}

function noKey(id: string): PlimsollError {
  return new PlimsollError("usage", `there is no key "${id}" that is good`, {
    hint: "plimsoll keys list shows them.",
  });
}
