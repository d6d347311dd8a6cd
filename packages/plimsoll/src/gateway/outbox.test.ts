import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import type { AuditEvent, AuditLog } from "../audit/contract.ts";
import { exportLog } from "../audit/export.ts";
import { openAuditLog } from "../audit/writer.ts";
import type { Store } from "../store/contract.ts";
import { openStore } from "../store/open.ts";
import { outboxEvent, OutboxWriter } from "./outbox.ts";

let folder = "";
let store: Store;
let audit: AuditLog;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "plimsoll-outbox-"));
  store = await openStore({ folder: join(folder, "store"), mode: "tool", now: () => 0 });
  audit = openAuditLog({ folder: join(folder, "audit"), origin: "plimsoll/test", now: () => 0 });
});
afterEach(async () => {
  await audit.close().catch(() => {});
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

function eventOf(request: string, body: AuditEvent["body"] = {}): AuditEvent {
  return { kind: "key.create", actor: "local", request, body };
}

async function requestsTold(): Promise<readonly unknown[]> {
  await audit.close();
  const lines = exportLog(join(folder, "audit"), { from: 0, kind: "key.create", format: "jsonl" });
  return [...lines].map((line): unknown => {
    const { request }: { request: unknown } = JSON.parse(line);
    return request;
  });
}

test("a change is answered once its event is in the log, and by its number", async () => {
  const writer = new OutboxWriter(store.outbox, audit);
  const result = await writer.keep(async () => {
    await store.outbox.put(outboxEvent(eventOf("req_a")));
    return "done";
  });
  expect([result, writer.seqOf("req_a"), writer.seqOf("req_b")]).toEqual(["done", 1, undefined]);
  expect(await store.outbox.isLeft()).toBe(false);
});

test("however many drain at once, each event is told once and in order", async () => {
  const writer = new OutboxWriter(store.outbox, audit);
  const names = Array.from({ length: 20 }, (_, at) => `req_${at}`);
  const changes = names.map((name) =>
    writer.keep(() => store.outbox.put(outboxEvent(eventOf(name)))),
  );
  await Promise.all([...changes, writer.drain(), writer.drain()]);
  expect(await requestsTold()).toEqual(names);
});

test("changes beside each other are each told once, and answered when they are", async () => {
  const writer = new OutboxWriter(store.outbox, audit);
  const names = Array.from({ length: 20 }, (_, at) => `req_${at}`);
  const told = await Promise.all(
    names.map(async (name) => {
      await writer.after(() => store.outbox.put(outboxEvent(eventOf(name))));
      return writer.seqOf(name) !== undefined;
    }),
  );
  expect(told.every(Boolean)).toBe(true);
  const lines = await requestsTold();
  expect([lines.length, new Set(lines)]).toEqual([names.length, new Set(names)]);
});

test("a change that fails leaves the next one its way", async () => {
  const writer = new OutboxWriter(store.outbox, audit);
  const failed = writer.keep(() => Promise.reject(new RangeError("no")));
  const next = writer.keep(() => store.outbox.put(outboxEvent(eventOf("req_a"))));
  await expect(failed).rejects.toThrow(RangeError);
  await next;
  expect(await requestsTold()).toEqual(["req_a"]);
});

test("what the log does not take stays where it is, and whoever asked is told", async () => {
  const writer = new OutboxWriter(store.outbox, audit);
  await audit.close();
  const change = writer.keep(() => store.outbox.put(outboxEvent(eventOf("req_a"))));
  await expect(change).rejects.toMatchObject({ code: "audit-unavailable" });
  expect([await store.outbox.isLeft(), writer.isBehind]).toEqual([true, true]);
});

test("changes that go by what they read are made one after the other", async () => {
  const writer = new OutboxWriter(store.outbox, audit);
  let running = 0;
  let most = 0;
  const change = async (): Promise<void> => {
    running += 1;
    most = Math.max(most, running);
    await store.outbox.put(outboxEvent(eventOf("req_a")));
    running -= 1;
  };
  await Promise.all([writer.keep(change), writer.keep(change), writer.keep(change)]);
  expect([most, writer.isBehind]).toEqual([1, false]);
  await Promise.all([writer.after(change), writer.after(change)]);
  expect([most, await store.outbox.isLeft()]).toEqual([2, false]);
});

test("the places of a few hundred events are remembered, the newest", async () => {
  const writer = new OutboxWriter(store.outbox, audit);
  await writer.keep(async () => {
    for (let at = 0; at < 257; at += 1) await store.outbox.put(outboxEvent(eventOf(`req_${at}`)));
  });
  expect([writer.seqOf("req_0"), writer.seqOf("req_1"), writer.seqOf("req_256")]).toEqual([
    undefined,
    2,
    257,
  ]);
});

function ofLength(length: number): unknown {
  return outboxEvent(eventOf("req_a", { a: "x".repeat(length) }));
}

test("facts that are longer than a line of the log are refused, and those that fit are not", () => {
  expect(ofLength(14_336 - 8)).toMatchObject({ kind: "key.create" });
  expect(() => ofLength(14_336 - 7)).toThrowError(expect.objectContaining({ code: "usage" }));
});
