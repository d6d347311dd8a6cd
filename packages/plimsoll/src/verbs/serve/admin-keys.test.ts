import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { exportLog } from "../../audit/export.ts";
import { hashOf } from "../../gateway/keys/secret.ts";
import type { Json } from "../../kernel/json.ts";
import {
  adminHome,
  makeKeys,
  openAdminServer,
  settingsOf,
  withStoreOf,
  type AdminServer,
  type Told,
} from "../../testing/admin-server.ts";

const { home, remove } = adminHome();
const DAY_MS = 86_400_000;
let now = Date.parse("2026-11-25T08:00:00Z");
let server: AdminServer;
let admin = "";
let adminId = "";
let revealer = { id: "", secret: "" };

beforeAll(async () => {
  const [first, second] = await makeKeys(home, [
    { name: "admin", roles: ["admin"] },
    { name: "revealer", roles: ["revealer", "auditor"] },
  ]);
  admin = first?.secret ?? "";
  adminId = first?.key.id ?? "";
  revealer = { id: second?.key.id ?? "", secret: second?.secret ?? "" };
  server = await openAdminServer(home, settingsOf({ prices: ["chat=1/2"] }), () => now);
});
afterAll(async () => {
  await server.close();
  remove();
});

function post(path: string, body: Record<string, Json>, key = admin): Promise<Told> {
  return server.ask("POST", `/admin/api/${path}`, { key, body: { reason: "a test", ...body } });
}

function get(path: string, key = admin): Promise<Told> {
  return server.ask("GET", `/admin/api/${path}`, { key });
}

type Made = { readonly id: string; readonly secret: string; readonly seq: number };

async function made(body: Record<string, Json> = {}): Promise<Made> {
  const { text } = await post("keys", { name: "made", ...body });
  const key: Made = JSON.parse(text);
  return key;
}

type Event = {
  readonly seq: number;
  readonly kind: string;
  readonly actor: string;
  readonly request: string;
  readonly body: Record<string, Json>;
};

function eventAt(seq: Json | undefined): Event | undefined {
  const lines = exportLog(join(home, "audit"), { from: 0, kind: undefined, format: "jsonl" });
  return [...lines].map((line): Event => JSON.parse(line)).find((one) => one.seq === seq);
}

/** Every byte of a home. */
function everything(): string {
  return readdirSync(home, { recursive: true, encoding: "utf8" })
    .map((name) => join(home, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, "latin1"))
    .join("\n");
}

test("a key from its making to its end, each step one event by who made it", async () => {
  const told = await post("keys", {
    name: "ada",
    team: "sea",
    roles: ["auditor", "auditor"],
    models: ["chat"],
    parallel: 4,
    expires_in_days: 30,
    budgets: ["1.5USD/day", "10requests"],
    rates: ["60requests/minute"],
  });
  expect(told.status).toBe(200);
  expect(told.body).toMatchObject({
    name: "ada",
    team: "sea",
    roles: ["auditor"],
    models: ["chat"],
    parallel: 4,
    expires: new Date(now + 30 * DAY_MS).toISOString(),
    budgets: [
      { kind: "budget", unit: "nanos", currency: "USD", window: "day", limit: 1_500_000_000 },
      { kind: "budget", unit: "requests", window: "total", limit: 10 },
      { kind: "rate", unit: "requests", window: "minute", limit: 60 },
    ],
  });
  const { id, secret, seq }: Made = JSON.parse(told.text);
  expect(eventAt(seq)).toMatchObject({
    kind: "key.create",
    actor: `admin:${adminId}`,
    request: told.headers.get("x-plimsoll-request-id"),
    body: { key: id, reason: "a test", roles: ["auditor"] },
  });
  expect((await get("self", secret)).body).toMatchObject({ key: id, roles: ["auditor"] });

  const changed = await post(`keys/${id}/change`, { roles: [], parallel: null, models: [] });
  expect(changed.body).toMatchObject({ id, roles: [], parallel: null, models: [], name: "ada" });
  expect(eventAt(changed.body["seq"])).toMatchObject({ kind: "key.change", body: { roles: [] } });
  expect((await get("self", secret)).code).toBe("not_allowed");

  const limited = await post(`keys/${id}/limit`, { budgets: ["20requests"] });
  expect(limited.body).toMatchObject({ key: id, budgets: [{ unit: "requests", limit: 20 }] });
  expect(eventAt(limited.body["seq"])).toMatchObject({ kind: "key.limit" });

  const rotated = await post(`keys/${id}/rotate`, { overlap_days: 1 });
  const next: Made = JSON.parse(rotated.text);
  expect(rotated.body).toMatchObject({ replaces: id, name: "ada" });
  expect(eventAt(next.seq)).toMatchObject({ kind: "key.rotate", body: { key: id, next: next.id } });
  expect((await post(`keys/${id}/rotate`, {})).code).toBe("not_found");
  expect((await post(`keys/${id}/change`, { name: "x" })).code).toBe("not_found");

  const revoked = await post(`keys/${next.id}/revoke`, {});
  expect(revoked.body).toMatchObject({ key: next.id });
  expect(eventAt(revoked.body["seq"])).toMatchObject({
    kind: "key.revoke",
    body: { reason: "a test" },
  });
  expect((await post(`keys/${next.id}/revoke`, {})).code).toBe("not_found");
  // Both secrets are dead at once, not when somebody looks next.
  for (const dead of [secret, next.secret])
    expect((await get("self", dead)).code).toBe("key_unknown");
});

