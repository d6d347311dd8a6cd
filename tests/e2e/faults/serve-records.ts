import { join } from "node:path";

import { openStore } from "../../../packages/plimsoll/src/store/open.ts";
import { verdictOf } from "../audit-kills.ts";
import { eventsIn } from "./log-events.ts";

/** Rows that are read back at most. */
const ROWS_MAX = 1_000_000;

type Charge = { readonly amount: number; readonly id: string };

/**
 * The requests of the log with what they cost.
 * @throws TypeError when one stands there twice.
 */
export function chargesIn(home: string): ReadonlyMap<string, readonly Charge[]> {
  const charges = new Map<string, readonly Charge[]>();
  for (const { kind, request = "", body } of eventsIn(home)) {
    if (kind !== "request") continue;
    if (charges.has(request)) throw new TypeError(`${request} is recorded twice`);
    const { budgets }: { readonly budgets: readonly Charge[] } = Object(body);
    charges.set(request, budgets);
  }
  return charges;
}

/** What is wrong with the log of a gateway whose clients had these answers whole; undefined when nothing is. */
export function lostOf(home: string, acknowledged: ReadonlySet<string>): string | undefined {
  const { verdict, reason } = verdictOf(join(home, "state/audit"));
  if (verdict !== "intact" && verdict !== "unsealed") return `${verdict}: ${reason ?? ""}`;
  const charges = chargesIn(home);
  const lost = [...acknowledged].filter((id) => !charges.has(id));
  return lost.length === 0 ? undefined : `${lost.length} acknowledged answers are not in the log`;
}

/** What a store has of requests. */
export type Stored = {
  readonly ids: ReadonlySet<string>;
  /** What each budget has spent. */
  readonly spent: ReadonlyMap<string, number>;
  /** Requests in the sums by the hour. */
  readonly counted: number;
};

/** Reads the store of a home, beside the gateway or without it. */
export async function storedIn(home: string): Promise<Stored> {
  const folder = join(home, "state/store");
  const store = await openStore({ folder, mode: "tool", now: () => Date.now() });
  try {
    const rows = await store.requests.recent({ limit: ROWS_MAX });
    const sums = await store.requests.usage(0);
    return {
      ids: new Set(rows.map(({ id }) => id)),
      spent: new Map((await store.budgets.all()).map(({ id, spent }) => [id, spent])),
      counted: sums.reduce((sum, { requests }) => sum + requests, 0),
    };
  } finally {
    await store.close();
  }
}

/** How the store differs from the log; undefined when it does not. */
export async function differenceOf(home: string): Promise<string | undefined> {
  const charges = chargesIn(home);
  const { ids, spent, counted } = await storedIn(home);
  const missing = [...charges.keys()].filter((id) => !ids.has(id)).length;
  if (missing > 0 || ids.size !== charges.size || counted !== charges.size) {
    return `${charges.size} in the log, ${ids.size} stored, ${counted} counted, ${missing} missing`;
  }
  const owed = new Map<string, number>();
  for (const { id, amount } of [...charges.values()].flat()) {
    owed.set(id, (owed.get(id) ?? 0) + amount);
  }
  const wrong = [...spent].filter(([id, amount]) => (owed.get(id) ?? 0) !== amount);
  if (wrong.length === 0) return undefined;
  return wrong.map(([id, amount]) => `${id}: ${amount} of ${owed.get(id) ?? 0}`).join(", ");
}
