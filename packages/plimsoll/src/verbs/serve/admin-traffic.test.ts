import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { keyBeside } from "../../audit/consistency.ts";
import { exportLog } from "../../audit/export.ts";
import { isConsistent } from "../../audit/proof.ts";
import { checkProof } from "../../audit/prove.ts";
import { PlimsollError } from "../../kernel/error.ts";
import type { RequestRow } from "../../store/contract.ts";
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
let server: AdminServer;
const secrets = new Map<string, string>();

function requestOf(at: number, team: string): RequestRow {
  return {
    id: `req_${team}${at}`,
    at,
    keyId: `key_${team}`,
    team,
    dialect: "chat",
    alias: "chat",
    upstream: "chat",
    outcome: at % 2 === 0 ? "answered" : "blocked",
    status: 200,
    inputTokens: 3,
    outputTokens: 4,
    isEstimated: false,
    nanos: 5,
    currency: "USD",
    firstMs: 6,
    totalMs: 7,
    redactions: 8,
    auditSeq: null,
  };
}

beforeAll(async () => {
  const made = await makeKeys(home, [
    { name: "admin", roles: ["admin"] },
    { name: "sea", roles: ["developer"], team: "sea" },
    { name: "land", roles: ["developer"], team: "land" },
    { name: "both", roles: ["developer", "auditor"], team: "land" },
  ]);
  for (const { key, secret } of made) secrets.set(key.name, secret);
  await withStoreOf(home, async (store) => {
    const rows = [1, 2, 3, 4].flatMap((at) => [requestOf(at, "sea"), requestOf(at, "land")]);
    await Promise.all(rows.map((row) => store.requests.settle(row, [])));
  });
  server = await openAdminServer(home);
});
afterAll(async () => {
  await server.close();
  remove();
});

function get(path: string, who = "admin"): Promise<Told> {
  return server.ask("GET", `/admin/api/${path}`, { key: secrets.get(who) });
}

async function namesOf(query: string, who: string): Promise<readonly string[]> {
  const { text } = await get(`requests${query}`, who);
  const { requests }: { requests: { request: string }[] } = JSON.parse(text);
  return requests.map(({ request }) => request);
}

const OWN = ["req_sea4", "req_sea3", "req_sea2", "req_sea1"];
const OTHER = OWN.map((name) => name.replace("sea", "land"));
const ALL = OWN.flatMap((name, at) => [name, OTHER[at] ?? ""]);

describe("traffic", () => {
  test.each([
    ["all, for an admin", "", "admin", ALL],
    ["all, for who is an auditor too", "", "both", ALL],
    ["those of the own team, for a developer", "", "sea", OWN],
    ["the own team by its name", "?team=sea", "sea", OWN],
    ["another team, for a developer", "?team=land", "sea", []],
    ["another team, for an admin", "?team=land", "admin", OTHER],
    ["a key of another team", "?key=key_land", "sea", []],
    ["a key of the own team", "?key=key_sea", "sea", OWN],
    ["what was blocked", "?outcome=blocked", "sea", ["req_sea3", "req_sea1"]],
    ["a time", "?since=1970-01-01&until=1970-01-01T00:00:00.003Z", "sea", ["req_sea2", "req_sea1"]],
    ["another model", "?model=none", "sea", []],
  ])("%s", async (_, query, who, expected) => {
    expect(await namesOf(query, who)).toEqual(expected);
  });

  test("a page of the own team does not lead into another's", async () => {
    const first = await get("requests?limit=2", "sea");
    const cursor = first.word("next");
    expect(await namesOf(`?limit=2&cursor=${cursor}`, "sea")).toEqual(OWN.slice(2));
    expect(await namesOf(`?limit=9&cursor=${cursor}`, "land")).toEqual(OTHER.slice(1));
  });

  test("one request tells who, whom and how much, and to another team that there is none", async () => {
    const told = await get("requests/req_sea4", "sea");
    expect(told.body).toEqual({
      request: "req_sea4",
      time: "1970-01-01T00:00:00.004Z",
      key: "key_sea",
      team: "sea",
      dialect: "chat",
      model: "chat",
      upstream: "chat",
      outcome: "answered",
      status: 200,
      input_tokens: 3,
      output_tokens: 4,
      estimated: false,
      nanos: 5,
      currency: "USD",
      first_ms: 6,
      total_ms: 7,
      redactions: 8,
      seq: null,
    });
    const [other, none] = [
      await get("requests/req_sea4", "land"),
      await get("requests/req_sea9", "land"),
    ];
    expect([other.status, other.body["error"]]).toEqual([
      404,
      { ...Object(none.body["error"]), request: expect.any(String) },
    ]);
  });
});

const bytes = (text: string): Buffer => Buffer.from(text, "base64");

