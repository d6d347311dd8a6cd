import { readFileSync } from "node:fs";
import { join } from "node:path";

import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import {
  chatBody,
  chatEvents,
  openScripted,
  sendEvents,
  type Asked,
  type ScriptedUpstream,
} from "../../packages/plimsoll/src/testing/upstream/scripted.ts";
import { startGateway, type RunningGateway } from "./gateway.ts";
import { plimsoll } from "./run.ts";
import { makeWorld } from "./world.ts";

const world = makeWorld();
const home = world.folder("home", {});
const state = join(home, "state");
const env = { PLIMSOLL_HOME: state };
let upstream: ScriptedUpstream;
let gateway: RunningGateway;

/** What the upstream does is what the last message asks for. */
function script(asked: Asked, response: Parameters<Parameters<typeof openScripted>[0]>[1]): void {
  if (asked.path === "/v1/models") {
    response.end("{}");
    return;
  }
  const body: { stream?: boolean; messages?: { content: unknown }[] } = Object(asked.body);
  const wish = String(body.messages?.at(-1)?.content);
  if (wish.includes("leak")) {
    response.setHeader("content-type", "application/json");
    response.end(chatBody("mail grace@example.org"));
  } else if (body.stream === true)
    sendEvents(response, chatEvents(["You said: ", ...Array.from(wish)]));
  else {
    response.setHeader("content-type", "application/json");
    response.end(chatBody(`You said: ${wish}`));
  }
}

beforeAll(async () => {
  upstream = await openScripted(script);
  gateway = await startGateway(["--upstream", `chat=${upstream.url}`], home);
});
afterAll(async () => {
  await gateway.end();
  await upstream.close();
  world.remove();
});

const openai = (): OpenAI =>
  new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: "none", maxRetries: 0 });
const say = (content: string) => [{ role: "user" as const, content }];

/** What the upstream was last asked. */
const lastAsked = (): string =>
  JSON.stringify(upstream.asked.findLast(({ path }) => path !== "/v1/models")?.body);

describe("guards", () => {
  const text = "write to ada@example.org, please";
  test("what a person wrote reaches no upstream, and comes back to them", async () => {
    const answer = await openai().chat.completions.create({ model: "chat", messages: say(text) });
    expect(lastAsked()).toContain("[EMAIL_1]");
    expect(lastAsked()).not.toContain("ada@");
    expect(answer.choices[0]?.message.content).toBe(`You said: ${text}`);
    const stream = await openai().chat.completions.create({
      model: "chat",
      messages: say(text),
      stream: true,
    });
    let streamed = "";
    for await (const chunk of stream) streamed += chunk.choices[0]?.delta.content ?? "";
    expect(streamed).toBe(`You said: ${text}`);
  });
  test("each answer has a receipt, for its own key", async () => {
    const { response } = await openai()
      .chat.completions.create({ model: "chat", messages: say(text) })
      .withResponse();
    const at = response.headers.get("x-plimsoll-receipt") ?? "";
    const receipt = await (await fetch(gateway.url + at)).json();
    expect(receipt).toMatchObject({
      schema: "plimsoll/receipt@1",
      model: { alias: "chat", assurance: "none" },
      guards: expect.arrayContaining([
        expect.objectContaining({ id: "privacy/personal-data", outcome: "redacted" }),
      ]),
    });
    expect(response.headers.get("x-plimsoll-guards")).toContain("privacy.personal-data=redacted");
  });
});

