import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { logFiles, segmentsOf } from "../../audit/files.ts";
import { openAuditLog } from "../../audit/writer.ts";
import { recordBody } from "../../gateway/hot/record.ts";
import type { RequestRow } from "../../store/contract.ts";
import { openStore } from "../../store/open.ts";
import { openCaughtUp } from "./caught-up.ts";
import { createKey, listKeys } from "./keys.ts";
import type { LogPlace } from "./tell.ts";

let place: LogPlace;
beforeEach(() => {
  const home = mkdtempSync(join(tmpdir(), "plimsoll-caught-up-"));
  place = { home, origin: "plimsoll/test", now: () => 1_000_000 };
});
afterEach(() => {
  rmSync(place.home, { recursive: true, force: true });
});

const ROW: Omit<RequestRow, "id" | "auditSeq"> = {
  at: 1_000_000,
  keyId: "k",
  team: "t",
  dialect: "chat",
  alias: "m",
  upstream: "u",
  outcome: "answered",
  status: 200,
  inputTokens: 3,
  outputTokens: 4,
  isEstimated: false,
  nanos: null,
  currency: null,
  firstMs: 1,
  totalMs: 2,
  redactions: 0,
};
const FACTS = {
  assurance: "none",
  digest: null,
  halt: null,
  policy: "p",
  received: 1,
  released: 1,
  scanned: 1,
};

/** What a server leaves that was killed between its log and its store. */
async function requests(budgetId: string, ...ids: readonly string[]): Promise<void> {
  const log = openAuditLog({ folder: join(place.home, "audit"), ...place });
  const settlement = { budgetId, windowStart: 0, amount: 7 };
  for (const id of ids) {
    const row = { ...ROW, id, auditSeq: null };
    const body = recordBody(row, [settlement], FACTS);
    await log.append({ kind: "request", actor: "key:k", request: id, body }).durable;
  }
  await log.close();
}

const made = () =>
  createKey(
    {
      name: "ada",
      team: "t",
      models: [],
      roles: ["developer"],
      parallel: null,
      lifetimeMs: null,
      budgets: [{ kind: "budget", unit: "tokens", currency: null, window: "total", limit: 100 }],
    },
    undefined,
    place,
  );

const spent = async (): Promise<number | undefined> => (await listKeys(place)).budgets[0]?.spent;

test("what the log has and the store has not is settled before anything is shown, once", async () => {
  const { budgets } = await made();
  const id = budgets[0]?.id ?? "";
  await requests(id, "req_1", "req_2");
  expect([await spent(), await spent()]).toEqual([14, 14]);
  await requests(id, "req_3");
  expect(await spent()).toBe(21);
  const store = await openCaughtUp(place);
  const rows = await store.requests.recent({ limit: 9 });
  expect(rows.map((row) => row.id).toSorted()).toEqual(["req_1", "req_2", "req_3"]);
  await store.close();
});

test("a line that power cut off is none", async () => {
  const { budgets } = await made();
  await requests(budgets[0]?.id ?? "", "req_1");
  const [segment] = segmentsOf(logFiles(join(place.home, "audit")));
  appendFileSync(segment?.path ?? "", '{"actor":"key:k","body":{"alias":');
  expect(await spent()).toBe(7);
});

test("while a server runs that is its own to do", async () => {
  const { budgets } = await made();
  await requests(budgets[0]?.id ?? "", "req_1");
  const served = await openStore({
    folder: join(place.home, "store"),
    mode: "serve",
    now: place.now,
  });
  expect(await spent()).toBe(0);
  await served.close();
  expect(await spent()).toBe(7);
});

test("a log that cannot be read is said to be so, and where there is none nothing is missing", async () => {
  await made();
  rmSync(join(place.home, "audit"), { recursive: true });
  expect(await spent()).toBe(0);
  appendFileSync(join(place.home, "audit"), "no folder");
  await expect(spent()).rejects.toMatchObject({ code: "environment" });
});
