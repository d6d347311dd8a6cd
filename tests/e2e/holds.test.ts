import { DatabaseSync } from "node:sqlite";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import {
  openScripted,
  type ScriptedUpstream,
} from "../../packages/plimsoll/src/testing/upstream/scripted.ts";
import { openStore } from "../../packages/plimsoll/src/store/open.ts";
import { startGateway, type RunningGateway } from "./gateway.ts";
import { atDesk, idOf, LEAK, leakingUpstream, makeKeys, say, type OwnedKey } from "./held.ts";
import { plimsoll } from "./run.ts";
import { makeWorld } from "./world.ts";

const world = makeWorld();
let upstream: ScriptedUpstream;
beforeAll(async () => {
  upstream = await openScripted(leakingUpstream);
});
afterAll(async () => {
  await upstream.close();
  world.remove();
});

type Keys = Readonly<Record<"asker" | "ada" | "bob", OwnedKey>>;

/** A gateway with a policy of its own, and three people. */
async function open(
  name: string,
  review: string,
): Promise<{ readonly home: string; readonly keys: Keys; server: RunningGateway }> {
  const home = world.folder(name, {
    "plimsoll.yaml": `serve: { guards: { personal-data: hold }, review: ${review} }\n`,
  });
  const keys = await makeKeys(home, {
    asker: ["developer", "reviewer"],
    ada: ["reviewer"],
    bob: ["admin"],
  });
  const { asker, ada, bob } = keys;
  if (asker === undefined || ada === undefined || bob === undefined) throw new TypeError("no keys");
  const server = await start(home);
  return { home, keys: { asker, ada, bob }, server };
}

const start = (home: string): Promise<RunningGateway> =>
  startGateway(["--upstream", `chat=${upstream.url}`], home);

