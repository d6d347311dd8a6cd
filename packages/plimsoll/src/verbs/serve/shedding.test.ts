import { expect, test } from "vitest";

import { LOOP_LAG_MS, MEMORY_SHARE, memoryShare, reasonToShed } from "./shedding.ts";

const calm = { lagMs: 0, memoryShare: 0.5, running: 0 };

test.each<[string, Partial<typeof calm>, ReturnType<typeof reasonToShed>]>([
  ["nothing", {}, undefined],
  ["lag at the limit", { lagMs: LOOP_LAG_MS }, undefined],
  ["lag past it", { lagMs: LOOP_LAG_MS + 1 }, "lag"],
  ["memory at the limit", { memoryShare: MEMORY_SHARE }, undefined],
  ["memory past it", { memoryShare: MEMORY_SHARE + 0.01 }, "memory"],
  ["as many requests as may run, less one", { running: 9 }, undefined],
  ["as many as may run", { running: 10 }, "requests"],
  ["all at once", { lagMs: 1_000, memoryShare: 1, running: 10 }, "memory"],
])("%s", (_, load, reason) => {
  expect(reasonToShed({ ...calm, ...load }, 10)).toBe(reason);
});

test("this process has memory, and has not filled it", () => {
  expect(memoryShare()).toBeGreaterThan(0);
  expect(memoryShare()).toBeLessThan(1);
});
