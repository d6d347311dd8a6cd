import { afterAll, expect, test } from "vitest";

import { makeWorld } from "../world.ts";
import { canSeeMemory, growthOf, soakServer } from "./serve-soak.ts";

const world = makeWorld();
afterAll(world.remove);

/** Requests: a thousandth of what `npm run soak -- serve` asks. */
const REQUESTS = 1_000;

/** Megabytes that a gateway may grow by while it is still warming up. */
const GROWTH_MAX = 96;

test.skipIf(!canSeeMemory)(
  "a gateway serves a thousand requests of every kind, and keeps none of them in memory",
  async () => {
    const soak = await soakServer(world.folder("soak", {}), { requests: REQUESTS, step: 100 });
    expect(soak).toMatchObject({ requests: REQUESTS, answered: 700, refused: 200, left: 100 });
    expect(soak.curve).toHaveLength(10);
    expect(growthOf(soak)).toBeLessThan(GROWTH_MAX);
  },
);

const curve = (of: (at: number) => number) =>
  Array.from({ length: 100 }, (_, at) => ({ requests: at, seconds: at, megabytes: of(at) }));

test("growth is told from the end of what was warm to the end of all", () => {
  expect(growthOf({ curve: curve((at) => (at < 10 ? at : 200)) })).toBe(0);
  expect(growthOf({ curve: curve((at) => 100 + at) })).toBe(81);
  expect(growthOf({ curve: [] })).toBe(0);
});
