import fc from "fast-check";
import { expect, test } from "vitest";

import { activityIn } from "./activity.ts";

const now = new Date("2026-11-25T12:00:00Z");
const today = Math.floor(now.getTime() / 86_400_000);
const on = (ago: number, ...authors: readonly number[]) => ({
  day: today - ago,
  commits: 1,
  authors,
});

test("a window holds its last day and not the one before", () => {
  expect(activityIn([on(90, 1), on(89, 2)], now, 90)).toEqual({ commits: 1, authors: 1 });
});

test("what is dated later is left out", () => {
  expect(activityIn([on(0, 1), on(-1, 2)], now, "all")).toEqual({ commits: 1, authors: 1 });
});

test("a longer window never holds less, in any order", () => {
  const days = fc.array(
    fc.tuple(fc.integer({ min: -5, max: 400 }), fc.integer({ min: 0, max: 5 })),
  );
  fc.assert(
    fc.property(days, (list) => {
      const history = list.map(([ago, author]) => on(ago, author));
      const [short, long] = [
        activityIn(history, now, 90),
        activityIn(history.toReversed(), now, 365),
      ];
      expect(long.commits).toBeGreaterThanOrEqual(short.commits);
      expect(long.authors).toBeGreaterThanOrEqual(short.authors);
    }),
  );
});