test("a secret is in the answer that made it and nowhere else", async () => {
  const key = await made({ roles: ["developer"] });
  const { text } = await get("keys?limit=500");
  expect([text.includes(key.id), text.includes(key.secret)]).toEqual([true, false]);
  expect([text.includes(hashOf(key.secret)), text.includes("hash")]).toEqual([false, false]);
  const [, secret = ""] = /^plm_.{8}_(.{43})/u.exec(key.secret) ?? [];
  expect(everything()).not.toContain(secret);
  expect(server.said.join("\n")).not.toContain(secret);
});

describe("nobody hands on a role that they do not have", () => {
  test.each([
    ["making a key that reveals", () => post("keys", { name: "x", roles: ["revealer"] })],
    ["renewing a key that reveals", () => post(`keys/${revealer.id}/rotate`, {})],
    [
      "making one's own key reveal",
      () => post(`keys/${adminId}/change`, { roles: ["admin", "revealer"] }),
    ],
  ])("%s", async (_, act) => {
    const told = await act();
    expect([told.status, told.code]).toEqual([403, "not_allowed"]);
  });

  test("an admin may hand on all others, and take one that reveals its role", async () => {
    const roles = ["admin", "operator", "developer", "reviewer", "auditor"];
    expect((await post("keys", { name: "x", roles })).status).toBe(200);
    expect((await get("self", revealer.secret)).status).toBe(200);
    const taken = await post(`keys/${revealer.id}/change`, { roles: ["auditor"] });
    expect(taken.body).toMatchObject({ roles: ["auditor"] });
  });

  test("an admin who reveals may hand that on too", async () => {
    const both = await withKey(["admin", "revealer"]);
    const told = await post("keys", { name: "x", roles: ["revealer"] }, both);
    expect(told.body).toMatchObject({ roles: ["revealer"] });
  });
});

/** A key that is made beside the server, as by `plimsoll keys create`; it is taken up within a second. */
async function withKey(roles: readonly ("admin" | "revealer")[]): Promise<string> {
  const [key] = await makeKeys(home, [{ roles }]);
  const secret = key?.secret ?? "";
  await expect.poll(async () => (await get("self", secret)).status, { timeout: 20_000 }).toBe(200);
  return secret;
}

test("a key that another process revoked is no good with the very next request", async () => {
  const all = [await withKey(["admin"]), await withKey(["admin"]), await withKey(["admin"])];
  // One after another, faster than the server looks by itself.
  for (const secret of all) {
    const self = await get("self", secret);
    await withStoreOf(home, (store) => store.keys.revoke(self.word("key"), now));
    expect((await get("self", secret)).code).toBe("key_unknown");
  }
});

test("a key that has expired can be given more time, and is good again", async () => {
  const key = await made({ roles: ["auditor"], expires_in_days: 1 });
  now += DAY_MS - 1;
  expect((await get("self", key.secret)).status).toBe(200);
  now += 1;
  expect((await get("self", key.secret)).code).toBe("key_expired");
  expect((await post(`keys/${key.id}/rotate`, {})).code).toBe("not_found");
  await post(`keys/${key.id}/change`, { expires_in_days: null });
  expect((await get("self", key.secret)).status).toBe(200);
});

