import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { AuditEvent } from "../../audit/contract.ts";
import type { BodyRow, KeyRole, Store } from "../../store/contract.ts";
import { openStore } from "../../store/open.ts";
import { openKeyring, type Keyring } from "../review/keyring.ts";
import { Bodies, BODIES_WAITING_BYTES, BODY_KEPT_BYTES, revealBody } from "./bodies.ts";
import type { KeptBody } from "./gather.ts";

let folder = "";
let store: Store;
let keyring: Keyring;
let said: string[] = [];
let told: AuditEvent[] = [];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "plimsoll-bodies-"));
  store = await openStore({ folder, mode: "tool", now: () => 1 });
  keyring = openKeyring(join(folder, "keyring"));
  said = [];
  told = [];
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const bodies = (over: Pick<Store, "bodies" | "subjects"> = store): Bodies =>
  new Bodies({ store: over, keyring, log: (...line) => said.push(JSON.stringify(line)) });

const kept = (
  requestId: string,
  text = "what was asked",
  change: Partial<KeptBody> = {},
): KeptBody => ({
  requestId,
  at: 7,
  caller: { keyId: "k", team: "t", roles: [], models: [], parallel: null },
  subject: "person 7",
  alias: "chat",
  dialect: "chat",
  turn: {
    model: "m",
    messages: [
      {
        role: "user",
        trust: "user",
        parts: [
          { kind: "text", text },
          { kind: "image", url: "data:image/png;base64,AAAA" },
        ],
      },
    ],
    tools: [],
    output: { kind: "text" },
    sampling: {},
    choices: 1,
    stream: false,
    extra: {},
    subject: "person 7",
  },
  pieces: [{ choice: 0, channel: "text", index: 0, text: "what was answered" }],
  isCut: false,
  ...change,
});

async function keep(...all: readonly KeptBody[]): Promise<void> {
  const one = bodies();
  for (const body of all) one.keep(body);
  await one.idle();
}

const revealed = (requestId: string, roles: readonly KeyRole[] = ["revealer"], reason = "why") =>
  revealBody(
    requestId,
    { actor: "key:r", roles, reason },
    {
      store,
      keyring,
      tell: (event) => {
        told.push(event);
        return Promise.resolve();
      },
    },
  );

test("what is kept is shown to a revealer, once that is written down", async () => {
  await keep(kept("a"));
  const body = await revealed("a");
  expect(body).toMatchObject({
    kind: "revealed",
    at: 7,
    sides: {
      request: { schema: "plimsoll/body@1", alias: "chat" },
      response: { pieces: [{ text: "what was answered" }], isCut: false },
    },
  });
  expect(JSON.stringify(body)).toContain("what was asked");
  expect(JSON.stringify(body)).not.toMatch(/AAAA|person 7/u);
  expect(told).toEqual([
    {
      kind: "reveal",
      actor: "key:r",
      request: "a",
      body: { reason: "why", sides: ["request", "response"] },
    },
  ]);
});

test("nobody else sees it, an admin neither, and nothing is written down", async () => {
  await keep(kept("a"));
  const others: readonly KeyRole[] = ["admin", "operator", "developer", "reviewer", "auditor"];
  expect(await revealed("a", others)).toEqual({ kind: "not-allowed" });
  expect(await revealed("b")).toEqual({ kind: "not-found" });
  await expect(revealed("a", ["revealer"], "  ")).rejects.toMatchObject({ code: "usage" });
  expect(told).toEqual([]);
});

test("what cannot be written down is not shown", async () => {
  await keep(kept("a"));
  const ports = { store, keyring, tell: () => Promise.reject(new RangeError("no disk")) };
  const by = { actor: "key:r", roles: ["revealer"], reason: "why" } as const;
  await expect(revealBody("a", by, ports)).rejects.toThrow("no disk");
});

test("nothing of it lies open in the store, its log or the log of the server", async () => {
  await keep(kept("a", "a marker that is nowhere"));
  for (const file of ["plimsoll.sqlite", "plimsoll.sqlite-wal"]) {
    const bytes = readFileSync(join(folder, file), "latin1");
    expect(bytes).not.toMatch(/marker|what was answered|person 7/u);
  }
  expect(said).toEqual([]);
});

