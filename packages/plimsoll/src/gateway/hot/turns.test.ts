import { expect, test } from "vitest";

import { Turns } from "./turns.ts";

test("all that run are cut, and waited for until their records are kept", async () => {
  const turns = new Turns();
  const cut: string[] = [];
  const [a, b] = ["a", "b"].map((name) => ({ cut: () => void cut.push(name) }));
  if (a === undefined || b === undefined) throw new TypeError("there are two");
  turns.add(a);
  turns.add(b);
  turns.delete(a);
  turns.delete(a);
  expect([turns.size, turns.cut(), cut]).toEqual([1, 1, ["b"]]);
  const ended = turns.ended(60_000);
  turns.delete(b);
  await ended;
  expect(turns.size).toBe(0);
});

test("what does not end is not waited for without end", async () => {
  const turns = new Turns();
  turns.add({ cut: () => {} });
  await turns.ended(5);
  expect(turns.size).toBe(1);
});