describe("the audit log", () => {
  test("an export is the log, byte for byte", async () => {
    // What the command line left is in the log soon after the start.
    await expect.poll(lastEvent, { timeout: 10_000 }).toMatchObject({ body: { name: "both" } });
    const told = await get("audit/export");
    const format = "jsonl";
    const lines = exportLog(join(home, "audit"), { from: 0, kind: undefined, format });
    expect([told.text, told.headers.get("content-type")]).toEqual([
      [...lines].join(""),
      "application/jsonl",
    ]);
    expect((await get("audit/export?format=csv")).text).toMatch(/^seq,time,kind/u);
  });

  test("a proof holds without us, and so does a checkpoint that was kept", async () => {
    const sealed = async (): Promise<number> =>
      Number((await get("audit/checkpoint")).body["size"]);
    await expect.poll(sealed, { timeout: 20_000 }).toBeGreaterThan(2);
    const kept = await get("audit/checkpoint");
    const size = Number(kept.body["size"]);
    const root = kept.word("root");
    const before = await sealed();
    await server.ask("POST", "/admin/api/keys", {
      key: secrets.get("admin"),
      body: { name: "x", reason: "one more event" },
    });
    await expect.poll(sealed, { timeout: 20_000 }).toBeGreaterThan(before);

    const proof = await get("audit/proof?of=1");
    const checked = checkProof(proof.word("proof"), keyBeside(join(home, "audit")));
    expect(checked).toMatchObject({ kind: "proven", index: 1 });

    const told: {
      first_root: string;
      proof: string[];
      checkpoint: { size: number; root: string };
    } = JSON.parse((await get(`audit/consistency?first=${size}`)).text);
    expect(told.first_root).toBe(root);
    const holds = isConsistent(
      BigInt(size),
      BigInt(told.checkpoint.size),
      told.proof.map((hash) => bytes(hash)),
      bytes(root),
      bytes(told.checkpoint.root),
    );
    expect(holds).toBe(true);
  });

  test("events come in pages to the last", async () => {
    const seqs: number[] = [];
    let from: number | null = 0;
    while (from !== null) {
      const { text } = await get(`audit/events?limit=2&from=${from}`);
      const page: { events: { seq: number }[]; next: number | null } = JSON.parse(text);
      seqs.push(...page.events.map(({ seq }) => seq));
      from = page.next;
    }
    expect(seqs).toEqual(seqs.map((_, at) => at));
    expect(seqs.length).toBeGreaterThan(4);
  });
});

const reload = (who = "admin"): Promise<Told> =>
  server.ask("POST", "/admin/api/reload", {
    key: secrets.get(who),
    body: { reason: "another model" },
  });

async function lastEvent(): Promise<unknown> {
  const { text } = await get("audit/events?limit=500");
  const { events }: { events: unknown[] } = JSON.parse(text);
  return events.at(-1);
}

describe("reload", () => {
  test("swaps what is served, and says what takes a new start", async () => {
    const upstreams = ["chat=http://127.0.0.1:9/v1", "other=http://127.0.0.1:9/v1"];
    server.configure(() => ({ ...settingsOf({ upstreams }), port: 1 }));
    const told = await reload();
    expect(told.body).toMatchObject({ needs_restart: ["listen"] });
    expect((await get("models")).text).toContain('"model":"other"');
    expect(await lastEvent()).toMatchObject({
      seq: told.body["seq"],
      kind: "config.load",
      request: told.headers.get("x-plimsoll-request-id"),
      body: { policy: told.body["policy"], why: "another model" },
    });
  });

  test("a configuration that cannot be used changes nothing, and is told", async () => {
    const before = (await get("models")).text;
    server.configure(() => {
      throw new PlimsollError("setting-invalid", "no", { hint: "mend it" });
    });
    const told = await reload();
    expect([told.status, told.code]).toEqual([422, "config_refused"]);
    expect((await get("models")).text).toBe(before);
    expect(await lastEvent()).toMatchObject({
      seq: Object(told.body["error"]).seq,
      kind: "config.refused",
      body: { reason: "no", why: "another model" },
    });
  });

  test("two at once are read one after another", async () => {
    let running = 0;
    let most = 0;
    server.configure(async () => {
      running += 1;
      most = Math.max(most, running);
      // Long enough for the others to come.
      for (let turn = 0; turn < 500; turn += 1) await new Promise(setImmediate);
      running -= 1;
      return settingsOf();
    });
    const told = await Promise.all([reload(), reload(), reload()]);
    expect([told.map(({ status }) => status), most]).toEqual([[200, 200, 200], 1]);
  });
});

test("upstreams are told by name, never by address", async () => {
  const { text, body } = await get("upstreams");
  expect(body["upstreams"]).toMatchObject([{ upstream: "chat", zone: "local", price: null }]);
  expect(text).not.toContain("127.0.0.1");
  expect((await get("models")).text).not.toContain("127.0.0.1");
});

test("on loopback without keys models are open and this is shut", async () => {
  const own = adminHome();
  const open = await openAdminServer(own.home);
  try {
    expect((await open.ask("GET", "/v1/models")).status).toBe(200);
    for (const key of [undefined, "anything", "local"]) {
      const told = await open.ask("GET", "/admin/api/self", { key });
      expect(told.code).toBe(key === undefined ? "key_missing" : "key_unknown");
      const made = await open.ask("POST", "/admin/api/keys", {
        key,
        body: { name: "x", reason: "y" },
      });
      expect(made.status).toBe(401);
    }
    expect(await withStoreOf(own.home, (store) => store.keys.all())).toEqual([]);
  } finally {
    await open.close();
    own.remove();
  }
});
