import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import {
  HELD_AT,
  heldAnswer,
  openHoldWorld,
  reviewerKey,
  type HoldWorld,
} from "../../testing/holds.ts";
import { wordGuard } from "../../testing/word-guard.ts";

let world: HoldWorld;
const LONG = 60_000;
const never = (): AbortSignal => new AbortController().signal;

beforeAll(async () => {
  world = await openHoldWorld();
  await world.store.keys.add(reviewerKey("a"), []);
});
beforeEach(() => {
  world.clock = HELD_AT;
  world.guards = [];
  world.policy = { ...world.policy, editSecond: false };
  world.told.length = 0;
});
afterAll(() => world.close());

async function add(change: Parameters<typeof heldAnswer>[0] = {}): Promise<string> {
  const made = await world.holds.add(heldAnswer(change));
  if (made.kind !== "held") throw new TypeError(made.kind);
  return made.ticket;
}

async function say(id: string, verdict: "release" | "refuse"): Promise<void> {
  const digest = (await world.store.holds.get(id))?.hold.digest ?? "";
  const { kind } = await world.holds[verdict](id, { actor: "a", digest, reason: "fine" });
  expect(kind).toBe(`${verdict}d`);
}

const request = { side: "request", deltas: [] } as const;

describe("what the one who asked is told", () => {
  test("nothing of another's, as if there were none", async () => {
    expect(await world.asker.state(await add(), "somebody")).toBeUndefined();
    expect(await world.asker.state("hold_x", "asker")).toBeUndefined();
  });
  test("their own under the key that took its place, and not under the one before", async () => {
    await world.store.keys.add(reviewerKey("old", { rotatedTo: "new" }), []);
    await world.store.keys.add(reviewerKey("new"), []);
    const id = await add({ caller: { ...heldAnswer().caller, keyId: "old" } });
    expect(await world.asker.state(id, "new")).toMatchObject({ kind: "open" });
  });
  test("that it waits, that it was refused, that time ran out", async () => {
    const id = await add();
    const until = HELD_AT + 60_000;
    expect(await world.asker.state(id, "asker")).toEqual({ kind: "open", expiresAt: until });
    world.clock = until;
    expect(await world.asker.state(id, "asker")).toEqual({ kind: "expired" });
    world.clock = HELD_AT;
    await say(id, "refuse");
    expect(await world.asker.state(id, "asker")).toEqual({ kind: "refused" });
  });
  test("the answer, with what stood for people put back", async () => {
    const id = await add();
    await say(id, "release");
    expect(await world.asker.state(id, "asker")).toMatchObject({
      kind: "answer",
      state: "released",
      requestId: "req_1",
      deltas: [{ kind: "text", text: "mail ada@example.org" }, { kind: "finish" }],
    });
  });
  test("what a person wrote in its place", async () => {
    const id = await add();
    const digest = (await world.store.holds.get(id))?.hold.digest ?? "";
    const word = { actor: "a", digest, reason: "x", text: "ask [EMAIL_1]" };
    await world.holds.edit(id, word);
    expect(await world.asker.state(id, "asker")).toMatchObject({
      state: "edited",
      deltas: [{ text: "ask ada@example.org" }, { kind: "finish", reason: "stop" }],
    });
  });
});

describe("a row is nobody's word", () => {
  test.each(["released", "edited"] as const)("set to %s, it lets nothing out", async (state) => {
    for (const change of [{}, request]) {
      const id = await add(change);
      await world.store.holds.change({ id, version: 0 }, { state, decidedAt: 1 }, {});
      expect(await world.asker.state(id, "asker")).toEqual({ kind: "refused" });
    }
  });
  test("what stood there before an edit is not let out in its place", async () => {
    const id = await add();
    const before = (await world.store.holds.get(id))?.hold;
    const digest = before?.digest ?? "";
    await world.holds.edit(id, { actor: "a", digest, reason: "x", text: "better" });
    const { version = 0 } = (await world.store.holds.get(id))?.hold ?? {};
    const sealed = before?.sealed ?? Uint8Array.of();
    await world.store.holds.change({ id, version }, { sealed, digest }, {});
    expect(await world.asker.state(id, "asker")).toEqual({ kind: "refused" });
  });
});