describe("budgets", () => {
  test("of a team are set, replaced, seen and taken away", async () => {
    const set = await post("teams/limit", { team: "blue", budgets: ["5requests"] });
    expect(set.body).toMatchObject({ team: "blue", budgets: [{ unit: "requests", limit: 5 }] });
    expect(eventAt(set.body["seq"])).toMatchObject({ kind: "budget.set", body: { team: "blue" } });
    await post("teams/limit", { team: "blue", budgets: ["7requests"] });
    const seen = await get("teams");
    expect(seen.body["teams"]).toContainEqual({
      team: "blue",
      keys: 0,
      budgets: [expect.objectContaining({ limit: 7, spent: 0 })],
    });
    const { budgets }: { budgets: { id: string; of: string }[] } = JSON.parse(
      (await get("budgets")).text,
    );
    const own = budgets.filter((one) => one.of === "blue");
    expect(own).toMatchObject([{ scope: "team", limit: 7, reserved: 0 }]);
    const gone = await post(`budgets/${own[0]?.id}/remove`, {});
    expect(gone.body).toMatchObject({ budget: { limit: 7 } });
    expect(eventAt(gone.body["seq"])).toMatchObject({
      kind: "budget.remove",
      body: { team: "blue", limit: 7 },
    });
    expect((await post(`budgets/${own[0]?.id}/remove`, {})).code).toBe("not_found");
    expect((await get("budgets")).text).not.toContain("blue");
  });

  test("a developer sees those of their own key and team", async () => {
    const mine = await made({ team: "green", budgets: ["3requests"] });
    const other = await made({ team: "green", budgets: ["4requests"] });
    await made({ team: "red", budgets: ["6requests"] });
    await post("teams/limit", { team: "green", budgets: ["8requests"] });
    await post("teams/limit", { team: "red", budgets: ["9requests"] });
    const { budgets }: { budgets: { of: string }[] } = JSON.parse(
      (await get("budgets", mine.secret)).text,
    );
    expect(new Set(budgets.map((one) => one.of))).toEqual(new Set([mine.id, "green"]));
    expect((await get("budgets")).text).toContain(other.id);
  });

  test.each([
    ["money without a price", { budgets: ["1EUR"] }, "limit_unenforceable"],
    ["money with one", { budgets: ["1USD"] }, "200"],
    ["two of one", { budgets: ["1requests", "2requests"] }, "bad_request"],
    ["the same for another time", { budgets: ["1requests", "2requests/day"] }, "200"],
    ["no budget", { budgets: ["many"] }, "bad_request"],
    ["a rate without a time", { rates: ["5requests"] }, "bad_request"],
    ["nothing", {}, "bad_request"],
    ["more than may be", { budgets: Array.from({ length: 21 }, () => "1requests") }, "bad_request"],
  ])("%s", async (_, limits, code) => {
    const key = await made();
    expect((await post(`keys/${key.id}/limit`, limits)).code).toBe(code);
    expect((await post("teams/limit", { team: "t", ...limits })).code).toBe(code);
  });
});

test("lists come in pages, and every row once", async () => {
  const { keys }: { keys: { id: string }[] } = JSON.parse((await get("keys?limit=500")).text);
  const seen: string[] = [];
  let at = "";
  do {
    const page = await get(`keys?limit=3${at}`);
    const { keys: some, next }: { keys: { id: string }[]; next: string | null } = JSON.parse(
      page.text,
    );
    seen.push(...some.map(({ id }) => id));
    at = next === null ? "" : `&cursor=${next}`;
  } while (at !== "");
  expect(seen).toEqual(keys.map(({ id }) => id));
  expect(seen.length).toBeGreaterThan(6);
});

test("many changes at once are each one event, and none is lost", async () => {
  const all = await Promise.all(Array.from({ length: 20 }, () => made()));
  expect(new Set(all.map(({ seq }) => seq)).size).toBe(20);
  for (const { id, seq } of all) expect(eventAt(seq)).toMatchObject({ body: { key: id } });
  const [one] = all;
  const ends = await Promise.all([1, 2, 3].map(() => post(`keys/${one?.id}/revoke`, {})));
  expect(ends.map(({ code }) => code).toSorted()).toEqual(["200", "not_found", "not_found"]);
});
