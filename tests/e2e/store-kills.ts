import { join } from "node:path";

import { openStore } from "../../packages/plimsoll/src/store/open.ts";
import { killedAfter, moments } from "./killed.ts";

/** The process that settles. */
export const STORE_WRITER = join(import.meta.dirname, "store-writer.ts");

/** How a series of kills ended. */
export type StoreKills = {
  readonly kills: number;
  /** Requests that were acknowledged by writers that were killed. */
  readonly acknowledged: number;
  /** Requests that are there: acknowledged, or kept before the word of it went out. */
  readonly kept: number;
};

/** Milliseconds within which a writer is killed, after its first word. */
const WITHIN_MS = 400;

/** Rows that are read back at most. */
const ROWS_MAX = 1_000_000;

/**
 * Kills a writer at random moments, each time on the store that the last one left, and looks after every kill whether
 * each acknowledged request is there, and the budget has spent exactly what is there.
 * @throws TypeError when it is not.
 */
export async function killStoreWriters(
  folder: string,
  count: number,
  seed: number,
): Promise<StoreKills> {
  const moment = moments(seed);
  const acknowledged = new Set<string>();
  let kept = 0;
  for (let kill = 0; kill < count; kill += 1) {
    const after = moment.next().value * WITHIN_MS;
    for (const id of await killedAfter(STORE_WRITER, [folder, String(kill)], after)) {
      acknowledged.add(id);
    }
    const there = await storeOf(folder);
    kept = there.ids.size;
    const lost = [...acknowledged].filter((id) => !there.ids.has(id));
    if (lost.length > 0) throw new TypeError(`kill ${kill} of seed ${seed}: ${lost.length} lost`);
    if (there.spent !== kept) {
      throw new TypeError(`kill ${kill} of seed ${seed}: ${kept} kept, ${there.spent} spent`);
    }
  }
  return { kills: count, acknowledged: acknowledged.size, kept };
}

/** The requests of a store, and what its budget has spent. */
export async function storeOf(
  folder: string,
): Promise<{ readonly ids: ReadonlySet<string>; readonly spent: number }> {
  const store = await openStore({ folder, mode: "serve", now: () => Date.now() });
  try {
    const rows = await store.requests.recent({ limit: ROWS_MAX });
    const [budget] = await store.budgets.all();
    return { ids: new Set(rows.map(({ id }) => id)), spent: budget?.spent ?? 0 };
  } finally {
    await store.close();
  }
}
