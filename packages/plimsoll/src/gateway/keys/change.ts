import { randomBytes } from "node:crypto";

import type { AuditKind } from "../../audit/contract.ts";
import type { JsonObject } from "../../kernel/json.ts";
import type {
  BudgetRow,
  KeyChange,
  KeyRole,
  KeyRow,
  KeyZone,
  OutboxEvent,
  Store,
} from "../../store/contract.ts";
import type { AskedBudget } from "../limits/budget-text.ts";
import { windowStart } from "../limits/window.ts";
import { outboxEvent } from "../outbox.ts";
import { zonesOf } from "./zones.ts";
import { newSecret } from "./secret.ts";

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
  const budgets = wanted.map((one) => budgetRow(one, { scope: "key", scopeId: secret.id }, now));
  const body = {
    key: key.id,
    name: key.name,
    team: key.team,
    roles: key.roles,
    models: key.models,
    zones: zonesOf(key),
  };
  const event = eventOf("key.create", { ...body, budgets: budgets.map(budgetBody) }, by);
  await store.keys.add(key, budgets, event);
  return { key, secret: secret.text, budgets };
}

/** Ends a key now; false when there is none of this name that is good. */
export function revokeKey(store: KeyStore, id: string, by: KeyChanger): Promise<boolean> {
  return store.keys.revoke(id, by.now, eventOf("key.revoke", { key: id }, by));
}

/**
 * Changes what a key may do; its secret stays. Undefined when there is none of this name that is good. One that has
 * expired is good enough: it can be given more time.
 */
export async function changeKey(
  store: KeyStore,
  id: string,
  change: KeyChange,
  by: KeyChanger,
): Promise<KeyRow | undefined> {
  const old = (await store.keys.all()).find((key) => key.id === id);
  if (old === undefined) return undefined;
  const event = eventOf("key.change", { key: id, ...change }, by);
  return (await store.keys.change(id, change, event)) ? { ...old, ...change } : undefined;
}

/**
 * Gives a key a new secret; the old one is good for `overlapMs` more. Undefined when there is none of this name that
 * is good, or when its owner may not have it: `mayHave` looks at the very row that is copied.
 */
export async function rotateKey(
  store: KeyStore,
  id: string,
  overlapMs: number,
  by: KeyChanger,
  mayHave: (key: KeyRow) => boolean = () => true,
): Promise<MadeKey | undefined> {
  const old = (await store.keys.all()).find((key) => key.id === id);
  const { now } = by;
  if (old === undefined || (old.expiresAt !== null && old.expiresAt <= now)) return undefined;
  if (!mayHave(old)) return undefined;
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
  const budgets = await setOver(store, { scope: "key", scopeId: id }, wanted, by.now);
  const event = eventOf("key.limit", { key: id, budgets: budgets.map(budgetBody) }, by);
  await store.budgets.setAll(budgets, event);
  return budgets;
}

/** Gives a team budgets, which all its keys draw on; one of the same kind, unit and window is replaced. */
export async function limitTeam(
  store: KeyStore,
  team: string,
  wanted: readonly AskedBudget[],
  by: KeyChanger,
): Promise<readonly BudgetRow[]> {
  const budgets = await setOver(store, { scope: "team", scopeId: team }, wanted, by.now);
  const event = eventOf("budget.set", { team, budgets: budgets.map(budgetBody) }, by);
  await store.budgets.setAll(budgets, event);
  return budgets;
}

/** Takes a budget or a rate away, of a key or a team; undefined when there is none of this name. */
export async function removeBudget(
  store: KeyStore,
  id: string,
  by: KeyChanger,
): Promise<BudgetRow | undefined> {
  const row = (await store.budgets.all()).find((one) => one.id === id);
  if (row === undefined) return undefined;
  const told = { budget: id, [row.scope]: row.scopeId, ...budgetBody(row) };
  return (await store.budgets.remove(id, eventOf("budget.remove", told, by))) ? row : undefined;
}

/** The rows that set budgets: what is there already keeps its name and what was spent of it. */
async function setOver(
  store: KeyStore,
  of: Pick<BudgetRow, "scope" | "scopeId">,
  wanted: readonly AskedBudget[],
  now: number,
): Promise<readonly BudgetRow[]> {
  const present = (await store.budgets.all()).filter(
    ({ scope, scopeId }) => scope === of.scope && scopeId === of.scopeId,
  );
  return wanted.map((one): BudgetRow => {
    const same = present.find((row) => isOf(row, one));
    return same === undefined ? budgetRow(one, of, now) : { ...same, limit: one.limit };
  });
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

function budgetRow(
  asked: AskedBudget,
  of: Pick<BudgetRow, "scope" | "scopeId">,
  now: number,
): BudgetRow {
  return {
    ...asked,
    id: `bud_${randomBytes(ID_BYTES).toString("base64url")}`,
    ...of,
    spent: 0,
    windowStart: windowStart(asked.window, now),
  };
}

function budgetBody({ kind, unit, currency, window, limit }: BudgetRow): JsonObject {
  return { kind, unit, currency, window, limit };
}