const post = (
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(`${gateway.url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
const FINE = '{"model":"chat","messages":[{"role":"user","content":"x"}]}';

describe("bad input gets an answer of its own", () => {
  test.each<[string, () => Promise<Response>, number]>([
    ["nothing wrong", () => post(FINE), 200],
    ["no JSON", () => post("{"), 400],
    ["a key twice", () => post(FINE.replace("{", '{"model":"chat",')), 400],
    ["nested without end", () => post(`{"model":"chat","x":${"[".repeat(100_000)}`), 400],
    ["compressed", () => post(FINE, { "content-encoding": "gzip" }), 415],
    ["another type", () => post(FINE, { "content-type": "text/plain" }), 415],
    ["a template of one's own", () => post(FINE.replace("{", '{"chat_template":"x",')), 400],
    [
      "an image from elsewhere",
      () =>
        post(
          '{"model":"chat","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"http://169.254.169.254/"}}]}]}',
        ),
      400,
    ],
    ["another page's script", () => post(FINE, { origin: "https://evil.example" }), 403],
    ["another method", () => fetch(`${gateway.url}/v1/chat/completions`), 405],
    ["nothing there", () => fetch(`${gateway.url}/v1/nothing`), 404],
    [
      "a key of ours that is none",
      () => post(FINE, { authorization: "Bearer plm_AAAAAAAA_x" }),
      401,
    ],
  ])("%s: %#", async (_, send, status) => {
    const response = await send();
    expect(response.status).toBe(status);
    await response.text();
  });
  test("the process lives", async () => {
    expect((await fetch(`${gateway.url}/livez`)).status).toBe(200);
    expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200);
  });
});

describe("a server that is gone", () => {
  const GONE = "gone=http://127.0.0.1:9/v1";
  test.each([
    ["beside one that lives is a note", ["--upstream", GONE], 200],
    ["alone makes the gateway not ready", [], 503],
  ])("%s", async (_, more, status) => {
    const first = more.length === 0 ? GONE : `chat=${upstream.url}`;
    const own = world.folder(`gone-${status}`, {});
    const server = await startGateway(["--upstream", first, ...more], own);
    const ready = (): Promise<Response> => fetch(`${server.url}/readyz`);
    await expect
      .poll(async () => (await ready()).text(), { timeout: 20_000 })
      .toContain("upstream gone: failing");
    expect((await ready()).status).toBe(status);
    await server.end();
  });
});

test("keys: a budget of ten serves ten of 64 at once, also after a start", async () => {
  const own = world.folder("keys", {});
  const made = await plimsoll(
    ["keys", "create", "--name", "ada", "--budget", "10requests", "--json"],
    { env: { PLIMSOLL_HOME: join(own, "state") } },
  );
  const { key, id }: { key: string; id: string } = JSON.parse(made.stdout);
  const server = await startGateway(["--upstream", `chat=${upstream.url}`], own);
  const ask = async (): Promise<number> => {
    const response = await fetch(`${server.url}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
      body: FINE,
    });
    await response.text();
    return response.status;
  };
  const all = await Promise.all(Array.from({ length: 64 }, ask));
  expect([
    all.filter((status) => status === 200).length,
    all.filter((status) => status === 429).length,
  ]).toEqual([10, 54]);
  const without = await fetch(`${server.url}/v1/models`);
  expect(without.status).toBe(401);
  expect(await server.end()).toBe(0);
  const again = await startGateway(["--upstream", `chat=${upstream.url}`], own);
  const later = await fetch(`${again.url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
    body: FINE,
  });
  expect(later.status).toBe(429);
  const revoked = await plimsoll(["keys", "revoke", id, "--reason", "test"], {
    env: { PLIMSOLL_HOME: join(own, "state") },
  });
  expect(revoked.code).toBe(0);
  await expect
    .poll(
      async () =>
        (await fetch(`${again.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } }))
          .status,
      { timeout: 10_000 },
    )
    .toBe(401);
  await again.end();
  const verified = await plimsoll(["audit", "verify", "--json"], {
    env: { PLIMSOLL_HOME: join(own, "state") },
  });
  expect(JSON.parse(verified.stdout)).toMatchObject({ verdict: "intact" });
  const log = await plimsoll(["audit", "export"], { env: { PLIMSOLL_HOME: join(own, "state") } });
  expect(log.stdout).toContain('"kind":"key.revoke"');
});

