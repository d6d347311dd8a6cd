import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import type { HoldRow, KeyRow } from "../../store/contract.ts";
import {
  HELD_AT,
  heldAnswer,
  openHoldWorld,
  reviewerKey,
  type HoldWorld,
} from "../../testing/holds.ts";
import { wordGuard } from "../../testing/word-guard.ts";
import type { Decided } from "./contract.ts";
import { Holds, type HoldPorts } from "./holds.ts";
import {
  CLAIM_TTL_MS,
  EDIT_MAX_CHARS,
  HELD_MAX_BYTES,
  HOLDS_OPEN_MAX_BYTES,
  HOLDS_OPEN_PER_KEY,
  REASON_MAX_CHARS,
} from "./policy.ts";

let world: HoldWorld;
/** Another process on the same store. */
let beside: Holds;
/** Keys of two who may decide, and of the one who asks: other ones in each test. */
let [a, b, asker] = ["", "", ""];
let tests = 0;

beforeAll(async () => {
  world = await openHoldWorld();
  beside = (await world.beside()).holds;
});
beforeEach(async () => {
  tests += 1;
  [a, b, asker] = [`a${tests}`, `b${tests}`, `asker${tests}`];
  await keys(reviewerKey(a), reviewerKey(b), reviewerKey(asker));
  world.policy = { quorum: 1, twoPerson: [], editSecond: true, ttlMs: 60_000 };
  world.guards = [];
  world.clock = HELD_AT;
  world.told.length = 0;
});
afterEach(async () => {
  const ended = { state: "refused", decidedAt: world.clock } as const;
  for (const hold of await world.store.holds.list("open")) {
    await world.store.holds.change(hold, ended, {});
  }
});
afterAll(() => world.close());

async function keys(...rows: readonly KeyRow[]): Promise<void> {
  for (const row of rows) await world.store.keys.add(row, []);
}

async function add(change: Parameters<typeof heldAnswer>[0] = {}): Promise<string> {
  const caller = { ...heldAnswer().caller, keyId: asker };
  const made = await world.holds.add(heldAnswer({ caller, ...change }));
  if (made.kind !== "held") throw new TypeError(made.kind);
  return made.ticket;
}

async function digestOf(id: string): Promise<string> {
  return (await world.store.holds.get(id))?.hold.digest ?? "";
}

/** A person's word on what stands there now. */
async function say(
  id: string,
  verdict: "release" | "refuse",
  actor: string,
  by: Holds = world.holds,
): Promise<Decided> {
  return by[verdict](id, { actor, digest: await digestOf(id), reason: "it is fine" });
}

async function edit(id: string, actor: string, text: string): Promise<Decided> {
  const digest = await digestOf(id);
  return world.holds.edit(id, { actor, digest, reason: "left a name out", text });
}

const stateOf = async (id: string) => (await world.store.holds.get(id))?.hold.state;
const toldOf = (kind: string) =>
  world.told.filter((event) => event.kind === kind).map(({ body }) => JSON.parse(body));

