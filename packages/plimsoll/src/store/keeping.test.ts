import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { BudgetRow, RequestRow, Store } from "./contract.ts";
import { SqliteFile } from "./dialect/sqlite.ts";
import { MIGRATIONS } from "./migrations.ts";
import { openStore } from "./open.ts";

let folder = "";
let open: Store[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plimsoll-keeping-"));
  open = [];
});
afterEach(async () => {
  await Promise.all(open.map((store) => store.close().catch(() => {})));
  rmSync(folder, { recursive: true, force: true });
});

const HOUR = 3_600_000;
const NOW = 1_000 * HOUR;

async function store(fileSystem?: (at: string) => number): Promise<Store> {
  const own = fileSystem === undefined ? {} : { fileSystem };
  const one = await openStore({ folder, mode: "tool", now: () => NOW, ...own });
  open.push(one);
  return one;
}

/** As long as real ones are, and as random, so that what a row takes on the disk is true. */
function request(at: number, change: Partial<RequestRow> = {}): RequestRow {
  return {
    id: `req_${createHash("sha256").update(String(at)).digest("base64url").slice(0, 24)}`,
    at: NOW + at,
    keyId: "AbCd1234",
    team: "default",
    dialect: "chat",
    alias: "llama-3.3-70b-instruct",
    upstream: "gpu1",
    outcome: "answered",
    status: 200,
    inputTokens: 1_800,
    outputTokens: 412,
    isEstimated: false,
    nanos: 1_250_000,
    currency: "USD",
    firstMs: 180,
    totalMs: 9_100,
    redactions: 1,
    auditSeq: 120_000 + at,
    ...change,
  };
}

const BUDGET: BudgetRow = {
  id: "b",
  kind: "budget",
  scope: "key",
  scopeId: "AbCd1234",
  unit: "requests",
  currency: null,
  window: "total",
  limit: 10,
  spent: 0,
  windowStart: 0,
};

const cost = [{ budgetId: "b", windowStart: 0, amount: 1 }];

describe("a request", () => {
  test("that is settled twice is charged once", async () => {
    const one = await store();
    await one.budgets.set(BUDGET);
    await one.requests.settle(request(1), cost);
    await one.requests.settle(request(1), cost);
    expect(await one.budgets.all()).toMatchObject([{ spent: 1 }]);
    expect(await one.requests.usage(0)).toMatchObject([{ requests: 1, inputTokens: 1_800 }]);
    await one.requests.settle(request(2), cost);
    expect(await one.budgets.all()).toMatchObject([{ spent: 2 }]);
  });
  test("that is settled twice at once is charged once", async () => {
    const one = await store();
    await one.budgets.set(BUDGET);
    const twice = [request(1), request(1), request(2)];
    await Promise.all(twice.map((row) => one.requests.settle(row, cost)));
    expect(await one.budgets.all()).toMatchObject([{ spent: 2 }]);
  });
  test("is summed by where it went", async () => {
    const one = await store();
    await one.requests.settle(request(1), []);
    await one.requests.settle(request(2), []);
    await one.requests.settle(request(3, { upstream: "cloud" }), []);
    await one.requests.settle(request(4, { upstream: null }), []);
    expect(await one.requests.usage(0)).toMatchObject([
      { upstream: null, requests: 1 },
      { upstream: "cloud", requests: 1 },
      { upstream: "gpu1", requests: 2, nanos: 2_500_000 },
    ]);
  });
  test("takes at most 450 bytes of the disk, indexes included", async () => {
    const one = await store();
    const count = 6_000;
    const path = join(folder, "plimsoll.sqlite");
    const before = sizeOf(path);
    await Promise.all(
      Array.from({ length: count }, (_, at) => one.requests.settle(request(at * 50), [])),
    );
    await one.close();
    expect((sizeOf(path) - before) / count).toBeLessThanOrEqual(450);
  });
});

/** Bytes of a file after its log was written into it. */
function sizeOf(path: string): number {
  const db = new DatabaseSync(path);
  db.exec("pragma wal_checkpoint(truncate)");
  db.close();
  return statSync(path).size;
}

