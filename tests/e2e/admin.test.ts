import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import {
  chatBody,
  openScripted,
  type ScriptedUpstream,
} from "../../packages/plimsoll/src/testing/upstream/scripted.ts";
import { startGateway, type RunningGateway } from "./gateway.ts";
import { plimsoll, ROOT, type Ran } from "./run.ts";
import { makeWorld } from "./world.ts";

const world = makeWorld();
const home = world.folder("admin", {
  "plimsoll.yaml": "serve: { guards: { personal-data: hold, secrets: off } }\n",
});
const env = { PLIMSOLL_HOME: join(home, "state") };
let upstream: ScriptedUpstream;
let gateway: RunningGateway;
let admin = "";

beforeAll(async () => {
  upstream = await openScripted((asked, response) => {
    response.setHeader("content-type", "application/json");
    const isChat = asked.path.endsWith("/chat/completions");
    response.end(isChat ? chatBody("mail grace@example.org") : "{}");
  });
  admin = await keyOf("admin", "--role", "admin");
  gateway = await startGateway(["--upstream", `chat=${upstream.url}`], home);
});
afterAll(async () => {
  await gateway.end();
  await upstream.close();
  world.remove();
});

/** A key that is made on the machine. */
async function keyOf(name: string, ...options: readonly string[]): Promise<string> {
  const made = await plimsoll(["keys", "create", "--name", name, "--json", ...options], { env });
  const { key }: { key: string } = JSON.parse(made.stdout);
  return key;
}

type Told = {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly text: string;
};

const document: {
  paths: Record<string, Record<string, { responses: Record<string, { content: object }> }>>;
  components: object;
} = JSON.parse(readFileSync(join(ROOT, "docs/reference/admin-openapi.json"), "utf8"));

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
ajv.addVocabulary(["components"]);
ajv.addSchema({ $id: "doc", components: document.components });

/** Asks, and holds the answer against what is published. */
async function ask(
  method: "GET" | "POST",
  at: string,
  {
    body,
    key = admin,
    path = at,
    query = "",
  }: {
    readonly body?: object;
    readonly key?: string;
    readonly path?: string;
    readonly query?: string;
  } = {},
): Promise<Told> {
  const answer = await fetch(`${gateway.url}/admin/api/${path}${query}`, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify({ reason: "a test", ...body }) }),
  });
  const text = await answer.text();
  const { status } = answer;
  const told = document.paths[`/admin/api/${at}`]?.[method.toLowerCase()]?.responses[status];
  if (told === undefined) throw new Error(`${method} ${at} never told of ${status}: ${text}`);
  const { schema }: { schema: object } = Object(Object.values(told.content)[0]);
  const whole: object = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"doc#/'));
  const isText = answer.headers.get("content-type") !== "application/json";
  const value: Record<string, unknown> = isText ? { text } : JSON.parse(text);
  if (!isText && !ajv.validate(whole, value)) {
    throw new Error(`${method} ${at} is not as published: ${ajv.errorsText()}: ${text}`);
  }
  return { status, body: value, text };
}