function ask(
  url: string,
  key: OwnedKey,
  content: string,
  more: object = {},
  signal?: AbortSignal,
): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${key.secret}` },
    body: JSON.stringify({ model: "chat", messages: [{ role: "user", content }], ...more }),
    ...(signal === undefined ? {} : { signal }),
  });
}

function get(url: string, key: OwnedKey, method = "GET"): Promise<Response> {
  return fetch(url, { method, headers: { authorization: `Bearer ${key.secret}` } });
}

async function ticketOf(response: Response): Promise<string> {
  const { error }: { error: { code: string; ticket: string } } = JSON.parse(await response.text());
  expect(error.code).toBe("held_for_review");
  return error.ticket;
}

const asked = (): number => upstream.asked.filter(({ path }) => path !== "/v1/models").length;

/** Waits until somebody waits for a person, and tells its ticket. */
async function waiting(home: string, key: OwnedKey, known: readonly string[]): Promise<string> {
  for (;;) {
    const all = await atDesk(home, key.secret, (review) => review.list("open"));
    const fresh = all.find(({ id }) => !known.includes(id));
    if (fresh !== undefined) return fresh.id;
    // oxlint-disable-next-line no-await-in-loop -- another process does it
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe("a policy that answers with an error", () => {
  let home: string;
  let keys: Keys;
  let server: RunningGateway;
  beforeAll(async () => {
    ({ home, keys, server } = await open("error", "{ two_person: [ssn] }"));
  });
  afterAll(() => server.end());
  const held = async (content = "leak", more: object = {}): Promise<string> => {
    const response = await ask(server.url, keys.asker, content, more);
    expect([response.status, response.headers.get("x-should-retry")]).toEqual([403, "false"]);
    const ticket = await ticketOf(response);
    expect(response.headers.get("x-plimsoll-held")).toBe(ticket);
    return ticket;
  };

  test("plimsoll holds, as two people use it", async () => {
    const id = idOf(await held());
    const env = { PLIMSOLL_HOME: join(home, "state"), PLIMSOLL_KEY: keys.ada.secret };
    const list = await plimsoll(["holds", "list"], { env });
    expect([list.code, list.stdout]).toEqual([0, expect.stringContaining(id)]);
    const claim = await plimsoll(["holds", "claim", id], { env });
    expect(claim.code).toBe(0);
    const shown = await plimsoll(["holds", "show", id, "--json"], { env });
    const { digest, text, claimedBy } = JSON.parse(shown.stdout);
    expect([text, claimedBy]).toEqual([LEAK, keys.ada.id]);
    const words = ["--digest", digest, "--reason", "seen"];
    const bob = { ...env, PLIMSOLL_KEY: keys.bob.secret };
    const early = await plimsoll(["holds", "release", id, ...words], { env: bob });
    expect([early.code, early.stdout]).toEqual([1, expect.stringContaining("somebody else")]);
    const own = { ...env, PLIMSOLL_KEY: keys.asker.secret };
    const self = await plimsoll(["holds", "release", id, ...words, "--json"], { env: own });
    expect([self.code, JSON.parse(self.stdout)]).toMatchObject([1, { hold: id, kind: "own" }]);
    const wrong = { ...env, PLIMSOLL_KEY: `${keys.ada.secret}x` };
    expect((await plimsoll(["holds", "list"], { env: wrong })).code).toBe(4);
    const text2 = world.file("error/new.txt", "ask at the desk\n");
    const edit = await plimsoll(["holds", "edit", id, ...words, "--text", text2, "--json"], {
      env,
      cwd: home,
    });
    const waits = JSON.parse(edit.stdout);
    expect([edit.code, waits]).toMatchObject([0, { kind: "waits", for: 1 }]);
    const second = ["--digest", waits.digest, "--reason", "agreed"];
    const confirm = await plimsoll(["holds", "release", id, ...second], { env: bob });
    expect([confirm.code, confirm.stdout]).toEqual([0, `${id} is edited\n`]);
    const fetched = await get(`${server.url}/v1/plimsoll/held/${id}`, keys.asker);
    expect(fetched.headers.get("x-plimsoll-held-state")).toBe("edited");
    expect(await fetched.json()).toMatchObject({
      choices: [{ message: { content: "ask at the desk" } }],
    });
  });
  test("the one who asked gets it, and nobody else", async () => {
    const ticket = await held();
    const where = server.url + ticket;
    const open = await get(where, keys.asker);
    expect([open.status, await open.json()]).toMatchObject([202, { state: "open" }]);
    expect((await get(where, keys.ada)).status).toBe(404);
    expect(await say(home, ticket, "release", keys.ada.secret)).toBe("released");
    const got = await get(where, keys.asker);
    expect([got.status, await got.json()]).toMatchObject([
      200,
      { object: "chat.completion", choices: [{ message: { content: LEAK } }] },
    ]);
    expect((await get(where, keys.ada)).status).toBe(404);
  });
  test("its receipt tells what became of it", async () => {
    const response = await ask(server.url, keys.asker, "leak");
    const ticket = await ticketOf(response);
    const where = server.url + (response.headers.get("x-plimsoll-receipt") ?? "");
    expect(await (await get(where, keys.asker)).json()).toMatchObject({
      held: ticket,
      review: { state: "open", people: 0 },
    });
    await say(home, ticket, "refuse", keys.ada.secret);
    expect(await (await get(where, keys.asker)).json()).toMatchObject({
      review: { state: "refused" },
    });
  });
  test("what a person refused is gone", async () => {
    const ticket = await held();
    expect(await say(home, ticket, "refuse", keys.bob.secret)).toBe("refused");
    const gone = await get(server.url + ticket, keys.asker);
    expect([gone.status, await gone.json()]).toEqual([410, { state: "refused" }]);
    expect(await say(home, ticket, "release", keys.ada.secret)).toBe("decided");
  });
  test("a stream that began breaks off with the ticket, and the whole of it is decided on", async () => {
    const response = await ask(server.url, keys.asker, "late leak", { stream: true });
    const text = await response.text();
    expect([text.includes("harmless"), text.includes("grace"), text.includes("[DONE]")]).toEqual([
      true,
      false,
      false,
    ]);
    const ticket = /"ticket":"([^"]+)"/u.exec(text)?.[1] ?? "";
    await say(home, ticket, "release", keys.ada.secret);
    const got: { choices: { message: { content: string } }[] } = JSON.parse(
      await (await get(server.url + ticket, keys.asker)).text(),
    );
    expect(got.choices[0]?.message.content).toMatch(/harmless.*grace@example\.org$/u);
  });
  const asks = [{ role: "user", content: "leak" }];
  test.each([
    [
      "messages",
      { messages: asks, max_tokens: 16 },
      { type: "message", content: [{ text: LEAK }] },
    ],
    ["responses", { input: asks }, { object: "response", output: [{ content: [{ text: LEAK }] }] }],
    ["completions", { prompt: "leak" }, { object: "text_completion", choices: [{ text: LEAK }] }],
  ])("in the dialect of %s too, streamed or not", async (dialect, body, whole) => {
    const headers = {
      "content-type": "application/json",
      "anthropic-version": "2023-06-01",
      "x-api-key": keys.asker.secret,
    };
    for (const stream of [false, true]) {
      const response = await fetch(`${server.url}/v1/${dialect}`, {
        method: "POST",
        headers,
        body: JSON.stringify({ model: "chat", ...body, stream }),
      });
      const text = await response.text();
      expect([text.includes("held_for_review"), text.includes("grace@")]).toEqual([true, false]);
      const ticket = /"ticket":"([^"]+)"/u.exec(text)?.[1] ?? "";
      await say(home, ticket, "release", keys.ada.secret);
      const got = await get(server.url + ticket, keys.asker);
      expect([got.status, await got.json()]).toMatchObject([200, whole]);
    }
  });
  test("a request waits before any engine sees it, and is sent once", async () => {
    const before = asked();
    const ticket = await held("write to ada@example.org");
    expect(asked()).toBe(before);
    const where = server.url + ticket;
    await say(home, ticket, "release", keys.ada.secret);
    const head = await get(where, keys.asker, "HEAD");
    expect([head.status, asked()]).toEqual([200, before]);
    const all = await Promise.all([get(where, keys.asker), get(where, keys.asker)]);
    // The answer repeats the address, and waits in turn.
    expect(all.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([403, 410]);
    expect(asked()).toBe(before + 1);
    const answer = all.find(({ status }) => status === 403);
    const second = answer === undefined ? "" : await ticketOf(answer);
    expect(second).not.toBe(ticket);
    await say(home, second, "release", keys.bob.secret);
    expect(await (await get(server.url + second, keys.asker)).text()).toContain("ada@example.org");
  });
  test("a topic of two people takes two", async () => {
    const ticket = await held("my social security number is 219-09-9999");
    expect(await say(home, ticket, "release", keys.ada.secret)).toBe("waits");
    expect(await say(home, ticket, "release", keys.ada.secret)).toBe("voted");
    expect(await say(home, ticket, "release", keys.bob.secret)).toBe("released");
  });
  test("a row that somebody changes in the store lets nothing out", async () => {
    const ticket = await held();
    const file = new DatabaseSync(join(home, "state/store/plimsoll.sqlite"));
    file.exec("pragma busy_timeout = 5000");
    file
      .prepare("update holds set state = 'released', decided_at = 1 where id = ?")
      .run(idOf(ticket));
    file.close();
    const got = await get(server.url + ticket, keys.asker);
    expect([got.status, await got.text()]).toEqual([410, '{"state":"refused"}']);
  });
  test("nothing that waits can be read on the disk, and its key is its owner's", async () => {
    await held("late leak");
    for (const name of ["plimsoll.sqlite", "plimsoll.sqlite-wal"]) {
      const bytes = readFileSync(join(home, "state/store", name), "latin1");
      for (const word of ["grace@", "harmless"]) expect(bytes).not.toContain(word);
    }
    expect(statSync(join(home, "state/store/keyring")).mode & 0o777).toBe(0o600);
  });
  test("it is there after kill -9 and a new start, and so is every event", async () => {
    const [open, done] = [await held(), await held()];
    await say(home, done, "release", keys.ada.secret);
    await server.end("SIGKILL");
    server = await start(home);
    expect((await get(server.url + open, keys.asker)).status).toBe(202);
    expect((await get(server.url + done, keys.asker)).status).toBe(200);
    expect(await say(home, open, "release", keys.bob.secret)).toBe("released");
    expect((await get(server.url + open, keys.asker)).status).toBe(200);
    const env = { PLIMSOLL_HOME: join(home, "state") };
    const log = await plimsoll(["audit", "export"], { env });
    const events = log.stdout.split("\n").filter((line) => line.includes(idOf(open)));
    const kinds = events.map((line) => String(JSON.parse(line).kind));
    expect(kinds).toEqual(["review.hold", "reveal", "review.release"]);
    for (const word of ["grace@", "harmless", "ask at the desk"]) {
      expect(log.stdout).not.toContain(word);
    }
    const verified = await plimsoll(["audit", "verify", "--json"], { env });
    expect(JSON.parse(verified.stdout)).toMatchObject({
      verdict: expect.stringMatching(/intact|unsealed/u),
    });
  });
  test("whoever's key was revoked gets nothing and decides nothing", async () => {
    const ticket = await held();
    const store = await openStore({
      folder: join(home, "state/store"),
      mode: "tool",
      now: Date.now,
    });
    await store.keys.revoke(keys.bob.id, Date.now());
    await store.close();
    await expect(say(home, ticket, "release", keys.bob.secret)).rejects.toMatchObject({
      code: "refused",
    });
    expect(await say(home, ticket, "release", keys.ada.secret)).toBe("released");
  });
});

describe("a policy that lets clients wait", () => {
  let home: string;
  let keys: Keys;
  let server: RunningGateway;
  const known: string[] = [];
  beforeAll(async () => {
    ({ home, keys, server } = await open(
      "wait",
      "{ answer: wait, wait: 30s, edit_second: false }",
    ));
  });
  afterAll(() => server.end());
  const next = async (): Promise<string> => {
    const id = await waiting(home, keys.ada, known);
    known.push(id);
    return id;
  };

  const edit = (id: string, text: string): Promise<unknown> =>
    atDesk(home, keys.ada.secret, async (review, by) => {
      const shown = await review.show(id, by);
      const digest = shown.kind === "shown" ? shown.hold.digest : "";
      return review.edit(id, { ...by, digest, reason: "x", text });
    });

  test("the answer comes on the same connection", async () => {
    const response = ask(server.url, keys.asker, "leak");
    const id = await next();
    await say(home, id, "release", keys.ada.secret);
    const got = await response;
    expect([got.status, got.headers.get("x-plimsoll-held")]).toEqual([
      200,
      `/v1/plimsoll/held/${id}`,
    ]);
    expect(await got.json()).toMatchObject({ choices: [{ message: { content: LEAK } }] });
  });
  test("a stream that began goes on with the rest of it", async () => {
    const response = await ask(server.url, keys.asker, "late leak", { stream: true });
    const reading = response.text();
    await say(home, await next(), "release", keys.ada.secret);
    const text = await reading;
    const pieces = Array.from(text.matchAll(/"content":"([^"]*)"/gu), ([, piece]) => piece);
    expect(pieces.join("")).toMatch(/^A long and harmless [^.]*\. mail grace@example\.org$/u);
    expect(text.trimEnd().endsWith("data: [DONE]")).toBe(true);
  });
  test("a stream that began does not go on with what a person wrote", async () => {
    const response = await ask(server.url, keys.asker, "late leak", { stream: true });
    const reading = response.text();
    const id = await next();
    await edit(id, "ask at the desk");
    const text = await reading;
    expect([text.includes(id), text.includes("desk"), text.includes("[DONE]")]).toEqual([
      true,
      false,
      false,
    ]);
    const got = await get(`${server.url}/v1/plimsoll/held/${id}`, keys.asker);
    expect(await got.json()).toMatchObject({
      choices: [{ message: { content: "ask at the desk" } }],
    });
  });
  test("a stream that began and is refused ends as filtered", async () => {
    const response = await ask(server.url, keys.asker, "late leak", { stream: true });
    const reading = response.text();
    await say(home, await next(), "refuse", keys.ada.secret);
    expect(await reading).toMatch(/"finish_reason":"content_filter"[^]*\[DONE\]\s*$/u);
  });
  test("as a person wrote it", async () => {
    const response = ask(server.url, keys.asker, "leak");
    await edit(await next(), "ask at the desk");
    expect(await (await response).json()).toMatchObject({
      choices: [{ message: { content: "ask at the desk" }, finish_reason: "stop" }],
    });
  });
  test("refused: as a guard that blocks would have it", async () => {
    const response = ask(server.url, keys.asker, "leak");
    await say(home, await next(), "refuse", keys.ada.secret);
    expect(await (await response).json()).toMatchObject({
      choices: [{ message: { content: null }, finish_reason: "content_filter" }],
    });
  });
  test("a request goes on when a person lets it, and its answer waits in turn", async () => {
    const before = asked();
    const response = ask(server.url, keys.asker, "write to ada@example.org");
    const request = await next();
    expect(asked()).toBe(before);
    await say(home, request, "release", keys.ada.secret);
    const answer = await next();
    expect(asked()).toBe(before + 1);
    await say(home, answer, "release", keys.ada.secret);
    const got = await response;
    expect([got.status, (await got.text()).includes("ada@example.org")]).toEqual([200, true]);
  });
  test("a request that a person refuses goes nowhere", async () => {
    const before = asked();
    const response = ask(server.url, keys.asker, "write to ada@example.org");
    await say(home, await next(), "refuse", keys.ada.secret);
    const got = await response;
    expect([got.status, await got.json(), asked()]).toMatchObject([
      400,
      { error: { code: "content_filter" } },
      before,
    ]);
  });
  test("who leaves loses nothing: it can be asked for later", async () => {
    const leaving = new AbortController();
    const response = ask(server.url, keys.asker, "leak", {}, leaving.signal);
    const id = await next();
    leaving.abort();
    await expect(response).rejects.toMatchObject({ name: "AbortError" });
    expect(await say(home, id, "release", keys.ada.secret)).toBe("released");
    const got = await get(`${server.url}/v1/plimsoll/held/${id}`, keys.asker);
    expect(await got.json()).toMatchObject({ choices: [{ message: { content: LEAK } }] });
  });
  test("two who decide at once come to one outcome, and the client is told that one", async () => {
    const response = ask(server.url, keys.asker, "leak");
    const id = await next();
    const words = await Promise.all([
      say(home, id, "release", keys.ada.secret),
      say(home, id, "refuse", keys.bob.secret),
    ]);
    const done = words.filter((word) => word === "released" || word === "refused");
    expect(done.length).toBe(1);
    const { choices }: { choices: { finish_reason: string }[] } = JSON.parse(
      await (await response).text(),
    );
    const reason = done[0] === "released" ? "stop" : "content_filter";
    expect(choices[0]?.finish_reason).toBe(reason);
  });
  test("a server that ends tells who waits where to ask", async () => {
    const response = ask(server.url, keys.asker, "leak");
    const id = await next();
    const ended = server.end();
    expect(await ticketOf(await response)).toBe(`/v1/plimsoll/held/${id}`);
    expect(await ended).toBe(0);
    server = await start(home);
    expect((await get(`${server.url}/v1/plimsoll/held/${id}`, keys.asker)).status).toBe(202);
  });
});

test("a client waits as long as the policy says, and an answer as long as it may", async () => {
  const { home, keys, server } = await open("short", "{ answer: wait, wait: 50ms, ttl: 2s }");
  const response = await ask(server.url, keys.asker, "leak");
  expect(response.status).toBe(403);
  const ticket = await ticketOf(response);
  let got = await get(server.url + ticket, keys.asker);
  while (got.status === 202) got = await get(server.url + ticket, keys.asker);
  expect([got.status, await got.json()]).toEqual([410, { state: "expired" }]);
  expect(await say(home, ticket, "release", keys.ada.secret)).toBe("decided");
  await server.end();
});

describe("a policy with a placeholder", () => {
  let keys: Keys;
  let server: RunningGateway;
  beforeAll(async () => {
    ({ keys, server } = await open(
      "placeholder",
      "{ answer: placeholder, placeholder: Later at }",
    ));
  });
  afterAll(() => server.end());
  test("a sentence of the policy's own, and where to ask", async () => {
    const response = await ask(server.url, keys.asker, "leak");
    const place = response.headers.get("x-plimsoll-held") ?? "";
    expect([response.status, await response.json()]).toMatchObject([
      200,
      { choices: [{ message: { content: `Later at ${place}` }, finish_reason: "content_filter" }] },
    ]);
    expect((await get(server.url + place, keys.asker)).status).toBe(202);
  });
  test("streamed, and for a request", async () => {
    const response = await ask(server.url, keys.asker, "ada@example.org", { stream: true });
    const text = await response.text();
    expect(text).toContain(`Later at ${response.headers.get("x-plimsoll-held") ?? "?"}`);
    expect(text.trimEnd().endsWith("data: [DONE]")).toBe(true);
  });
  test("never where a program reads the answer", async () => {
    for (const more of [
      { response_format: { type: "json_object" } },
      { tools: [{ type: "function", function: { name: "f", parameters: { type: "object" } } }] },
    ]) {
      expect((await ask(server.url, keys.asker, "leak", more)).status).toBe(403);
    }
  });
});
