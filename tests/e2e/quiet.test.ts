import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import {
  chatBody,
  chatEvents,
  openScripted,
  sendEvents,
  type ScriptedUpstream,
} from "../../packages/plimsoll/src/testing/upstream/scripted.ts";
import {
  openTestCollector,
  type TestCollector,
} from "../../packages/plimsoll/src/testing/telemetry/collector.ts";
import { startGateway, type RunningGateway } from "./gateway.ts";
import { makeWorld } from "./world.ts";

/** What a client says, what a model says, and what a server says of its own inside. None may be found again. */
const SAID = "periwinkle";
const ANSWERED = "marmalade";
const INSIDE = "bookkeeper";
const WORDS = [SAID, ANSWERED, INSIDE, "ada@example.org", "grace@example.org"];

const world = makeWorld();
let upstream: ScriptedUpstream;
let collector: TestCollector;
let gateway: RunningGateway;
let home = "";

/** What an upstream is asked to do, each by a name of its own, so that its breaker is its own too. */
const wishes = [
  "nothing",
  "leak",
  "break",
  "babble",
  "page",
  "fail",
  "limit",
  "refuse",
  "lock",
  "gone",
];
const models = ["chat", ...wishes.map((wish) => `to-${wish}`)];

const fails: Readonly<Record<string, number>> = {
  fail: 500,
  limit: 429,
  refuse: 400,
  lock: 401,
  gone: 404,
};

beforeAll(async () => {
  upstream = await openScripted((asked, response) => {
    const body: { stream?: boolean } = Object(asked.body);
    const said = JSON.stringify(asked.body ?? {});
    const has = (word: string): boolean => said.includes(`do ${word}`);
    const [, status] = Object.entries(fails).find(([word]) => has(word)) ?? [];
    if (status !== undefined) {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify({ error: { message: `${INSIDE} ${SAID}` } }));
    } else if (has("break")) {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(chatEvents([`${ANSWERED} `])[1], () => response.destroy());
    } else if (has("babble")) {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.end(`data: {"${ANSWERED}": ${INSIDE}\n\n`);
    } else if (has("page")) {
      response.writeHead(200, { "content-type": `text/html; ${INSIDE}` });
      response.end(`<h1>${ANSWERED}</h1>`);
    } else if (has("wait")) {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(
        chatEvents([`${ANSWERED} and. `])
          .slice(0, 2)
          .join(""),
      );
    } else if (asked.path.endsWith("/embeddings")) {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ data: [{ index: 0, embedding: [1] }], usage: {} }));
    } else {
      const answer = has("leak") ? `${ANSWERED} grace@example.org` : `${ANSWERED} for you`;
      if (body.stream === true) sendEvents(response, chatEvents(answer.split(/(?<= )/u)));
      else {
        response.setHeader("content-type", "application/json");
        response.end(chatBody(answer));
      }
    }
  });
  collector = await openTestCollector();
  home = world.folder("home", {
    "plimsoll.yaml": `serve:
  upstreams:
    gone: { url: "http://127.0.0.1:1/v1", health: off }
${models.map((name) => `    ${name}: { url: "${upstream.url}", health: off }\n`).join("")}  body_max: 65536
  traces: { url: "${collector.url}", parent: follow }
  drain: 300ms
`,
  });
  gateway = await startGateway([], home);
});
afterAll(async () => {
  await upstream.close();
  await collector.close();
  world.remove();
});

const JSON_TYPE = { "content-type": "application/json" };

/** Posts and reads to the end; what breaks off counts as told. */
async function post(
  path: string,
  body: string | object,
  headers: Readonly<Record<string, string>> = JSON_TYPE,
): Promise<number> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  try {
    const response = await fetch(gateway.url + path, { method: "POST", headers, body: text });
    await response.text();
    return response.status;
  } catch {
    return 0;
  }
}

const ask = (wish: string, more: object = {}): object => ({
  model: "chat",
  max_tokens: 50,
  messages: [{ role: "user", content: `${SAID} ada@example.org do ${wish}` }],
  ...more,
});

/** Every line of the log, which all must be JSON, and everything else that is left behind. */
function leftBehind(): {
  readonly log: readonly string[];
  readonly files: ReadonlyMap<string, string>;
} {
  const files = new Map<string, string>();
  for (const name of readdirSync(join(home, "state"), { recursive: true, encoding: "utf8" })) {
    const path = join(home, "state", name);
    if (statSync(path).isFile()) files.set(name, readFileSync(path, "latin1"));
  }
  const log = gateway
    .said()
    .split("\n")
    .filter((line) => line !== "");
  return { log, files };
}

