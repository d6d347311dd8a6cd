import {
  createKey as create,
  limitKey as limit,
  revokeKey as revoke,
  rotateKey as rotate,
  type AskedKey,
  type KeyChanger,
  type MadeKey,
} from "../../gateway/keys/change.ts";
import type { AskedBudget } from "../../gateway/limits/budget-text.ts";
import { PlimsollError } from "../../kernel/error.ts";
import type { BudgetRow, KeyRow, Store } from "../../store/contract.ts";
import { openCaughtUp } from "./caught-up.ts";
import { withLog, type LogPlace } from "./tell.ts";

/** Makes a key. Works beside a server that runs: it takes the key up within a second. */
export async function createKey(
  asked: AskedKey,
  reason: string | undefined,
  place: LogPlace,
): Promise<MadeKey> {
  return withChange(place, (store) => create(store, asked, byHand(place, reason)));
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
    if (!(await revoke(store, id, byHand(place, reason)))) throw noKey(id);
  });
}

/**
 * Gives a key a new secret; the old one is good for `overlapMs` more.
 * @throws PlimsollError `usage` when there is none of this name that is good.
 */
export async function rotateKey(
  id: string,
  overlapMs: number,
  reason: string | undefined,
  place: LogPlace,
): Promise<MadeKey> {
  return withChange(place, async (store) => {
    const made = await rotate(store, id, overlapMs, byHand(place, reason));
    if (made === undefined) throw noKey(id);
    return made;
  });
}

/**
 * Gives a key budgets beside those it has; one of the same kind, unit and window is replaced.
 * @throws PlimsollError `usage` when there is no such key.
 */
export async function limitKey(
  id: string,
  wanted: readonly AskedBudget[],
  reason: string | undefined,
  place: LogPlace,
): Promise<readonly BudgetRow[]> {
  return withChange(place, async (store) => {
    const budgets = await limit(store, id, wanted, byHand(place, reason));
    if (budgets === undefined) throw noKey(id);
    return budgets;
  });
}

function byHand({ now }: LogPlace, reason: string | undefined): KeyChanger {
  return { actor: "local", reason, now: now() };
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

function noKey(id: string): PlimsollError {
  return new PlimsollError("usage", `there is no key "${id}" that is good`, {
    hint: "plimsoll keys list shows them.",
  });
}
