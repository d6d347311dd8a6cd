import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { BudgetRow, HoldRow, KeyRow, RequestRow, Store } from "./contract.ts";
import { isServed } from "./dialect/serve-lock.ts";
import { SqliteFile } from "./dialect/sqlite.ts";
import { openStore } from "./open.ts";
import { openThread } from "./thread.ts";

let folder = "";
let open: Store[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plimsoll-store-"));
  open = [];
});
afterEach(async () => {
  await Promise.all(open.map((store) => store.close().catch(() => {})));
  rmSync(folder, { recursive: true, force: true });
});

const NOW = 7_200_000;

async function store(mode: "serve" | "tool" = "tool"): Promise<Store> {
  const one = await openStore({ folder, mode, now: () => NOW });
  open.push(one);
  return one;
}

function key(change: Partial<KeyRow> = {}): KeyRow {
  return {
    id: "k",
    hash: "00",
    name: "a key",
    team: "t",
    roles: ["developer"],
    models: ["a/b"],
    createdAt: 1,
    expiresAt: null,
    revokedAt: null,
    parallel: 3,
    rotatedTo: null,
    ...change,
  };
}

const BUDGET: BudgetRow = {
  id: "b",
  kind: "budget",
  scope: "key",
  scopeId: "k",
  unit: "nanos",
  currency: "USD",
  window: "day",
  limit: 9e15,
  spent: 0,
  windowStart: 10,
};

function request(change: Partial<RequestRow> = {}): RequestRow {
  return {
    id: "req_1",
    at: NOW,
    keyId: "k",
    team: "t",
    dialect: "chat",
    alias: "a",
    upstream: null,
    outcome: "answered",
    status: 200,
    inputTokens: 3,
    outputTokens: 4,
    isEstimated: true,
    nanos: 5,
    currency: "USD",
    firstMs: null,
    totalMs: 9,
    redactions: 1,
    auditSeq: 7,
    ...change,
  };
}

function hold(change: Partial<HoldRow> = {}): HoldRow {
  return {
    id: "h",
    requestId: "req_1",
    keyId: "k",
    team: "t",
    alias: "a",
    dialect: "chat",
    createdAt: 1,
    expiresAt: 100,
    digest: "d",
    policyDigest: "p",
    reasons: ["r"],
    quorum: 1,
    sealed: Uint8Array.of(1, 2),
    state: "open",
    decidedAt: null,
    side: "answer",
    editQuorum: 2,
    version: 0,
    claimedBy: null,
    claimedUntil: null,
    takenAt: null,
    ...change,
  };
}

const vote = {
  holdId: "h",
  at: 50,
  by: "me",
  verdict: "release",
  digest: "d",
  policyDigest: "p",
  reason: "fine",
} as const;

describe("keys", () => {
  test("come back as they went in, with their budgets", async () => {
    const one = await store();
    await one.keys.add(key(), [BUDGET]);
    expect([await one.keys.all(), await one.budgets.all()]).toEqual([[key()], [BUDGET]]);
  });
  test("are revoked once", async () => {
    const one = await store();
    await one.keys.add(key(), []);
    expect([
      await one.keys.revoke("k", 5),
      await one.keys.revoke("k", 6),
      await one.keys.revoke("x", 6),
    ]).toEqual([true, false, false]);
    expect(await one.keys.all()).toMatchObject([{ revokedAt: 5 }]);
  });
  test("are rotated with their budgets, or not at all", async () => {
    const one = await store();
    await one.keys.add(key(), [BUDGET]);
    expect(await one.keys.rotate("k", 9, key({ id: "n", createdAt: 2 }))).toBe(true);
    expect(await one.keys.all()).toMatchObject([
      { id: "k", expiresAt: 9, rotatedTo: "n" },
      { id: "n" },
    ]);
    expect(await one.budgets.all()).toMatchObject([{ scopeId: "n" }]);
    expect(await one.keys.rotate("k", 9, key({ id: "m" }))).toBe(false);
    expect(await one.keys.rotate("n", 9, key({ id: "k" }))).toBe(false);
    expect(await one.keys.all()).toMatchObject([{ id: "k" }, { id: "n", rotatedTo: null }]);
  });
});

const cost = (windowStart: number) => [{ budgetId: "b", windowStart, amount: 5 }];

