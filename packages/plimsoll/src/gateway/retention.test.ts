import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import type { RequestRow, Store } from "../store/contract.ts";
import { openStore } from "../store/open.ts";
import { Retention, type RetentionAges } from "./retention.ts";

const DAY = 86_400_000;
const BEGIN = 1_000 * DAY;
const AGES: RetentionAges = { requests: 90 * DAY, usage: 760 * DAY, holds: 30 * DAY, bodies: DAY };

let folder = "";
let store: Store;
let now = BEGIN;
const told: string[] = [];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "plimsoll-retention-"));
  now = BEGIN;
  told.length = 0;
  store = await openStore({ folder, mode: "tool", now: () => now });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const job = (ages = AGES, over: Pick<Store, "retain"> = store): Retention =>
  new Retention({
    store: over,
    ages: () => ages,
    now: () => now,
    log: (level, event, fields) => told.push(`${level} ${event} ${JSON.stringify(fields)}`),
    rest: () => Promise.resolve(),
  });

const later = async (retention: Retention, ms: number): Promise<void> => {
  now += ms;
  retention.look();
  await retention.idle();
};

const request = (id: string, at: number): RequestRow => ({
  id,
  at,
  keyId: "k",
  team: "t",
  dialect: "chat",
  alias: "m",
  upstream: "u",
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
});

const hold = (id: string, decidedAt: number | null) =>
  store.holds.add({
    id,
    requestId: id,
    keyId: "k",
    team: "t",
    alias: "m",
    dialect: "chat",
    createdAt: 0,
    expiresAt: BEGIN,
    digest: "d",
    policyDigest: "p",
    reasons: [],
    quorum: 1,
    sealed: Uint8Array.of(1),
    state: decidedAt === null ? "open" : "refused",
    decidedAt,
    side: "answer",
    editQuorum: 1,
    version: 0,
    claimedBy: null,
    claimedUntil: null,
    takenAt: null,
  });

test("each kind goes when it is older than its own age, at the age not yet, and what waits stays", async () => {
  await store.requests.settle(request("old", BEGIN - 90 * DAY - 1), []);
  await store.requests.settle(request("edge", BEGIN - 90 * DAY + 60_000), []);
  await hold("decided", BEGIN - 30 * DAY - 1);
  await hold("waits", null);
  const kept = { side: "request" as const, subjectId: "s", sealed: Uint8Array.of(1) };
  await store.bodies.add({ ...kept, requestId: "a", at: BEGIN - DAY - 1 });
  await store.bodies.add({ ...kept, requestId: "b", at: BEGIN });
  const retention = job();
  await later(retention, 59_999);
  expect(await store.requests.recent({ limit: 9 })).toHaveLength(2);
  await later(retention, 1);
  expect((await store.requests.recent({ limit: 9 })).map(({ id }) => id)).toEqual(["edge"]);
  expect((await store.holds.list()).map(({ id }) => id)).toEqual(["waits"]);
  expect([await store.bodies.get("a"), (await store.bodies.get("b")).length]).toEqual([[], 1]);
  // Sums outlive what they sum.
  expect(await store.requests.usage(0)).toHaveLength(2);
  expect(told).toEqual(['info retention {"rows":3}']);
});

test("it comes again every hour, and sooner where something lives shorter", async () => {
  const seen: number[] = [];
  const counting = { retain: () => Promise.resolve(seen.push(now - BEGIN)) };
  const hourly = job(AGES, counting);
  const quick = job({ ...AGES, bodies: 600_000 }, counting);
  for (let at = 0; at < 61; at += 1) await later(hourly, 60_000);
  expect(seen).toEqual([60_000, 3_660_000]);
  seen.length = 0;
  for (let at = 0; at < 11; at += 1) await later(quick, 60_000);
  expect(seen).toHaveLength(2);
});

test("a clock that was set back puts it off for a minute and not for a year", async () => {
  let count = 0;
  const counting = { retain: () => Promise.resolve((count += 1)) };
  const retention = job(AGES, counting);
  await later(retention, 60_000);
  await later(retention, -365 * DAY);
  await later(retention, 60_000);
  expect(count).toBe(2);
});

test("one that runs is not begun again, and ends after its step when the server does", async () => {
  const all = Array.from({ length: 1_000 }, (_, at) => request(`r${at}`, at));
  await Promise.all(all.map((row) => store.requests.settle(row, [])));
  let steps = 0;
  const ends = Promise.withResolvers<undefined>();
  const retention = new Retention({
    store,
    ages: () => AGES,
    now: () => now,
    log: () => {},
    rest: () => {
      steps += 1;
      return ends.promise;
    },
  });
  now += 60_000;
  retention.look();
  now += 3_600_000;
  retention.look();
  await expect.poll(() => steps).toBe(1);
  const closed = retention.close();
  ends.resolve(undefined);
  await closed;
  expect([steps, (await store.requests.recent({ limit: 2_000 })).length]).toEqual([1, 800]);
});

test("a store that fails is told, and tried again", async () => {
  const retention = job(AGES, { retain: () => Promise.reject(new RangeError("no disk")) });
  await later(retention, 60_000);
  await later(retention, 3_600_000);
  expect(told).toEqual(Array(2).fill('error retention {"reason":"no disk"}'));
});

test("large bodies go a few at a time, small ones many", async () => {
  const add = (requestId: string, bytes: number) =>
    store.bodies.add({
      requestId,
      side: "request",
      subjectId: "s",
      at: 1,
      sealed: new Uint8Array(bytes),
    });
  for (let at = 0; at < 6; at += 1) await add(`large${at}`, 1_500_000);
  await add("huge", 5_000_000);
  let steps = 0;
  const rest = (): Promise<void> => {
    steps += 1;
    return Promise.resolve();
  };
  expect(await store.retain({ bodies: 2 }, { rest })).toBe(7);
  // Two at a time, but for the one that is more than a step; one look that finds nothing, and room given back.
  expect(steps).toBeGreaterThanOrEqual(5);
});