describe("what is old", () => {
  test("goes, more than a step holds, and the disk has its room again", async () => {
    const one = await store();
    await Promise.all(
      Array.from({ length: 5_000 }, (_, at) => one.requests.settle(request(at), [])),
    );
    await one.bodies.add(body("a", "request", 5));
    await one.bodies.add(body("a", "response", 6));
    const path = join(folder, "plimsoll.sqlite");
    const before = sizeOf(path);
    const cutoffs = { requests: NOW + 4_900, bodies: 6 };
    expect(await one.expired(cutoffs)).toBe(4_901);
    expect(await one.retain(cutoffs)).toBe(4_901);
    expect(await one.expired(cutoffs)).toBe(0);
    expect(await one.requests.recent({ limit: 1_000 })).toHaveLength(100);
    expect((await one.bodies.get("a")).map(({ side }) => side)).toEqual(["response"]);
    expect(sizeOf(path)).toBeLessThan(before / 4);
  });
  test("goes by its own kind: sums outlive the requests that they sum", async () => {
    const one = await store();
    await one.requests.settle(request(0), []);
    await one.requests.settle(request(2 * HOUR), []);
    expect(await one.retain({ requests: NOW + HOUR })).toBe(1);
    expect(await one.requests.usage(0)).toHaveLength(2);
    expect(await one.retain({ usage: NOW + HOUR })).toBe(1);
    expect(await one.requests.usage(0)).toMatchObject([{ hour: NOW + 2 * HOUR }]);
  });
});

function body(requestId: string, side: "request" | "response", at: number) {
  return { requestId, side, subjectId: "s", at, sealed: Uint8Array.of(1) };
}

describe("a place", () => {
  const remote: readonly [string, number][] = [
    ["NFS", 0x6969],
    ["SMB", 0xfe534d42],
    ["CIFS", 0xff534d42],
    ["CIFS as a signed number", 0xff534d42 - 2 ** 32],
    ["9p", 0x01021997],
    ["FUSE", 0x65735546],
  ];
  test.each(remote)("on %s is refused, and nothing is made there", async (_, type) => {
    await expect(store(() => type)).rejects.toMatchObject({ code: "store-unavailable" });
    expect(statSync(join(folder, "plimsoll.sqlite"), { throwIfNoEntry: false })).toBeUndefined();
  });
  test.each([
    ["ext4", 0xef53],
    ["tmpfs", 0x01021994],
  ])("on %s is taken", async (_, type) => {
    await expect(store(() => type)).resolves.toBeDefined();
  });
  test("where SQLite cannot have a log is refused", () => {
    writeFileSync(join(folder, "x.sqlite"), "");
    const url = pathToFileURL(join(folder, "x.sqlite"));
    // A way to the disk that has no locks, and so no shared memory.
    url.search = "?vfs=unix-none";
    expect(() => new SqliteFile(url)).toThrow("journal_mode is delete here, not wal");
    const twin = new SqliteFile(pathToFileURL(join(folder, "x.sqlite")));
    expect(twin.read({ sql: "pragma journal_mode", parameters: [] })).toEqual([
      { journal_mode: "wal" },
    ]);
    twin.close();
  });
  test("that no folder can be made in is told as such", async () => {
    writeFileSync(join(folder, "file"), "");
    const at = join(folder, "file", "store");
    await expect(openStore({ folder: at, mode: "tool", now: () => NOW })).rejects.toMatchObject({
      code: "home-unwritable",
    });
  });
});

test("sums of an older schema are carried over", () => {
  const path = join(folder, "old.sqlite");
  const old = new SqliteFile(path);
  old.migrate(MIGRATIONS.slice(0, 2), 1);
  old.append([
    [{ sql: "insert into usage_hour values (0, 't', 'k', 'a', 3, 4, 5, 6)", parameters: [] }],
  ]);
  old.migrate(MIGRATIONS, 2);
  expect(old.read({ sql: "select * from usage_hour", parameters: [] })).toMatchObject([
    { hour: 0, alias: "a", upstream: "", requests: 3, nanos: 6 },
  ]);
  old.close();
});
