import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { BudgetRow, KeyRow, OutboxEvent, RequestRow, RequestsAsk, Store } from "./contract.ts";
import { openStore } from "./open.ts";

let folder = "";
let store: Store;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "plimsoll-store-"));
  store = await openStore({ folder, mode: "tool", now: () => 0 });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const EVENT: OutboxEvent = { kind: "key.change", actor: "local", body: "{}" };

const KEY: KeyRow = {
  id: "k",
  hash: "00",
  name: "a key",
  team: "t",
  roles: ["auditor"],
  models: ["a"],
  createdAt: 1,
  expiresAt: null,
  revokedAt: null,
  parallel: 3,
  rotatedTo: null,
};

const BUDGET: BudgetRow = {
  id: "b",
  kind: "budget",
  scope: "team",
  scopeId: "t",
  unit: "requests",
  currency: null,
  window: "total",
  limit: 5,
  spent: 0,
  windowStart: 0,
};

async function keyNow(): Promise<KeyRow | undefined> {
  return (await store.keys.all()).find(({ id }) => id === "k");
}

describe("a key is changed", () => {
  beforeEach(() => store.keys.add(KEY, []));

  test("in what is named, together with its event", async () => {
    const change = { roles: [], parallel: null, expiresAt: 9, name: "other" } as const;
    expect(await store.keys.change("k", change, EVENT)).toBe(true);
    expect(await keyNow()).toEqual({ ...KEY, ...change });
    expect(await store.outbox.take()).toEqual([EVENT]);
  });

  test.each([
    ["that was revoked", () => store.keys.revoke("k", 5)],
    ["that was replaced", () => store.keys.rotate("k", 5, { ...KEY, id: "n" }, EVENT)],
    ["that there is none of", () => store.keys.change("none", {}, EVENT).then(() => true)],
  ])("but not one %s", async (name, before) => {
    await before();
    await store.outbox.take();
    const id = name === "that there is none of" ? "none" : "k";
    expect(await store.keys.change(id, { name: "x" }, EVENT)).toBe(false);
    expect(await store.outbox.take()).toEqual([]);
  });

  test("what was taken from it meanwhile does not come back with its follower", async () => {
    await store.keys.change("k", { roles: [] }, EVENT);
    await store.outbox.take();
    expect(await store.keys.rotate("k", 5, { ...KEY, id: "n" }, EVENT)).toBe(false);
    expect([await store.keys.all(), await store.outbox.take()]).toEqual([
      [{ ...KEY, roles: [] }],
      [],
    ]);
    expect(await store.keys.rotate("k", 5, { ...KEY, id: "n", roles: [] }, EVENT)).toBe(true);
  });
});

test("a budget is taken away once, with its event", async () => {
  await store.budgets.set(BUDGET);
  expect(await store.budgets.remove("other", EVENT)).toBe(false);
  expect(await store.outbox.take()).toEqual([]);
  expect(await store.budgets.remove("b", EVENT)).toBe(true);
  expect(await store.budgets.remove("b", EVENT)).toBe(false);
  expect([await store.budgets.all(), await store.outbox.take()]).toEqual([[], [EVENT]]);
});

/** Requests, two of each millisecond, in order of time and name. */
function rowOf(at: number): RequestRow {
  return {
    id: `req_${String(at).padStart(5, "0")}`,
    at: Math.floor(at / 2),
    keyId: at % 3 === 0 ? "other" : "k",
    team: at % 5 === 0 ? "u" : "t",
    dialect: "chat",
    alias: at % 2 === 0 ? "a" : "b",
    upstream: null,
    outcome: at % 7 === 0 ? "blocked" : "answered",
    status: 200,
    inputTokens: 1,
    outputTokens: 1,
    isEstimated: false,
    nanos: null,
    currency: null,
    firstMs: null,
    totalMs: 1,
    redactions: 0,
    auditSeq: at,
  };
}

async function settle(count: number): Promise<readonly RequestRow[]> {
  const all = Array.from({ length: count }, (_, at) => rowOf(at));
  await Promise.all(all.map((row) => store.requests.settle(row, [])));
  return all.toReversed();
}

/** Every page of a question, one after another. */
async function pagesOf(ask: RequestsAsk): Promise<readonly (readonly string[])[]> {
  const pages: string[][] = [];
  let after = ask.after;
  do {
    const page = await store.requests.page({ ...ask, after });
    pages.push(page.rows.map(({ id }) => id));
    after = page.next;
  } while (after !== undefined);
  return pages;
}

describe("requests in pages", () => {
  const ask = { limit: 10 };
  test.each([
    ["all", ask, () => true],
    ["of a key", { ...ask, keyId: "k" }, (row: RequestRow) => row.keyId === "k"],
    ["of a team", { ...ask, team: "u" }, (row: RequestRow) => row.team === "u"],
    ["of a model", { ...ask, alias: "a" }, (row: RequestRow) => row.alias === "a"],
    ["blocked", { ...ask, outcome: "blocked" }, (row: RequestRow) => row.outcome === "blocked"],
    ["from a time on", { ...ask, since: 10 }, (row: RequestRow) => row.at >= 10],
    ["before a time", { ...ask, until: 10 }, (row: RequestRow) => row.at < 10],
    [
      "of a key and a team",
      { ...ask, keyId: "other", team: "u" },
      (row: RequestRow) => row.keyId === "other" && row.team === "u",
    ],
    ["of nobody", { ...ask, team: "nobody" }, () => false],
  ] as const)("%s, newest first, each once", async (_, asked, fits) => {
    const all = await settle(41);
    const pages = await pagesOf(asked);
    const expected = all.filter((row) => fits(row)).map(({ id }) => id);
    expect(pages.flat()).toEqual(expected);
    expect(pages.every((page) => page.length <= asked.limit)).toBe(true);
  });

  test("one is found by its name", async () => {
    const [newest] = await settle(3);
    expect(await store.requests.get(newest?.id ?? "")).toEqual(newest);
    expect(await store.requests.get("req_none")).toBeUndefined();
  });

  test("a filter that fits few goes on behind ten thousand", async () => {
    await settle(10_010);
    const rare = await store.requests.page({ limit: 10, until: 1, team: "u" });
    expect(rare).toMatchObject({ rows: [{ id: "req_00000" }], next: undefined });
    const none = await store.requests.page({ limit: 10, team: "nobody" });
    expect(none).toEqual({ rows: [], next: { at: 5, id: "req_00010" } });
    expect(await pagesOf({ limit: 10, team: "nobody" })).toEqual([[], []]);
  });
});
