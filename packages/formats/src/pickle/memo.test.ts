import { expect, test } from "vitest";

import { Memo } from "./memo.ts";
import type { Value } from "./values.ts";

const value = (number: number): Value => ({ kind: "int", value: number });

test("slots in order and out of order are one memo", () => {
  const memo = new Memo();
  for (const slot of [2, 0, 1, 2, 2 ** 32, 10n ** 20n, 0]) memo.set(slot, value(Number(slot)));
  expect(memo.size).toBe(5);
  expect([0, 1, 2, 2 ** 32, 10n ** 20n].map((slot) => memo.get(slot))).toEqual(
    [0, 1, 2, 2 ** 32, 1e20].map(value),
  );
  expect([3, -1, 2 ** 32 - 1].map((slot) => memo.get(slot))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test("a slot that was written early and late holds the late value", () => {
  const memo = new Memo();
  memo.set(1, value(1));
  memo.set(0, value(0));
  memo.set(1, value(5));
  expect(memo.get(1)).toEqual(value(5));
  expect(memo.size).toBe(2);
});
