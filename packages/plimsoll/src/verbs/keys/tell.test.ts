import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import type { Store } from "../../store/contract.ts";
import { takeLogLock } from "../../store/dialect/serve-lock.ts";
import { openStore } from "../../store/open.ts";
import { exportLog } from "../../audit/export.ts";
import { outboxEvent } from "../../gateway/outbox.ts";
import { withLog, type LogPlace } from "./tell.ts";

let home = "";
let store: Store;
let place: LogPlace;
const now = (): number => 1_000;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "plimsoll-tell-"));
  place = { home, origin: "plimsoll/test", now };
  store = await openStore({ folder: join(home, "store"), mode: "tool", now });
});
afterEach(async () => {
  await store.close();
  rmSync(home, { recursive: true, force: true });
});

const leave = (request: string): Promise<void> =>
  store.outbox.put(outboxEvent({ kind: "review.vote", actor: "local", request, body: { n: 1 } }));

const eventOf = (size: number) =>
  outboxEvent({ kind: "key.create", actor: "local", body: { n: "x".repeat(size) } });

const told = (): readonly string[] =>
  [...exportLog(join(home, "audit"), { from: 0, kind: "review.vote", format: "jsonl" })].map(
    (line) => String(JSON.parse(line).request),
  );

test("what a change left is in the log when it is done, with what was left before", async () => {
  await leave("before");
  await withLog(store, place, () => leave("now"));
  expect([told(), await store.outbox.isLeft()]).toEqual([["before", "now"], false]);
});

test("while another writes the log the event waits in the store, and the next tool writes it", async () => {
  const unlock = takeLogLock(join(home, "store"), 0);
  await withLog(store, place, () => leave("waits"));
  expect([existsSync(join(home, "audit")), await store.outbox.isLeft()]).toEqual([false, true]);
  unlock?.();
  await withLog(store, place, () => Promise.resolve());
  expect([told(), await store.outbox.isLeft()]).toEqual([["waits"], false]);
});

test("where another lets go while the change is made, it is written all the same", async () => {
  const unlock = takeLogLock(join(home, "store"), 0);
  await withLog(store, place, async () => {
    await leave("late");
    unlock?.();
  });
  expect(told()).toEqual(["late"]);
});

test("where the log was altered nothing is changed", async () => {
  await withLog(store, place, () => leave("one"));
  const segment = join(home, "audit/segments/0000000000000000.jsonl");
  writeFileSync(segment, readFileSync(segment, "utf8").replace('"n":1', '"n":2'));
  await expect(withLog(store, place, () => leave("two"))).rejects.toMatchObject({
    code: "audit-altered",
  });
  expect(await store.outbox.isLeft()).toBe(false);
});

test("what is no line of the log is never left for it", () => {
  expect(() => eventOf(16_000)).toThrowError(expect.objectContaining({ code: "usage" }));
  expect(eventOf(14_000).body).toHaveLength(14_008);
});

test("an event that cannot be written stays where it is", async () => {
  await leave("stays");
  const refused = store.outbox.drain(() => Promise.reject(new TypeError("full")));
  await expect(refused).rejects.toThrow("full");
  expect(await store.outbox.isLeft()).toBe(true);
});
