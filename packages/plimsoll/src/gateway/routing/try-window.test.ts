import { expect, test } from "vitest";
import fc from "fast-check";

import { TryWindow } from "./try-window.ts";

test("a try counts for thirty seconds and no longer", () => {
  const window = new TryWindow();
  window.add(1_000_500, true);
  window.add(1_001_000, false);
  expect(window.sums(1_029_999)).toEqual({ tries: 2, failures: 1 });
  expect(window.sums(1_030_000)).toEqual({ tries: 1, failures: 0 });
  expect(window.sums(1_031_000)).toEqual({ tries: 0, failures: 0 });
});

test("a second that comes round again begins at nothing", () => {
  const window = new TryWindow();
  window.add(5_000, true);
  window.add(35_000, false);
  expect(window.sums(35_000)).toEqual({ tries: 1, failures: 0 });
});

test("it counts what a list of all tries would", () => {
  const steps = fc.array(fc.record({ wait: fc.nat(4_000), isFailure: fc.boolean() }), {
    maxLength: 200,
  });
  fc.assert(
    fc.property(steps, (tries) => {
      const window = new TryWindow();
      const all: { second: number; isFailure: boolean }[] = [];
      let now = 1_700_000_000_000;
      for (const { wait, isFailure } of tries) {
        now += wait;
        window.add(now, isFailure);
        all.push({ second: Math.floor(now / 1_000), isFailure });
      }
      const last = all.filter(({ second }) => second > Math.floor(now / 1_000) - 30);
      const failures = last.filter(({ isFailure }) => isFailure).length;
      expect(window.sums(now)).toEqual({ tries: last.length, failures });
    }),
  );
});