describe("requests", () => {
  test("are kept with what they cost, and summed by the hour", async () => {
    const one = await store();
    await one.keys.add(key(), [BUDGET]);
    await one.requests.settle(request(), cost(10));
    await one.requests.settle(request({ id: "req_2", at: NOW + 1 }), cost(10));
    expect(await one.budgets.all()).toMatchObject([{ spent: 10, windowStart: 10 }]);
    await one.requests.settle(request({ id: "req_3", at: NOW + 2 }), cost(20));
    await one.requests.settle(request({ id: "req_4", at: NOW + 3 }), cost(10));
    expect(await one.budgets.all()).toMatchObject([{ spent: 5, windowStart: 20 }]);
    expect((await one.requests.recent({ limit: 2 })).map(({ id }) => id)).toEqual([
      "req_4",
      "req_3",
    ]);
    expect(await one.requests.recent({ limit: 9, before: NOW + 1 })).toEqual([request()]);
    expect(await one.requests.recent({ limit: 9, keyId: "x" })).toEqual([]);
    expect(await one.requests.usage(NOW)).toMatchObject([
      { hour: NOW, requests: 4, inputTokens: 12, nanos: 20 },
    ]);
  });
  test("many at once are all there", async () => {
    const one = await store();
    await Promise.all(
      Array.from({ length: 500 }, (_, at) => one.requests.settle(request({ id: `r${at}` }), [])),
    );
    expect(await one.requests.recent({ limit: 1_000 })).toHaveLength(500);
  });
});

function cast(own: Store, by: string): Promise<boolean> {
  return own.holds.change({ id: "h", version: 0 }, { state: "refused" }, { vote: { ...vote, by } });
}

describe("holds", () => {
  const event = { kind: "review.vote", actor: "me", body: "{}" };
  const released = { state: "released", decidedAt: 50, sealed: Uint8Array.of(9) } as const;
  test("come back as they went in, and a list tells nothing of what is sealed", async () => {
    const one = await store();
    const kept = hold({ claimedBy: "me", claimedUntil: 9, takenAt: 8, side: "request" });
    await one.holds.add(kept, event);
    const { sealed, ...listed } = kept;
    expect(await one.holds.list("open")).toEqual([listed]);
    expect(await one.holds.list("refused")).toEqual([]);
    const found = await one.holds.get("h");
    expect([...(found?.hold.sealed ?? [])]).toEqual([...sealed]);
    expect({ ...found?.hold, sealed }).toEqual(kept);
    expect(await one.holds.get("x")).toBeUndefined();
    expect(await one.outbox.take()).toEqual([event]);
  });
  test("one that is held already is not held again, and no event says so", async () => {
    const one = await store();
    await one.holds.add(hold());
    await expect(one.holds.add(hold(), event)).rejects.toThrow(RangeError);
    expect(await one.outbox.take()).toEqual([]);
  });
  test("change only as they were read, with vote and event or without both", async () => {
    const one = await store();
    await one.holds.add(hold());
    const read = { id: "h", version: 0 };
    expect(await one.holds.change(read, {}, { vote, event })).toBe(true);
    expect(await one.holds.change(read, released, { vote: { ...vote, by: "you" }, event })).toBe(
      false,
    );
    // The same person, on the same digest.
    const next = { id: "h", version: 1 };
    expect(await one.holds.change(next, released, { vote, event })).toBe(false);
    expect(await one.holds.change(next, released, { vote: { ...vote, by: "you" }, event })).toBe(
      true,
    );
    expect(await one.holds.get("h")).toMatchObject({
      hold: { state: "released", decidedAt: 50, version: 2 },
      votes: [{ by: "me" }, { by: "you" }],
    });
    expect((await one.outbox.take()).length).toBe(2);
  });
  test("a person who voted may vote on the next digest", async () => {
    const one = await store();
    await one.holds.add(hold());
    await one.holds.change({ id: "h", version: 0 }, {}, { vote });
    const edited = { vote: { ...vote, verdict: "edit", digest: "e" } } as const;
    expect(await one.holds.change({ id: "h", version: 1 }, { digest: "e" }, edited)).toBe(true);
  });
  test("two at the same moment make one change", async () => {
    const [one, two] = [await store(), await store()];
    await one.holds.add(hold());
    const both = await Promise.all([cast(one, "a"), cast(two, "b")]);
    expect(both.toSorted((a, b) => Number(a) - Number(b))).toEqual([false, true]);
  });
  test("are due at their time and not before, and go after theirs", async () => {
    const one = await store();
    await one.holds.add(hold());
    await one.holds.add(hold({ id: "later", expiresAt: 101 }));
    expect(await one.holds.open("k")).toEqual({ count: 2, own: 2, bytes: 4, next: 100 });
    expect(await one.holds.open("other")).toMatchObject({ count: 2, own: 0 });
    expect((await one.holds.due(99)).length).toBe(0);
    expect((await one.holds.due(100)).map(({ id }) => id)).toEqual(["h"]);
    await one.holds.change({ id: "h", version: 0 }, released, { vote });
    expect((await one.holds.due(200)).map(({ id }) => id)).toEqual(["later"]);
    const ages = [50, 51, 999];
    const removed: number[] = [];
    for (const holds of ages) removed.push(await one.retain({ holds }));
    expect(removed).toEqual([0, 1, 0]);
    expect((await one.holds.list()).map(({ id }) => id)).toEqual(["later"]);
  });
});

