import { randomBytes } from "node:crypto";
import { join } from "node:path";

import type { AuditKind } from "../../audit/contract.ts";
import { openAuditLog } from "../../audit/writer.ts";
import { newSecret } from "../../gateway/keys/secret.ts";
import { windowStart } from "../../gateway/limits/window.ts";
import { PlimsollError } from "../../kernel/error.ts";
import type { JsonObject } from "../../kernel/json.ts";
import type { BudgetRow, KeyRole, KeyRow, Store } from "../../store/contract.ts";
import { isServed } from "../../store/dialect/serve-lock.ts";
import { openStore } from "../../store/open.ts";
import type { AskedBudget } from "./budget.ts";

/** Where keys are kept. */
export type KeysPlace = {
  /** Folder of all state. */
  readonly home: string;
  /** Name of the audit log. */
  readonly origin: string;
  readonly now: () => number;
};

/** What a key shall be. */
export type AskedKey = {
  readonly name: string;
  readonly team: string;
  readonly models: readonly string[];
  readonly roles: readonly KeyRole[];
  readonly parallel: number | null;
  readonly expiresAt: number | null;
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
export async function createKey(asked: AskedKey, place: KeysPlace): Promise<MadeKey> {
  return withStore(place, async (store) => {
    const secret = newSecret();
    const now = place.now();
    const { budgets: wanted, ...named } = asked;
    const key: KeyRow = {
      ...named,
      id: secret.id,
      hash: secret.hash,
      createdAt: now,
      revokedAt: null,
      rotatedTo: null,
    };
    const budgets = wanted.map((one) => budgetRow(one, secret.id, now));
    await store.keys.add(key, budgets);
    const body = {
      key: key.id,
      name: key.name,
      team: key.team,
      roles: key.roles,
      models: key.models,
    };
    await tell(store, place, "key.create", { ...body, budgets: budgets.map(budgetBody) });
    return { key, secret: secret.text, budgets };
  });
}

/** Every key and every budget. */
export async function listKeys(
  place: KeysPlace,
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
export async function revokeKey(id: string, reason: string, place: KeysPlace): Promise<void> {
  await withStore(place, async (store) => {
    if (!(await store.keys.revoke(id, place.now()))) throw noKey(id);
    await tell(store, place, "key.revoke", { key: id, reason });
  });
}

/**
 * Gives a key a new secret; the old one is good for `overlapMs` more.
 * @throws PlimsollError `usage` when there is none of this name that is good.
 */
export async function rotateKey(id: string, overlapMs: number, place: KeysPlace): Promise<MadeKey> {
  return withStore(place, async (store) => {
    const old = (await store.keys.all()).find((key) => key.id === id);
    if (old === undefined) throw noKey(id);
    const secret = newSecret();
    const now = place.now();
    const key: KeyRow = {
      ...old,
      id: secret.id,
      hash: secret.hash,
      createdAt: now,
      rotatedTo: null,
    };
    const isDone = await store.keys.rotate(id, now + overlapMs, key);
    if (!isDone) throw noKey(id);
    await tell(store, place, "key.rotate", { key: id, next: key.id, overlap: overlapMs });
    return { key, secret: secret.text, budgets: [] };
  });
}

/**
 * Gives a key budgets beside those it has; one of the same kind, unit and window is replaced.
 * @throws PlimsollError `usage` when there is no such key.
 */
export async function limitKey(
  id: string,
  wanted: readonly AskedBudget[],
  place: KeysPlace,
): Promise<readonly BudgetRow[]> {
  return withStore(place, async (store) => {
    if (!(await store.keys.all()).some((key) => key.id === id)) throw noKey(id);
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
      await store.budgets.set(row);
      budgets.push(row);
    }
    await tell(store, place, "key.limit", { key: id, budgets: budgets.map(budgetBody) });
    return budgets;
  });
}

async function withStore<T>(place: KeysPlace, use: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore({
    folder: join(place.home, "store"),
    mode: "tool",
    now: place.now,
  });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

/** Writes an event to the log, or leaves it for the server that runs: one process writes a log. */
async function tell(
  store: Store,
  { home, origin, now }: KeysPlace,
  kind: AuditKind,
  body: JsonObject,
): Promise<void> {
  if (isServed(join(home, "store"))) {
    await store.outbox.put({ kind, actor: "cli", body: JSON.stringify(body) });
    return;
  }
  const log = openAuditLog({ folder: join(home, "audit"), origin, now });
  try {
    await log.append({ kind, actor: "cli", body }).durable;
  } finally {
    await log.close();
  }
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
