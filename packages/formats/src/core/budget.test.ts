import { expect, test } from "vitest";

import { Budget, DEFAULT_BUDGET } from "./budget.ts";

const budget = (): Budget =>
  new Budget({ ...DEFAULT_BUDGET, depth: 2, members: 3, inflatedBytes: 10, operations: 4 });

test.each([
  ["inflatedBytes", (one: Budget) => one.inflate(10, 0), (one: Budget) => one.inflate(11, 7), 7],
  ["operations", (one: Budget) => one.operate(4, 0), (one: Budget) => one.operate(5, 7), 7],
  ["members", (one: Budget) => one.list(3, 0), (one: Budget) => one.list(4, 7), 7],
  ["depth", (one: Budget) => one.enter(1), (one: Budget) => one.enter(2), 0],
])("%s: up to the limit and not past it", (_, at, past, offset) => {
  expect(() => at(budget())).not.toThrow();
  expect(() => past(budget())).toThrow(expect.objectContaining({ code: "limit", offset }));
});

test("what is spent stays spent", () => {
  const one = budget();
  one.list(2, 0);
  expect(() => one.list(2, 0)).toThrow("ARCHIVE_MAX_MEMBERS");
});
