import { randomBytes } from "node:crypto";

import type { AuditKind } from "../../audit/contract.ts";
import type { JsonObject } from "../../kernel/json.ts";
import type { BudgetRow, KeyRole, KeyRow, OutboxEvent, Store } from "../../store/contract.ts";
import type { AskedBudget } from "../limits/budget-text.ts";
import { windowStart } from "../limits/window.ts";
import { outboxEvent } from "../outbox.ts";
import { newSecret } from "./secret.ts";

/** What a key shall be. */
export type AskedKey = {
  readonly name: string;
  readonly team: string;
  readonly models: readonly string[];
  readonly roles: readonly KeyRole[];
  readonly parallel: number | null;
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

/** Who changes keys, and what the audit log is told besides. */
export type KeyChanger = {
  readonly actor: string;
  readonly request?: string;
  readonly reason?: string | undefined;
  readonly now: number;
};

type KeyStore = Pick<Store, "keys" | "budgets">;

/** Bytes of a budget's name. */
const ID_BYTES = 9;

/** Makes a key; the key, its budgets and its event are kept together or not at all. */
export async function createKey(
  store: KeyStore,
  asked: AskedKey,
  by: KeyChanger,
): Promise<MadeKey> {
  const secret = newSecret();
  const { now } = by;
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
  };
  const event = eventOf("key.create", { ...body, budgets: budgets.map(budgetBody) }, by);
  await store.keys.add(key, budgets, event);
  return { key, secret: secret.text, budgets };
}

/** Ends a key now; false when there is none of this name that is good. */
export function revokeKey(store: KeyStore, id: string, by: KeyChanger): Promise<boolean> {
  return store.keys.revoke(id, by.now, eventOf("key.revoke", { key: id }, by));
}

/** Gives a key a new secret; the old one is good for `overlapMs` more. Undefined when there is none of this name that is good. */
export async function rotateKey(
  store: KeyStore,
  id: string,
  overlapMs: number,
  by: KeyChanger,
): Promise<MadeKey | undefined> {
  const old = (await store.keys.all()).find((key) => key.id === id);
  const { now } = by;
  if (old === undefined || (old.expiresAt !== null && old.expiresAt <= now)) return undefined;
  const secret = newSecret();
  const key: KeyRow = {
    ...old,
    id: secret.id,
    hash: secret.hash,
    createdAt: now,
    rotatedTo: null,
  };
  const event = eventOf("key.rotate", { key: id, next: key.id, overlap: overlapMs }, by);
  // A new secret never makes the old one live longer than it would have.
  const end = Math.min(now + overlapMs, old.expiresAt ?? Infinity);
  if (!(await store.keys.rotate(id, end, key, event))) return undefined;
  const budgets = (await store.budgets.all()).filter(
    ({ scope, scopeId }) => scope === "key" && scopeId === key.id,
  );
  return { key, secret: secret.text, budgets };
}

/**
 * Gives a key budgets beside those it has; one of the same kind, unit and window is replaced. Undefined when there is
 * no such key.
 */
export async function limitKey(
  store: KeyStore,
  id: string,
  wanted: readonly AskedBudget[],
  by: KeyChanger,
): Promise<readonly BudgetRow[] | undefined> {
  const key = (await store.keys.all()).find((one) => one.id === id);
  if (key === undefined || key.revokedAt !== null || key.rotatedTo !== null) return undefined;
  const present = await store.budgets.all();
  const budgets = wanted.map((one): BudgetRow => {
    const same = present.find((row) => row.scope === "key" && row.scopeId === id && isOf(row, one));
    return same === undefined ? budgetRow(one, id, by.now) : { ...same, limit: one.limit };
  });
  const event = eventOf("key.limit", { key: id, budgets: budgets.map(budgetBody) }, by);
  await store.budgets.setAll(budgets, event);
  return budgets;
}

function isOf(row: BudgetRow, { kind, unit, window, currency }: AskedBudget): boolean {
  return (
    row.kind === kind && row.unit === unit && row.window === window && row.currency === currency
  );
}

function eventOf(
  kind: AuditKind,
  body: JsonObject,
  { actor, request, reason }: KeyChanger,
): OutboxEvent {
  const told = reason === undefined ? body : { ...body, reason };
  return outboxEvent({ kind, actor, ...(request === undefined ? {} : { request }), body: told });
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