test("no outcome leaves a word of what was said in log, store, audit, metrics or spans", async () => {
  const streams = [{}, { stream: true }];
  for (const wish of wishes) {
    const model = `to-${wish}`;
    for (const stream of streams) {
      await post("/v1/chat/completions", ask(wish, { model, ...stream }));
      await post("/v1/messages", ask(wish, { model, ...stream }));
    }
    await post("/v1/responses", { model, input: `${SAID} do ${wish}` });
    await post("/v1/completions", { model, prompt: `${SAID} do ${wish}` });
    await post("/v1/embeddings", { model, input: `${SAID} do ${wish}` });
  }
  const odd: readonly (readonly [number, number])[] = [
    [404, await post("/v1/chat/completions", ask("nothing", { model: SAID }))],
    [400, await post("/v1/chat/completions", ask("nothing", { chat_template: SAID }))],
    [400, await post("/v1/chat/completions", `{"${SAID}": ${SAID}`)],
    [400, await post("/v1/chat/completions", `{"${SAID}":1,"${SAID}":2}`)],
    [413, await post("/v1/chat/completions", SAID.repeat(10_000))],
    [415, await post("/v1/chat/completions", SAID, { "content-type": `text/${SAID}` })],
    [404, await post(`/v1/${SAID}`, "{}")],
    [
      401,
      await post("/v1/chat/completions", "{}", {
        ...JSON_TYPE,
        authorization: `Bearer plm_${SAID}`,
      }),
    ],
    [
      403,
      await post("/v1/chat/completions", "{}", { ...JSON_TYPE, origin: `https://${SAID}.example` }),
    ],
    [502, await post("/v1/chat/completions", ask("nothing", { model: "gone" }))],
    [200, await post("/v1/chat/completions", ask("nothing", { user: SAID, [SAID]: ANSWERED }))],
    [
      200,
      await post("/v1/chat/completions", ask("nothing"), {
        ...JSON_TYPE,
        traceparent: SAID,
        "x-request-id": SAID,
      }),
    ],
  ];
  expect(odd.map(([, status]) => status)).toEqual(odd.map(([status]) => status));
  const leaving = new AbortController();
  const waiting = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: "POST",
    headers: JSON_TYPE,
    body: JSON.stringify(ask("wait", { stream: true })),
    signal: leaving.signal,
  });
  expect(waiting.status).toBe(200);
  leaving.abort();
  let metrics = "";
  const look = async (): Promise<string> => {
    metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    return metrics;
  };
  await expect.poll(look, { timeout: 10_000 }).toContain('outcome="left"');
  const cut = post("/v1/chat/completions", ask("wait", { stream: true }));
  await upstream.next();
  expect(await gateway.end()).toBe(0);
  await cut;

  const { log, files } = leftBehind();
  expect(log.length).toBeGreaterThan(5);
  for (const line of log) expect(JSON.parse(line)).toBeTypeOf("object");
  const spans = collector.delivered.map(({ body }) => body).join("\n");
  expect([...spans.matchAll(/"traceId"/gu)].length).toBeGreaterThan(50);
  expect([...files.keys()].some((name) => name.endsWith(".jsonl"))).toBe(true);
  const outcomes = [...metrics.matchAll(/plimsoll_requests_total\{.*outcome="(\w+)"/gu)];
  expect(new Set(outcomes.map(([, outcome]) => outcome))).toEqual(
    new Set(["answered", "cut", "failed", "left"]),
  );
  for (const word of WORDS) {
    const found = [
      ...log.filter((line) => line.includes(word)),
      ...[...files].filter(([, text]) => text.includes(word)).map(([name]) => name),
      ...[metrics, spans].filter((text) => text.includes(word)).map(() => "metrics or spans"),
    ];
    expect([word, found]).toEqual([word, []]);
  }
});

test("nor do answers that are blocked or held", async () => {
  home = world.folder("guarded", {
    "plimsoll.yaml": `serve:
  upstreams: { chat: { url: "${upstream.url}", health: off } }
  guards: { personal-data: block, secrets: off }
`,
  });
  gateway = await startGateway([], home);
  expect(await post("/v1/chat/completions", ask("nothing"))).toBe(400);
  expect(
    await post("/v1/completions", { model: "chat", prompt: `${SAID} do leak` }),
  ).toBeGreaterThan(0);
  const harmless = { messages: [{ role: "user", content: `${SAID} do leak` }] };
  for (const stream of [{}, { stream: true }]) {
    await post("/v1/chat/completions", ask("leak", { ...harmless, ...stream }));
    await post("/v1/messages", ask("leak", { ...harmless, ...stream }));
  }
  await gateway.end();
  const blocked = leftBehind();
  home = world.folder("held", {
    "plimsoll.yaml": `serve:
  upstreams: { chat: { url: "${upstream.url}", health: off } }
  guards: { personal-data: hold, secrets: off }
`,
  });
  gateway = await startGateway([], home);
  expect(await post("/v1/chat/completions", ask("leak", harmless))).toBe(403);
  await gateway.end();
  const held = leftBehind();
  for (const word of WORDS) {
    const found = [blocked, held].flatMap(({ log, files }) => [
      ...log.filter((line) => line.includes(word)),
      ...[...files].filter(([, text]) => text.includes(word)).map(([name]) => name),
    ]);
    expect([word, found]).toEqual([word, []]);
  }
});
