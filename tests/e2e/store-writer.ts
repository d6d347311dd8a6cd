/**
 * A process that settles requests until it is killed: argument 1 is the store's folder, 2 a number that no other run has, 3
 * how many requests at most.
 *
 * Each request that is acknowledged is printed, by its name.
 */
import type { RequestRow } from "../../packages/plimsoll/src/store/contract.ts";
import { openStore } from "../../packages/plimsoll/src/store/open.ts";

const [, , folder = "", run = "0", most = "Infinity"] = process.argv;

/** Requests that end at the same time. */
const WAITING = 8;

const store = await openStore({ folder, mode: "serve", now: () => Date.now() });
if ((await store.budgets.all()).length === 0) {
  await store.budgets.set({
    id: "bud",
    kind: "budget",
    scope: "key",
    scopeId: "k",
    unit: "requests",
    currency: null,
    window: "total",
    limit: 1_000_000,
    spent: 0,
    windowStart: 0,
  });
}
for (let count = 0; count < Number(most); count += WAITING) {
  const batch = Array.from({ length: WAITING }, async (_, more) => {
    const id = `req_${run}_${count + more}`;
    await store.requests.settle(requestRow(id), [{ budgetId: "bud", windowStart: 0, amount: 1 }]);
    process.stdout.write(`${id}\n`);
  });
  await Promise.all(batch);
}
await store.close();

function requestRow(id: string): RequestRow {
  return {
    id,
    at: 1,
    keyId: "k",
    team: "t",
    dialect: "chat",
    alias: "a",
    upstream: null,
    outcome: "answered",
    status: 200,
    inputTokens: 1,
    outputTokens: 1,
    isEstimated: false,
    nanos: null,
    currency: null,
    firstMs: null,
    totalMs: 1,
    redactions: 0,
    auditSeq: null,
  };
}
