import { expect, test } from "vitest";

import { runWithin } from "./deadline.ts";

test("a loop without end is ended, and one with an end is not", () => {
  let count = 0;
  expect(
    runWithin(20, () => {
      for (;;) count += 1;
    }),
  ).toBe(false);
  expect(count).toBeGreaterThan(0);
  expect(runWithin(60_000, () => undefined)).toBe(true);
});

test("an error goes through", () => {
  expect(() => runWithin(60_000, () => JSON.parse("{"))).toThrow(SyntaxError);
});