function chat(key: string): Promise<Response> {
  return fetch(`${gateway.url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
    body: JSON.stringify({ model: "chat", messages: [{ role: "user", content: "hello" }] }),
  });
}

describe("beside the command line", () => {
  test("a key of either side is known to the other, and ends for both", async () => {
    const made = await ask("POST", "keys", { body: { name: "by-api", budgets: ["2requests"] } });
    const { id, secret } = made.body;
    const listed = await plimsoll(["keys", "list", "--json"], { env });
    expect(listed.stdout).toContain(String(id));
    expect(listed.stdout).not.toContain(String(secret));
    await plimsoll(["keys", "revoke", String(id), "--reason", "left"], { env });
    const self = { key: String(secret) };
    expect(await ask("GET", "self", self)).toMatchObject({ status: 401 });
    expect(
      await ask("POST", "keys/{key}/revoke", { body: {}, path: `keys/${String(id)}/revoke` }),
    ).toMatchObject({
      status: 404,
    });
  });

  test("every change of both sides is in one log that verifies", async () => {
    await plimsoll(["keys", "create", "--name", "by-hand"], { env });
    await ask("POST", "teams/limit", { body: { team: "sea", budgets: ["5requests/day"] } });
    const seen = async (): Promise<string> => (await ask("GET", "audit/export")).text;
    await expect.poll(seen, { timeout: 20_000 }).toContain('"name":"by-hand"');
    expect(await seen()).toMatch(/"actor":"admin:[\w-]{8}","body":\{[^}]*"budgets"/u);
    const verified = await plimsoll(["audit", "verify", "--json"], { env });
    expect([verified.code, verified.stdout]).toEqual([
      0,
      expect.stringMatching(/intact|unsealed/u),
    ]);
  });

  test("a proof that was fetched is checked with the key alone", async () => {
    const proof = join(home, "proof.txt");
    const key = join(home, "log.vkey");
    const proven = await ask("GET", "audit/proof", { query: "?of=0" });
    const { body } = await ask("GET", "audit/checkpoint");
    writeFileSync(proof, String(proven.body["proof"]));
    writeFileSync(key, String(body["key"]));
    const args = ["audit", "verify", "--proof", proof, "--key", key];
    expect((await plimsoll(args, { env: { PLIMSOLL_HOME: join(home, "nowhere") } })).code).toBe(0);
    writeFileSync(proof, String(proven.body["proof"]).replace("index 0", "index 1"));
    expect((await plimsoll(args, { env })).code).toBe(1);
  });
});

test("what is asked of a model shows as traffic and as spent, and nothing that was said", async () => {
  const made = await ask("POST", "keys", {
    body: { name: "asks", team: "traffic", budgets: ["2requests"] },
  });
  const key = String(made.body["secret"]);
  const answers = await Promise.all(Array.from({ length: 6 }, () => chat(key)));
  const held = answers.filter(({ status }) => status === 403);
  const spent = answers.filter(({ status }) => status === 429);
  expect([held.length, spent.length]).toEqual([2, 4]);
  const traffic = { query: "?team=traffic" };
  const rows = async (): Promise<unknown> =>
    (await ask("GET", "requests", traffic)).body["requests"];
  await expect
    .poll(rows, { timeout: 20_000 })
    .toMatchObject([{ outcome: "held" }, { outcome: "held" }]);
  expect((await ask("GET", "requests", traffic)).text).not.toMatch(/hello|grace/u);
  const { text } = await ask("GET", "budgets", { key });
  expect(JSON.parse(text)).toMatchObject({ budgets: [{ limit: 2, spent: 2, reserved: 0 }] });
  await ask("POST", "keys/{key}/limit", {
    path: `keys/${String(made.body["id"])}/limit`,
    body: { budgets: ["3requests"] },
  });
  expect([(await chat(key)).status, (await chat(key)).status]).toEqual([403, 429]);
});

/** A held answer, the key that asked, and what is told of it. */
async function held(): Promise<{
  readonly key: string;
  readonly id: string;
  readonly digest: string;
}> {
  const made = await ask("POST", "keys", { body: { name: "asks", roles: ["reviewer"] } });
  const key = String(made.body["secret"]);
  const answer: { error: { message: string } } = Object(await (await chat(key)).json());
  const [id = ""] = /hold_[\w-]+/u.exec(JSON.stringify(answer)) ?? [];
  const shown = await ask("GET", "holds/{hold}", { path: `holds/${id}` });
  expect(shown.body["text"]).toContain("grace@example.org");
  return { key, id, digest: String(shown.body["digest"]) };
}

function decide(verb: string, id: string, body: object, key = admin): Promise<Told> {
  return ask("POST", `holds/{hold}/${verb}`, { path: `holds/${id}/${verb}`, body, key });
}

function stateFor(key: string, id: string): Promise<string> {
  const headers = { authorization: `Bearer ${key}` };
  return fetch(`${gateway.url}/v1/plimsoll/held/${id}`, { headers }).then((told) => told.text());
}

function refuseByHand({
  id,
  digest,
}: {
  readonly id: string;
  readonly digest: string;
}): Promise<Ran> {
  const args = ["holds", "refuse", id, "--digest", digest, "--reason", "names somebody"];
  return plimsoll(args, { env });
}

describe("held answers", () => {
  test("one is released by somebody else than who asked, once, as it was seen", async () => {
    const { key, id, digest } = await held();
    expect((await ask("GET", "holds")).text).toContain(id);
    expect((await ask("GET", "holds")).text).not.toContain("grace");
    expect(await decide("release", id, { digest }, key)).toMatchObject({ status: 403 });
    expect(await decide("release", id, { digest: "0".repeat(64) })).toMatchObject({ status: 409 });
    expect(await decide("release", id, { digest })).toMatchObject({
      status: 200,
      body: { state: "released", waits_for: 0 },
    });
    expect(await stateFor(key, id)).toContain("grace@example.org");
    expect(await decide("refuse", id, { digest })).toMatchObject({ status: 409 });
    expect((await ask("GET", "holds", { query: "?state=released" })).text).toContain(id);
    expect(
      (await ask("GET", "audit/events", { query: "?kind=review.release&limit=500" })).text,
    ).toContain(id);
  });

  test("another text goes out in its place once somebody else agrees with it", async () => {
    const { key, id, digest } = await held();
    const second = await ask("POST", "keys", { body: { name: "second", roles: ["reviewer"] } });
    const other = String(second.body["secret"]);
    const edited = await decide("edit", id, { digest, text: "write to us" });
    expect(edited).toMatchObject({ status: 200, body: { state: "open", waits_for: 1 } });
    const next = { digest: String(edited.body["digest"]) };
    expect(await decide("release", id, next)).toMatchObject({ status: 409 });
    expect(await decide("release", id, { digest }, other)).toMatchObject({ status: 409 });
    const agreed = await decide("release", id, next, other);
    expect(agreed).toMatchObject({ status: 200, body: { state: "edited", waits_for: 0 } });
    expect(await stateFor(key, id)).toContain("write to us");
    expect(await stateFor(key, id)).not.toContain("grace");
  });

  test("who claims one has it for themselves, and what was seen and done stands in the log", async () => {
    const { id, digest } = await held();
    const second = await ask("POST", "keys", { body: { name: "second", roles: ["reviewer"] } });
    const other = String(second.body["secret"]);
    const claimed = await decide("claim", id, {}, other);
    expect(claimed.status).toBe(200);
    expect(await decide("claim", id, {})).toMatchObject({ status: 409 });
    expect(await decide("refuse", id, { digest })).toMatchObject({ status: 409 });
    const refused = await decide("refuse", id, { digest }, other);
    expect(refused).toMatchObject({ status: 200, body: { state: "refused" } });
    const { text } = await ask("GET", "audit/events", { query: "?limit=500" });
    const { events }: { events: { seq: number; kind: string; body: { hold?: string } }[] } =
      JSON.parse(text);
    const own = events.filter(({ body }) => body.hold === id);
    expect(own.map(({ kind }) => kind)).toEqual([
      "review.hold",
      "reveal",
      "review.claim",
      "review.refuse",
    ]);
    expect(own.slice(2).map(({ seq }) => seq)).toEqual([claimed.body["seq"], refused.body["seq"]]);
  });

  test("one that is refused here is refused for the command line too, and the other way round", async () => {
    const [one, other] = [await held(), await held()];
    expect(await decide("refuse", one.id, { digest: one.digest })).toMatchObject({ status: 200 });
    expect((await refuseByHand(one)).code).toBe(1);
    expect((await refuseByHand(other)).code).toBe(0);
    expect(await decide("release", other.id, { digest: other.digest })).toMatchObject({
      status: 409,
    });
    expect(await stateFor(other.key, other.id)).not.toContain("grace");
  });

  test("one that there is none of", async () => {
    const body = { digest: "0".repeat(64) };
    expect(await decide("release", "hold_none", body)).toMatchObject({ status: 404 });
  });
});

test("a configuration is read anew, and a broken one changes nothing", async () => {
  const path = join(home, "plimsoll.yaml");
  const before = readFileSync(path, "utf8");
  writeFileSync(path, "serve: { guards: { personal-data: redact, secrets: off } }\n");
  const loaded = await ask("POST", "reload", { body: {} });
  expect(loaded.status).toBe(200);
  writeFileSync(path, "serve: { guards: { personal-data: sometimes } }\n");
  const refused = await ask("POST", "reload", { body: {} });
  expect(refused).toMatchObject({ status: 422, body: { error: { code: "config_refused" } } });
  const health = await ask("GET", "health");
  expect(health.body["policy"]).toBe(loaded.body["policy"]);
  writeFileSync(path, before);
  expect((await ask("POST", "reload", { body: {} })).status).toBe(200);
});

test("the document is served as it is published", async () => {
  const served = await fetch(`${gateway.url}/admin/openapi.json`);
  expect(await served.json()).toEqual(document);
});

test("killed in the middle of changes, it comes back with every change that was told, each with its event", async () => {
  const own = world.folder("killed", {});
  const state = { PLIMSOLL_HOME: join(own, "state") };
  const first = await plimsoll(["keys", "create", "--name", "me", "--role", "admin", "--json"], {
    env: state,
  });
  const { key }: { key: string } = JSON.parse(first.stdout);
  const args = ["--upstream", `chat=${upstream.url}`];
  const told = new Set<string>();
  for (let round = 0; round < 3; round += 1) {
    const killed = await startGateway(args, own);
    const { promise: enough, resolve } = Promise.withResolvers<void>();
    const changes = Array.from({ length: 30 }, async () => {
      try {
        const answer = await fetch(`${killed.url}/admin/api/keys`, {
          method: "POST",
          headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
          body: JSON.stringify({ name: "x", reason: "a drill" }),
        });
        const { id }: { id: string } = Object(await answer.json());
        told.add(id);
        if (told.size >= (round + 1) * 10) resolve();
      } catch {
        // It was killed before it answered: whether the key was made is for the store to say.
      }
    });
    await enough;
    await killed.end("SIGKILL");
    await Promise.all(changes);
  }
  const again = await startGateway(args, own);
  await again.end();
  const { keys }: { keys: { id: string }[] } = JSON.parse(
    (await plimsoll(["keys", "list", "--json"], { env: state })).stdout,
  );
  const kept = new Set(keys.map(({ id }) => id));
  const { stdout } = await plimsoll(["audit", "export", "--kind", "key.create"], { env: state });
  const inLog = new Set(
    stdout
      .trim()
      .split("\n")
      .map((line) => {
        const { body }: { body: { key: string } } = JSON.parse(line);
        return body.key;
      }),
  );
  expect([...told].filter((id) => !kept.has(id))).toEqual([]);
  expect([...kept].toSorted()).toEqual([...inLog].toSorted());
  expect((await plimsoll(["audit", "verify"], { env: state })).code).toBe(0);
});