const fresh = (id: string) => ({ id, wrapped: Uint8Array.of(1) });

test("a subject has one key, whoever asked first", async () => {
  const one = await store();

  const taken = await Promise.all([
    one.subjects.take("m", fresh("a")),
    one.subjects.take("m", fresh("b")),
  ]);
  expect(new Set(taken.map(({ id }) => id)).size).toBe(1);
});

test("what tools left is taken once, in order", async () => {
  const one = await store();
  await one.outbox.put({ kind: "key.create", actor: "a", body: "{}" });
  await one.outbox.put({ kind: "key.revoke", actor: "a", body: "{}" });
  expect((await one.outbox.take()).map(({ kind }) => kind)).toEqual(["key.create", "key.revoke"]);
  expect(await one.outbox.take()).toEqual([]);
});

test("what is old goes, and what is not stays", async () => {
  const one = await store();
  await one.requests.settle(request({ id: "old", at: 5 }), []);
  await one.requests.settle(request({ id: "new", at: 6 }), []);
  await one.bodies.add({
    requestId: "old",
    side: "request",
    subjectId: "s",
    at: 5,
    sealed: Uint8Array.of(1),
  });
  expect(await one.retain({ requests: 6, holds: 0, bodies: 6 })).toBe(2);
  expect((await one.requests.recent({ limit: 9 })).map(({ id }) => id)).toEqual(["new"]);
  expect(await one.bodies.get("old")).toEqual([]);
});

describe("a file", () => {
  test("is served by one, worked on by many, and free again after", async () => {
    const server = await store("serve");
    await expect(openStore({ folder, mode: "serve", now: () => NOW })).rejects.toMatchObject({
      code: "store-in-use",
      message: expect.stringContaining(String(process.pid)),
    });
    const tool = await store();
    const before = await server.version();
    await tool.keys.add(key(), []);
    expect(await server.version()).not.toBe(before);
    expect([await server.keys.all(), isServed(folder)]).toEqual([[key()], true]);
    await server.close();
    expect(isServed(folder)).toBe(false);
  });
  test("is its owner's alone, and durable", async () => {
    await store();
    const path = join(folder, "plimsoll.sqlite");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const file = new SqliteFile(path);
    expect(file.read({ sql: "pragma journal_mode", parameters: [] })).toEqual([
      { journal_mode: "wal" },
    ]);
    file.close();
  });
  test("of a newer version is left alone", async () => {
    await (await store()).close();
    const db = new DatabaseSync(join(folder, "plimsoll.sqlite"));
    db.exec("insert into migrations values ('9999-later', 'x', 1)");
    db.close();
    await expect(store()).rejects.toMatchObject({ code: "store-newer" });
  });
  test("whose schema was edited is refused", async () => {
    await (await store()).close();
    const db = new DatabaseSync(join(folder, "plimsoll.sqlite"));
    db.exec("update migrations set sha256 = 'x'");
    db.close();
    await expect(store()).rejects.toMatchObject({ code: "store-unavailable" });
  });
  test("that is none is refused", async () => {
    writeFileSync(
      join(folder, "plimsoll.sqlite"),
      "no database at all, but long enough to look at. ".repeat(50),
    );
    await expect(store()).rejects.toMatchObject({ code: "store-unavailable" });
  });
});

test("a step that fails half way leaves nothing behind", () => {
  const file = new SqliteFile(join(folder, "x.sqlite"));
  const good = { name: "0001", sql: "create table a (b text) strict;" };
  const bad = {
    name: "0002",
    sql: "create table c (d text) strict; create table a (b text) strict;",
  };
  expect(() => file.migrate([good, bad], 1)).toThrow(/already exists/u);
  expect(file.read({ sql: "select name from sqlite_master", parameters: [] })).toEqual([]);
  expect(file.migrate([good], 1)).toBe("done");
  expect(file.migrate([good], 1)).toBe("done");
  file.close();
});

test("after it was closed it says so", async () => {
  const one = await store();
  await one.close();
  expect(one.isAvailable()).toBe(false);
  await expect(one.keys.all()).rejects.toMatchObject({ code: "store-unavailable" });
});

test("a thread that failed does not keep the process: closing ends it", async () => {
  const thread = await openThread(join(folder, "plimsoll.sqlite"), NOW);
  await expect(thread.read({ sql: "select * from nowhere", parameters: [] })).rejects.toThrow(
    "no such table",
  );
  expect(thread.isAvailable).toBe(false);
  const before = process.getActiveResourcesInfo().length;
  await thread.close();
  expect(process.getActiveResourcesInfo().length).toBeLessThan(before);
});
