import { expect, test } from "vitest";

import { Waiters, WAITERS_MAX } from "./waiters.ts";

const LONG = 60_000;
const never = (): AbortSignal => new AbortController().signal;

test("all who wait for one are told, and nobody else", async () => {
  const waiters = new Waiters();
  const both = [waiters.wait("a", LONG, never()), waiters.wait("a", LONG, never())];
  const other = new AbortController();
  const still = waiters.wait("b", LONG, other.signal);
  waiters.tell("a");
  for (const one of both) await one;
  expect(waiters.ids).toEqual(["b"]);
  other.abort();
  await still;
  expect(waiters.ids).toEqual([]);
});
test("the time runs out", async () => {
  const waiters = new Waiters();
  await waiters.wait("a", 1, never());
  expect(waiters.ids).toEqual([]);
});
test("who left does not begin to wait", () => {
  expect(new Waiters().wait("a", LONG, AbortSignal.abort())).toBeUndefined();
});
test("one more than may wait is not let wait, and the last one is", async () => {
  const waiters = new Waiters();
  const all = Array.from({ length: WAITERS_MAX }, () => waiters.wait("a", LONG, never()));
  expect(all.every((one) => one !== undefined)).toBe(true);
  expect(waiters.wait("a", LONG, never())).toBeUndefined();
  waiters.end();
  for (const one of all) await one;
});
test("when all waiting ends, nobody begins to", async () => {
  const waiters = new Waiters();
  const waiting = waiters.wait("a", LONG, never());
  waiters.end();
  await waiting;
  expect(waiters.wait("a", LONG, never())).toBeUndefined();
});
