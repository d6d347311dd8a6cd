import { describe, expect, test } from "vitest";

import { runCampaign, type CampaignResult } from "./campaign.ts";
import { readCases } from "./cases.ts";
import { examine } from "./examine.ts";
import { READERS } from "./readers.ts";
import type { FuzzTarget } from "./target.ts";
import { TARGETS } from "./targets.ts";

/** Files a reader: a taste of what `npm run fuzz` reads millions of. */
const RUNS = 200;

const SEED = 1;

const campaign = (target: FuzzTarget, seed: number, runs = RUNS): Promise<CampaignResult> =>
  runCampaign(target, { seed, runs, shouldStop: () => false });

test("every reader has its name on the list", () => {
  expect(TARGETS.map(({ name }) => name)).toEqual(READERS);
});

describe.each(TARGETS)("$name", (target) => {
  test("seeds are sound and mutated files break nothing", async () => {
    const { broken, executions } = await campaign(target, SEED);
    expect(broken.map(({ kind, message }) => `${kind}: ${message}`)).toEqual([]);
    expect(executions).toBeGreaterThanOrEqual(RUNS);
  });

  test("what once broke it does not any more", () => {
    for (const { bytes, broke } of readCases(target.name)) {
      expect([broke, examine(target, bytes, { deep: true, allocations: undefined })]).toEqual([
        broke,
        undefined,
      ]);
    }
  });
});

test("a seed gives the same files again, and another one others", async () => {
  const [target] = TARGETS;
  if (target === undefined) throw new TypeError("no targets");
  const [one, two, other] = [
    await campaign(target, 7, 99),
    await campaign(target, 7, 99),
    await campaign(target, 8, 99),
  ];
  expect(one.digest).toBe(two.digest);
  expect(one.digest).not.toBe(other.digest);
});