test("one person has one key within a team, and another one has another", async () => {
  const other = { ...kept("c").caller, team: "u" };
  await keep(
    kept("a"),
    kept("b"),
    kept("c", "x", { caller: other }),
    kept("d", "x", { subject: undefined }),
  );
  const ids = await Promise.all(["a", "b", "c", "d"].map((id) => store.bodies.get(id)));
  const subjects = ids.map((rows) => rows[0]?.subjectId);
  expect([subjects[0] === subjects[1], new Set(subjects).size]).toEqual([true, 3]);
});

/** What comes of one that was put in another place. */
const moved = async (change: Partial<BodyRow>): Promise<string> => {
  await keep(kept("a"), kept("b", "another", { subject: "person 8" }));
  const [row] = await store.bodies.get("a");
  const [other] = await store.bodies.get("b");
  if (row === undefined || other === undefined) throw new RangeError("it was not kept");
  await store.bodies.add({ ...row, requestId: "x", subjectId: row.subjectId, ...change });
  return (await revealed("x")).kind;
};

describe("sealed under one place and key", () => {
  test("it does not open as another request's", async () => {
    expect(await moved({})).toBe("changed");
  });
  test("it does not open with one bit changed", async () => {
    await keep(kept("a"));
    const [row] = await store.bodies.get("a");
    if (row === undefined) throw new RangeError("it was not kept");
    for (const at of [0, 20, row.sealed.length - 1]) {
      const sealed = Uint8Array.from(row.sealed);
      sealed[at] = (sealed[at] ?? 0) ^ 1;
      const get = () => Promise.resolve([{ ...row, sealed }]);
      const over = { ...store, bodies: { ...store.bodies, get } };
      const ports = { store: over, keyring, tell: () => Promise.resolve() };
      const by = { actor: "key:r", roles: ["revealer"], reason: "why" } as const;
      expect((await revealBody("a", by, ports)).kind).toBe("changed");
    }
  });
  test("once the key is destroyed nobody can read it, and it says so", async () => {
    expect(await moved({ subjectId: "sub_gone" })).toBe("erased");
    expect(told).toEqual([]);
  });
});

describe("what cannot be kept is told, and nothing else stops for it", () => {
  test("a body that is too long: the other side is kept", async () => {
    await keep(
      kept("a", "x".repeat(BODY_KEPT_BYTES)),
      kept("b", "x".repeat(BODY_KEPT_BYTES - 1_000)),
    );
    expect((await store.bodies.get("a")).map(({ side }) => side)).toEqual(["response"]);
    expect(await store.bodies.get("b")).toHaveLength(2);
    expect(said).toEqual([
      '["error","body-not-kept",{"request":"a","reason":"limit BODY_KEPT_BYTES reached: request"}]',
    ]);
  });
  test("more than may wait", async () => {
    const add = Promise.withResolvers<undefined>();
    const slow = { ...store, bodies: { ...store.bodies, add: () => add.promise } };
    const one = bodies(slow);
    const large = kept("a", "x".repeat(BODY_KEPT_BYTES - 1_000));
    const count = Math.floor(BODIES_WAITING_BYTES / BODY_KEPT_BYTES);
    for (let at = 0; at < count + 1; at += 1) one.keep(large);
    expect(said.join("")).toContain("limit BODIES_WAITING_BYTES reached");
    expect(said).toHaveLength(1);
    add.resolve(undefined);
    await one.idle();
    one.keep(large);
    await one.idle();
    expect(said).toHaveLength(1);
  });
  test("a store that fails", async () => {
    const failing = {
      ...store,
      subjects: { ...store.subjects, take: () => Promise.reject(new RangeError("no disk")) },
    };
    const one = bodies(failing);
    one.keep(kept("a"));
    await one.idle();
    expect(said).toEqual(['["error","body-not-kept",{"request":"a","reason":"no disk"}]']);
  });
});