describe("one person", () => {
  test("sees it, which is told before they do", async () => {
    const id = await add();
    const shown = await world.holds.show(id, { actor: `admin:${a}` });
    expect(shown).toMatchObject({
      kind: "shown",
      hold: { text: "mail [EMAIL_1]", asked: "user: hello", votes: [] },
    });
    expect(shown.kind === "shown" && "sealed" in shown.hold).toBe(false);
    expect(world.told.map(({ kind, actor }) => `${kind} ${actor}`)).toEqual([
      "review.hold plimsoll",
      `reveal key:${a}`,
    ]);
  });
  test.each(["release", "refuse"] as const)("says %s, once", async (verdict) => {
    const id = await add();
    const done = `${verdict}d`;
    expect(await say(id, verdict, `key:${a}`)).toEqual({ kind: done, digest: await digestOf(id) });
    expect(await say(id, "release", b)).toEqual({ kind: "decided", state: done });
    expect(toldOf(`review.${verdict}`)).toEqual([
      {
        digest: await digestOf(id),
        hold: id,
        policy: "policy",
        reason: "it is fine",
        saw: await digestOf(id),
        self: false,
        verdict,
      },
    ]);
  });
  test("who has no role for it, whom nobody knows, and who asked for it do not", async () => {
    await keys(reviewerKey(`dev${a}`, { roles: ["developer"] }));
    const id = await add();
    for (const [actor, kind] of [
      [`dev${a}`, "not-allowed"],
      ["nobody", "not-allowed"],
      ["", "not-allowed"],
      [`key:${asker}`, "own"],
      [`admin:${asker}`, "own"],
    ] as const) {
      expect(await say(id, "release", actor)).toEqual({ kind });
      expect(await say(id, "refuse", actor)).toEqual({ kind });
      expect(await world.holds.show(id, { actor })).toEqual({ kind });
      expect(await world.holds.claim(id, { actor })).toEqual({ kind });
    }
    expect([await stateOf(id), world.told.length]).toEqual(["open", 1]);
  });
  test("who asked does not decide with the key that took its place either", async () => {
    const id = await add();
    await world.store.keys.rotate(asker, world.clock + 9, reviewerKey(`${asker}2`));
    expect(await say(id, "release", `${asker}2`)).toEqual({ kind: "own" });
    expect(await say(id, "release", asker)).toEqual({ kind: "own" });
  });
  test("a key that was revoked since decides nothing", async () => {
    const id = await add();
    await world.store.keys.revoke(a, world.clock);
    expect(await say(id, "release", a)).toEqual({ kind: "not-allowed" });
  });
  test("what they saw must be what stands there", async () => {
    const id = await add();
    const word = { actor: a, reason: "x", digest: "0".repeat(64) };
    for (const verdict of ["release", "refuse"] as const) {
      expect(await world.holds[verdict](id, word)).toEqual({ kind: "changed" });
    }
    expect(await world.holds.edit(id, { ...word, text: "x" })).toEqual({ kind: "changed" });
  });
  test("what was changed is not let out, and may be refused", async () => {
    const id = await add();
    const found = await world.store.holds.get(id);
    const sealed = Uint8Array.from(found?.hold.sealed ?? []);
    sealed[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1;
    await world.store.holds.change({ id, version: 0 }, { sealed }, {});
    expect(await world.holds.show(id, { actor: a })).toEqual({ kind: "changed" });
    expect(await say(id, "release", a)).toEqual({ kind: "changed" });
    expect(await edit(id, a, "text")).toEqual({ kind: "changed" });
    expect(await say(id, "refuse", a)).toMatchObject({ kind: "refused" });
  });
  test("a reason as long as a line has room for, and one longer", async () => {
    const id = await add();
    const digest = await digestOf(id);
    for (const reason of ["", " \n", "x".repeat(REASON_MAX_CHARS + 1)]) {
      expect(await world.holds.release(id, { actor: a, digest, reason })).toEqual({
        kind: "reason",
      });
    }
    const reason = "x".repeat(REASON_MAX_CHARS);
    const decided = await world.holds.release(id, { actor: a, digest, reason });
    expect(decided.kind).toBe("released");
  });
  test("there is none of that name", async () => {
    expect(await say("hold_x", "release", a)).toEqual({ kind: "not-found" });
    expect(await world.holds.show("hold_x", { actor: a })).toEqual({ kind: "not-found" });
  });
});

describe("the owner of this machine", () => {
  const own = { caller: { ...heldAnswer().caller, keyId: "local" } };
  test("decides on their own only where nobody else could", async () => {
    const id = await add(own);
    expect(await say(id, "release", "local")).toEqual({ kind: "own" });
    for (const key of await world.store.keys.all())
      await world.store.keys.revoke(key.id, world.clock);
    expect(await say(id, "release", "local")).toMatchObject({ kind: "released" });
    expect(toldOf("review.release")).toMatchObject([{ self: true }]);
  });
  test("decides on what others asked", async () => {
    expect(await say(await add(), "release", "local")).toMatchObject({ kind: "released" });
  });
});

describe("two people", () => {
  test("a topic of two takes two different ones, on one text", async () => {
    world.policy = { ...world.policy, twoPerson: ["word"] };
    const id = await add();
    expect(await say(id, "release", a)).toMatchObject({ kind: "waits", for: 1 });
    expect(await say(id, "release", a)).toEqual({ kind: "voted" });
    expect(await stateOf(id)).toBe("open");
    expect(await say(id, "release", b)).toMatchObject({ kind: "released" });
    expect(world.told.map(({ kind }) => kind)).toEqual([
      "review.hold",
      "review.vote",
      "review.release",
    ]);
  });
  test("another topic takes one", async () => {
    world.policy = { ...world.policy, twoPerson: ["other"] };
    expect(await say(await add(), "release", a)).toMatchObject({ kind: "released" });
  });
  test("a type that was only redacted makes it a topic of two", async () => {
    world.policy = { ...world.policy, twoPerson: ["iban"] };
    const found = { guard: "g", start: 0, end: 1, rule: "iban", isApplied: true };
    const id = await add({ edits: [{ ...found, type: "iban" }] });
    expect(await say(id, "release", a)).toMatchObject({ kind: "waits", for: 1 });
  });
  test("one who refuses is enough", async () => {
    world.policy = { ...world.policy, quorum: 2 };
    const id = await add();
    await say(id, "release", a);
    expect(await say(id, "refuse", b)).toMatchObject({ kind: "refused" });
  });
  test("two secrets of one person are no two people", async () => {
    world.policy = { ...world.policy, quorum: 2 };
    const id = await add();
    await say(id, "release", a);
    await world.store.keys.rotate(a, world.clock + 9_999, reviewerKey(`${a}2`));
    expect(await say(id, "release", `${a}2`)).toEqual({ kind: "voted" });
    expect(await say(id, "release", a)).toEqual({ kind: "voted" });
  });
  test("the word of a key that was revoked since no longer counts", async () => {
    world.policy = { ...world.policy, quorum: 2 };
    const id = await add();
    await say(id, "release", a);
    await world.store.keys.revoke(a, world.clock);
    expect(await say(id, "release", b)).toMatchObject({ kind: "waits", for: 1 });
  });
  test("a policy that is eased later does not ease what is held", async () => {
    world.policy = { ...world.policy, quorum: 2 };
    const id = await add();
    world.policy = { ...world.policy, quorum: 1 };
    expect(await say(id, "release", a)).toMatchObject({ kind: "waits", for: 1 });
  });
});

describe("a text that a person wrote", () => {
  test("has a digest of its own, which another one confirms", async () => {
    const id = await add();
    const before = await digestOf(id);
    const edited = await edit(id, a, "better");
    const after = await digestOf(id);
    expect([edited, after === before]).toEqual([{ kind: "waits", for: 1, digest: after }, false]);
    expect(toldOf("review.vote")).toMatchObject([{ saw: before, digest: after, verdict: "edit" }]);
    expect(await say(id, "release", a)).toEqual({ kind: "voted" });
    // Somebody who saw the text before.
    const old = { actor: b, digest: before, reason: "fine" };
    expect(await world.holds.release(id, old)).toEqual({ kind: "changed" });
    expect(await say(id, "release", b)).toEqual({ kind: "edited", digest: after });
    expect(world.vault.open((await world.store.holds.get(id))?.hold ?? NONE)).toMatchObject({
      outcome: "edited",
      deltas: [{ kind: "text", text: "better" }, { kind: "finish" }],
    });
  });
  test("needs nobody else where the policy says so", async () => {
    world.policy = { ...world.policy, editSecond: false };
    expect(await edit(await add(), a, "better")).toMatchObject({ kind: "edited" });
  });
  test("of an author whose key was revoked since needs two others", async () => {
    await keys(reviewerKey(`${a}c`));
    const id = await add();
    await edit(id, a, "better");
    await world.store.keys.revoke(a, world.clock);
    expect(await say(id, "release", b)).toMatchObject({ kind: "waits", for: 1 });
    expect(await say(id, "release", `${a}c`)).toMatchObject({ kind: "edited" });
  });
  test("may be written anew by the second, and then the first confirms", async () => {
    const id = await add();
    await edit(id, a, "better");
    expect(await edit(id, b, "best")).toMatchObject({ kind: "waits" });
    expect(await say(id, "release", a)).toMatchObject({ kind: "edited" });
  });
  test("the same text again is not what was confirmed before", async () => {
    const id = await add();
    await edit(id, a, "better");
    const first = await digestOf(id);
    await edit(id, b, "better");
    expect(await digestOf(id)).not.toBe(first);
  });
  test("passes the guards: what they redact is out, what they block is refused", async () => {
    world.guards = [wordGuard("SECRET")];
    const id = await add();
    expect(await edit(id, a, "it is SECRET so")).toMatchObject({ kind: "waits" });
    const shown = await world.holds.show(id, { actor: b });
    expect(shown).toMatchObject({ hold: { text: "it is [WORD] so" } });
    world.guards = [wordGuard("SECRET", { mode: "block" })];
    expect(await edit(id, b, "it is SECRET so")).toEqual({
      kind: "blocked",
      by: "testing/SECRET",
    });
    // A guard that holds has done what it is for.
    world.guards = [wordGuard("SECRET", { mode: "hold" })];
    expect(await edit(id, b, "it is SECRET so")).toMatchObject({ kind: "waits" });
    expect(await world.holds.show(id, { actor: a })).toMatchObject({
      hold: { text: "it is SECRET so" },
    });
  });
  test.each([
    ["empty", " ", "unfit"],
    ["as long as may be", "x".repeat(EDIT_MAX_CHARS), "waits"],
    ["longer", "x".repeat(EDIT_MAX_CHARS + 1), "unfit"],
  ])("%s", async (_, text, kind) => {
    expect(await edit(await add(), a, text)).toMatchObject({ kind });
  });
  test.each([
    ['{"mail":"[EMAIL_1]"}', "waits"],
    ["no JSON", "unfit"],
  ])("where JSON was asked for: %s", async (text, kind) => {
    const { turn } = heldAnswer();
    const id = await add({ turn: { ...turn, output: { kind: "json" } } });
    expect(await edit(id, a, text)).toMatchObject({ kind });
  });
  test("in place of a request is none", async () => {
    expect(await edit(await add({ side: "request", deltas: [] }), a, "x")).toEqual({
      kind: "unfit",
    });
  });
});

describe("a claim", () => {
  test("keeps others from deciding until it ends", async () => {
    const id = await add();
    world.policy = { ...world.policy, ttlMs: CLAIM_TTL_MS * 2 };
    const long = await add();
    expect(await world.holds.claim(long, { actor: a, reason: "mine" })).toEqual({
      kind: "claimed-by-you",
      until: world.clock + CLAIM_TTL_MS,
    });
    expect(await world.holds.claim(long, { actor: b })).toEqual({ kind: "claimed" });
    expect(await say(long, "refuse", b)).toEqual({ kind: "claimed" });
    expect(await say(id, "refuse", b)).toMatchObject({ kind: "refused" });
    expect((await beside.list("open")).map(({ claimedBy }) => claimedBy)).toEqual([a]);
    world.clock += CLAIM_TTL_MS - 1;
    expect(await say(long, "release", b)).toEqual({ kind: "claimed" });
    world.clock += 1;
    expect(await say(long, "release", b)).toMatchObject({ kind: "released" });
    expect(await world.holds.claim(long, { actor: a })).toEqual({
      kind: "decided",
      state: "released",
    });
  });
  test("begins anew for the one who has it, under a newer key too", async () => {
    const id = await add();
    await world.holds.claim(id, { actor: a });
    await world.store.keys.rotate(a, world.clock + 9_999, reviewerKey(`${a}2`));
    expect(await world.holds.claim(id, { actor: `${a}2` })).toMatchObject({
      kind: "claimed-by-you",
    });
    expect(await say(id, "release", a)).toMatchObject({ kind: "released" });
  });
  test("of one whose key was revoked since keeps nobody", async () => {
    const id = await add();
    await world.holds.claim(id, { actor: a });
    await world.store.keys.revoke(a, world.clock);
    expect(await world.holds.claim(id, { actor: b })).toMatchObject({ kind: "claimed-by-you" });
  });
  test("ends with the word of the one who has it", async () => {
    world.policy = { ...world.policy, quorum: 2 };
    const id = await add();
    await world.holds.claim(id, { actor: a });
    await say(id, "release", a);
    expect(await say(id, "release", b)).toMatchObject({ kind: "released" });
  });
});

describe("time", () => {
  test("runs out at its end, and not before: refused, and never let out", async () => {
    const [early, late] = [await add(), await add()];
    world.clock += 59_999;
    expect(await say(early, "release", a)).toMatchObject({ kind: "released" });
    world.clock += 1;
    expect(await say(late, "release", a)).toEqual({ kind: "decided", state: "expired" });
    expect(toldOf("review.expire")).toMatchObject([{ hold: late }]);
  });
  test("a server looks only when something is due", async () => {
    const id = await add();
    await world.holds.tick();
    expect(await stateOf(id)).toBe("open");
    world.clock += 60_000;
    await world.holds.tick();
    expect(await stateOf(id)).toBe("expired");
  });
});

describe("at the same moment", () => {
  test("many who decide come to one outcome, told once", async () => {
    await keys(...["c", "d", "e", "f"].map((id) => reviewerKey(a + id)));
    const id = await add();
    const words = await Promise.all([
      say(id, "release", a),
      say(id, "refuse", b, beside),
      say(id, "release", `${a}c`, beside),
      say(id, "refuse", `${a}d`),
      say(id, "release", `${a}e`),
      edit(id, `${a}f`, "x"),
    ]);
    const done = words.filter(({ kind }) => kind === "released" || kind === "refused");
    expect(done.length).toBe(1);
    expect(await stateOf(id)).toBe(done[0]?.kind);
    const ends = world.told.filter(({ kind }) => /release|refuse|edit/u.test(kind));
    expect(ends.length).toBe(1);
  });
  test("a decision and the end of time come to one outcome", async () => {
    for (let turn = 0; turn < 8; turn += 1) {
      const id = await add();
      world.told.length = 0;
      const digest = await digestOf(id);
      const word = { actor: a, digest, reason: "fine" };
      // Time runs out between the first look at it and the last.
      const deciding = world.holds.release(id, word);
      world.clock += 60_000;
      const [decided] = await Promise.all([deciding, beside.expire(), world.holds.expire()]);
      const state = await stateOf(id);
      expect(["released", "expired"]).toContain(state);
      expect(decided.kind).toBe(state === "released" ? "released" : "decided");
      const ends = world.told.filter(({ kind }) => /release|expire/u.test(kind));
      expect(ends.map(({ kind }) => kind)).toEqual([
        state === "released" ? "review.release" : "review.expire",
      ]);
    }
  });
  test("time that runs out between two looks lets nothing out", async () => {
    const id = await add();
    const digest = await digestOf(id);
    const { store, vault } = world;
    const late = new Holds({
      // Whoever reads it reads it at its last moment, and decides after that.
      store: {
        ...store,
        holds: {
          ...store.holds,
          get: (one) => {
            world.clock = HELD_AT + 60_000;
            return store.holds.get(one);
          },
        },
      },
      vault,
      waiters: world.waiters,
      policy: () => world.policy,
      guards: () => [],
      keep: (change) => change(),
      now: () => world.clock,
    });
    const decided = { kind: "decided", state: "expired" };
    expect(await late.release(id, { actor: a, digest, reason: "x" })).toEqual(decided);
    world.clock = HELD_AT;
    expect(await late.claim(await add(), { actor: a })).toEqual(decided);
  });
  test("two who claim: one has it", async () => {
    const id = await add();
    const both = await Promise.all([
      world.holds.claim(id, { actor: a }),
      beside.claim(id, { actor: b }),
    ]);
    expect(both.map(({ kind }) => kind).toSorted()).toEqual(["claimed", "claimed-by-you"]);
  });
  test("the two of a topic of two, at once", async () => {
    world.policy = { ...world.policy, quorum: 2 };
    const id = await add();
    const both = await Promise.all([say(id, "release", a), say(id, "release", b, beside)]);
    expect(both.map(({ kind }) => kind).toSorted()).toEqual(["released", "waits"]);
  });
});

function open(own: number, bytes: number): HoldPorts["store"]["holds"]["open"] {
  return () => Promise.resolve({ count: own, own, bytes, next: undefined });
}

test("one key may not fill the room of others", async () => {
  const { store, vault } = world;
  const full = async (count: ReturnType<typeof open>): Promise<string> => {
    const holds = new Holds({
      store: { ...store, holds: { ...store.holds, open: count } },
      vault,
      waiters: world.waiters,
      policy: () => world.policy,
      guards: () => [],
      keep: (change) => change(),
      now: () => world.clock,
    });
    return (await holds.add(heldAnswer())).kind;
  };
  expect([
    await full(open(HOLDS_OPEN_PER_KEY - 1, 0)),
    await full(open(HOLDS_OPEN_PER_KEY, 0)),
    await full(open(0, HOLDS_OPEN_MAX_BYTES)),
  ]).toEqual(["held", "too-many", "too-many"]);
});
test("of an image that was asked about, its digest is kept", async () => {
  const { turn } = heldAnswer();
  const url = `data:image/png;base64,${"A".repeat(HELD_MAX_BYTES)}`;
  const messages = [{ role: "user", trust: "user", parts: [{ kind: "image", url }] }] as const;
  const made = await world.holds.add(heldAnswer({ turn: { ...turn, messages } }));
  expect(made.kind).toBe("held");
});
test("what is more than a person reads is not kept", async () => {
  const text = "x".repeat(HELD_MAX_BYTES);
  const made = await world.holds.add(heldAnswer({ deltas: [{ kind: "text", choice: 0, text }] }));
  expect(made).toEqual({ kind: "too-large" });
});
test("no event holds a word of what was said", async () => {
  const id = await add();
  await world.holds.show(id, { actor: a });
  await world.holds.claim(id, { actor: a });
  await edit(id, a, "better words");
  await say(id, "release", b);
  const log = JSON.stringify(world.told);
  for (const word of ["mail", "hello", "ada@", "better"]) expect(log).not.toContain(word);
});

const NONE = {
  id: "",
  requestId: "",
  keyId: "",
  team: "",
  alias: "",
  dialect: "",
  createdAt: 0,
  expiresAt: 0,
  digest: "",
  policyDigest: "",
  reasons: [],
  quorum: 1,
  state: "open",
  decidedAt: null,
  side: "answer",
  editQuorum: 1,
  version: 0,
  claimedBy: null,
  claimedUntil: null,
  takenAt: null,
  sealed: Uint8Array.of(),
} as const satisfies HoldRow;
