import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { heldAnswer, openHoldWorld, type HoldWorld } from "../../testing/holds.ts";
import type { HoldRow } from "../../store/contract.ts";
import { digestOf } from "./kept.ts";

let world: HoldWorld;
let hold: HoldRow;

beforeAll(async () => {
  world = await openHoldWorld();
  const made = await world.holds.add(heldAnswer());
  const found = made.kind === "held" ? await world.store.holds.get(made.ticket) : undefined;
  if (found === undefined) throw new TypeError("it is not held");
  hold = found.hold;
});
afterAll(() => world.close());

test("what was sealed opens as it was", () => {
  const kept = world.vault.open(hold);
  expect(kept).toMatchObject({ edits: 0, outcome: "open", deltas: heldAnswer().deltas });
  expect(kept === undefined ? "" : digestOf(kept)).toBe(hold.digest);
});
test("nothing of it can be read in the store", () => {
  const bytes = Buffer.from(hold.sealed).toString("latin1");
  for (const word of ["mail", "hello", "ada@", "EMAIL"]) expect(bytes).not.toContain(word);
});
test("one changed bit anywhere, and it does not open", () => {
  for (let at = 0; at < hold.sealed.length; at += 1) {
    const sealed = Uint8Array.from(hold.sealed);
    sealed[at] = (sealed[at] ?? 0) ^ 1;
    expect(world.vault.open({ ...hold, sealed })).toBeUndefined();
  }
});
test("cut at any place, and it does not open", () => {
  for (const length of [0, 3, 4, 40, hold.sealed.length - 1]) {
    const sealed = hold.sealed.slice(0, length);
    expect(world.vault.open({ ...hold, sealed })).toBeUndefined();
  }
});
describe("a row that says another thing than what was sealed does not open", () => {
  test.each<[string, Partial<HoldRow>]>([
    ["digest", { digest: "0".repeat(64) }],
    ["id", { id: "hold_other" }],
    ["key", { keyId: "another" }],
    ["team", { team: "another" }],
    ["quorum", { quorum: 0 }],
    ["edits", { editQuorum: 1 }],
    ["time", { expiresAt: 1 }],
    ["side", { side: "request" }],
    ["policy", { policyDigest: "" }],
    ["dialect", { dialect: "messages" }],
    ["model", { alias: "another" }],
  ])("%s", (_, change) => {
    expect(world.vault.open({ ...hold, ...change })).toBeUndefined();
  });
  test("and one that says the same does", () => {
    expect(world.vault.open({ ...hold, state: "released", version: 7 })).toBeDefined();
  });
});
test("halves of a pair of code units stay what they are", async () => {
  const text = "\ud83d and \ude00";
  const made = await world.holds.add(heldAnswer({ deltas: [{ kind: "text", choice: 0, text }] }));
  const found = made.kind === "held" ? await world.store.holds.get(made.ticket) : undefined;
  expect(found && world.vault.open(found.hold)?.deltas).toEqual([
    { kind: "text", choice: 0, text },
  ]);
});