describe("guards of now look at what leaves later than it was decided", () => {
  test.each([
    ["redact", { kind: "answer", deltas: [{ text: "mail [WORD]" }, {}] }],
    ["block", { kind: "refused" }],
    ["hold", { kind: "answer", deltas: [{ text: "mail SECRET" }, {}] }],
  ] as const)("%s", async (mode, state) => {
    const finish = { kind: "finish", choice: 0, reason: "stop" } as const;
    const id = await add({ deltas: [{ kind: "text", choice: 0, text: "mail SECRET" }, finish] });
    await say(id, "release");
    world.guards = [wordGuard("SECRET", { mode })];
    expect(await world.asker.state(id, "asker")).toMatchObject(state);
  });
  test("a request too", async () => {
    const id = await add(request);
    await say(id, "release");
    world.guards = [wordGuard("hello", { mode: "block" })];
    expect(await world.asker.state(id, "asker")).toEqual({ kind: "refused" });
    world.guards = [wordGuard("hello")];
    const state = await world.asker.state(id, "asker");
    if (state?.kind !== "request") throw new TypeError(state?.kind);
    const { turn, originals } = state.scanned;
    expect(turn.messages[0]?.parts).toEqual([{ kind: "text", text: "[WORD_1]" }]);
    expect([...originals.keys()]).toEqual(["[EMAIL_1]", "[WORD_1]"]);
  });
});

describe("a released request", () => {
  test("is taken once, by one of many, which is told", async () => {
    const id = await add(request);
    expect(await world.asker.take(id, "req_2")).toBe(false);
    await say(id, "release");
    const all = await Promise.all(["x", "y", "z"].map((as) => world.asker.take(id, as)));
    expect(all.filter(Boolean).length).toBe(1);
    expect(await world.asker.take(id, "later")).toBe(false);
    expect(await world.asker.state(id, "asker")).toEqual({ kind: "sent" });
    expect(world.told.filter(({ kind }) => kind === "review.send").length).toBe(1);
  });
  test("that no engine answered is given back", async () => {
    const id = await add(request);
    await say(id, "release");
    await world.asker.take(id, "req_2");
    await world.asker.giveBack(id);
    expect(await world.asker.take(id, "req_3")).toBe(true);
  });
  test("is taken by who waits for it", async () => {
    const id = await add(request);
    const waiting = world.asker.decided(id, LONG, never(), "req_1");
    await say(id, "release");
    expect(await waiting).toMatchObject({ kind: "may-go" });
    expect(await world.asker.state(id, "asker")).toEqual({ kind: "sent" });
  });
  test("is not taken by who left", async () => {
    const id = await add(request);
    await say(id, "release");
    expect(await world.asker.decided(id, LONG, AbortSignal.abort(), "req_1")).toEqual({
      kind: "open",
    });
    expect(await world.asker.state(id, "asker")).toMatchObject({ kind: "request" });
  });
  test("an answer is not taken", async () => {
    const id = await add();
    await say(id, "release");
    expect(await world.asker.take(id, "req_2")).toBe(false);
  });
});

describe("who waits", () => {
  test("is told what was decided before, and what is decided meanwhile", async () => {
    const id = await add();
    const waiting = world.asker.decided(id, LONG, never(), "req_1");
    await say(id, "refuse");
    expect(await waiting).toEqual({ kind: "refused" });
    expect(await world.asker.decided(id, LONG, never(), "req_1")).toEqual({ kind: "refused" });
  });
  test("is told what another process decided, once somebody looks", async () => {
    const beside = await world.beside();
    const id = await add();
    const waiting = world.asker.decided(id, LONG, never(), "req_1");
    const digest = (await world.store.holds.get(id))?.hold.digest ?? "";
    await beside.holds.release(id, { actor: "a", digest, reason: "fine" });
    await world.asker.look();
    expect(await waiting).toMatchObject({ kind: "released" });
  });
  test("is told that it is open when they wait no longer", async () => {
    const id = await add();
    expect(await world.asker.decided(id, 0, never(), "req_1")).toEqual({ kind: "open" });
    const leaving = new AbortController();
    const waiting = world.asker.decided(id, LONG, leaving.signal, "req_1");
    leaving.abort();
    expect(await waiting).toEqual({ kind: "open" });
    expect(world.waiters.ids).toEqual([]);
  });
  test("is told at its time", async () => {
    const id = await add();
    const waiting = world.asker.decided(id, 600_000, never(), "req_1");
    world.clock += 60_000;
    await world.holds.expire();
    expect(await waiting).toEqual({ kind: "refused" });
  });
});

test("a receipt says what people came to, and not who they are", async () => {
  const id = await add();
  expect(await world.asker.reviewOf(id)).toMatchObject({ state: "open", people: 0, decided: null });
  await say(id, "release");
  const review = await world.asker.reviewOf(id);
  expect(review).toMatchObject({ state: "released", people: 1, side: "answer", policy: "policy" });
  expect(JSON.stringify(review)).not.toContain("fine");
  expect(await world.asker.reviewOf("hold_x")).toBeUndefined();
});
test("what was decided is removed after its time, and what waits is not", async () => {
  const [old, open] = [await add(), await add()];
  await say(old, "refuse");
  await world.store.retain({ holds: HELD_AT });
  expect(await world.store.holds.get(old)).toBeDefined();
  await world.store.retain({ holds: HELD_AT + 1 });
  expect(await world.store.holds.get(old)).toBeUndefined();
  expect(await world.store.holds.get(open)).toBeDefined();
});
