import { eventsSince } from "../audit/since.ts";
import type { Store } from "../store/contract.ts";
import { recordOf } from "./hot/record.ts";

/** Requests that are settled at a time while the log is read again. */
const BATCH = 512;

/**
 * Brings the store up to what the log says. The log is on the disk before an answer is told as whole; rows, sums
 * and what budgets spent follow a moment later, and after a crash they are made from it again, each once.
 * @param events number of events in the log
 * @returns the number of requests that were looked at again.
 */
export async function recoverRequests(
  store: Store,
  auditFolder: string,
  events: number,
): Promise<number> {
  const settled = await store.requests.settledTo();
  // A log that is shorter than what was settled is another one, which began anew.
  const from = settled < events ? settled + 1 : 0;
  let waits: Promise<void>[] = [];
  let seen = 0;
  for (const event of eventsSince(auditFolder, from)) {
    const record = recordOf(event);
    if (record === undefined) continue;
    seen += 1;
    waits.push(store.requests.settle(record.row, record.settlements));
    if (waits.length < BATCH) continue;
    await Promise.all(waits);
    waits = [];
  }
  await Promise.all(waits);
  return seen;
}