test("kill -9: every answer that came whole is in the log", async () => {
  const own = world.folder("killed", {});
  const server = await startGateway(["--upstream", `chat=${upstream.url}`], own);
  const acknowledged: string[] = [];
  const ask = async (): Promise<void> => {
    for (;;) {
      const response = await fetch(`${server.url}/v1/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: FINE,
      });
      await response.text();
      acknowledged.push(response.headers.get("request-id") ?? "");
      if (acknowledged.length >= 60) server.child.kill("SIGKILL");
    }
  };
  await Promise.allSettled(Array.from({ length: 8 }, ask));
  const killed = { PLIMSOLL_HOME: join(own, "state") };
  const again = await startGateway(["--upstream", `chat=${upstream.url}`], own);
  await again.end();
  const log = await plimsoll(["audit", "export", "--kind", "request"], { env: killed });
  expect(acknowledged.filter((id) => !log.stdout.includes(id))).toEqual([]);
  const verified = await plimsoll(["audit", "verify", "--json"], { env: killed });
  expect(JSON.parse(verified.stdout)).toMatchObject({ verdict: "intact" });
});

test("an answer that is held waits for a person, sealed, and is bound to what they saw", async () => {
  const own = world.folder("held", {
    "plimsoll.yaml": "serve: { guards: { personal-data: hold, secrets: off } }\n",
  });
  const settings = { PLIMSOLL_HOME: join(own, "state") };
  const server = await startGateway(["--upstream", `chat=${upstream.url}`], own);
  // The request's own address is held on its way in: the answer's must be made by the upstream.
  const held = async (): Promise<string> => {
    const response = await fetch(`${server.url}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: FINE.replace('"x"', '"please leak"'),
    });
    expect(response.status).toBe(403);
    const { error }: { error: { code: string; ticket: string } } = JSON.parse(
      await response.text(),
    );
    expect(error.code).toBe("held_for_review");
    return error.ticket;
  };
  const ticket = await held();
  const id = ticket.slice(ticket.lastIndexOf("/") + 1);
  expect(await (await fetch(server.url + ticket)).json()).toMatchObject({ state: "open" });
  expect(readFileSync(join(own, "state/store/plimsoll.sqlite-wal"), "latin1")).not.toContain(
    "grace@",
  );
  const shown = await plimsoll(["holds", "show", id, "--json"], { env: settings });
  const { digest, text }: { digest: string; text: string } = JSON.parse(shown.stdout);
  expect(text).toContain("grace@example.org");
  const wrong = await plimsoll(["holds", "release", id, "--digest", "0", "--reason", "x"], {
    env: settings,
  });
  expect(wrong.code).toBe(1);
  const released = await plimsoll(
    ["holds", "release", id, "--digest", digest, "--reason", "fine"],
    { env: settings },
  );
  expect(released.code).toBe(0);
  expect(await (await fetch(server.url + ticket)).json()).toMatchObject({
    choices: [{ message: { content: "mail grace@example.org" }, finish_reason: "stop" }],
  });
  const again = await plimsoll(["holds", "refuse", id, "--digest", digest, "--reason", "x"], {
    env: settings,
  });
  expect(again.code).toBe(1);
  await server.end();
  const log = await plimsoll(["audit", "export"], { env: settings });
  expect(log.stdout).toContain('"kind":"review.hold"');
});

describe("it does not start when it should not", () => {
  test.each<[string, readonly string[], number]>([
    ["nothing to serve", [], 2],
    ["an address that is none", ["--upstream", "chat=ftp://x"], 2],
    [
      "a wide bind without keys and vet",
      ["--listen", "0.0.0.0:0", "--upstream", "chat=http://127.0.0.1:1/v1"],
      4,
    ],
    [
      "a lift without a reason",
      ["--upstream", "chat=http://127.0.0.1:1/v1", "--admit", "unlocked"],
      2,
    ],
    ["a store in use", ["--upstream", "chat=http://127.0.0.1:1/v1"], 3],
  ])("%s", async (_, args, code) => {
    const ran = await plimsoll(
      ["serve", "--port", "0", ...args].filter(
        (one, at, all) =>
          !(all.includes("--listen") && (one === "--port" || all[at - 1] === "--port")),
      ),
      { env },
    );
    expect([ran.code, ran.stdout]).toEqual([code, ""]);
  });
  test("--check serves nothing and says what it would", async () => {
    const ran = await plimsoll(["serve", "--upstream", "chat=http://127.0.0.1:1/v1", "--check"], {
      env,
    });
    expect(JSON.parse(ran.stdout)).toMatchObject({
      routes: [{ alias: "chat" }],
      guards: [{ id: "privacy/personal-data" }, { id: "security/secrets" }],
    });
  });
});

test("neither the log nor the store holds what was said", async () => {
  const segment = readFileSync(join(state, "audit/segments/0000000000000000.jsonl"), "utf8");
  const store = readFileSync(join(state, "store/plimsoll.sqlite-wal"), "latin1");
  for (const words of ["You said", "be kind", "ada@example"]) {
    expect([segment.includes(words), store.includes(words)]).toEqual([false, false]);
  }
  await Promise.resolve();
});
