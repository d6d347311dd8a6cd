import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import {
  openHouse,
  openWire,
  type House,
  type Wire,
  type WireScript,
} from "../../packages/plimsoll/src/testing/house.ts";
import {
  chatBody,
  chatEvents,
  sendEvents,
} from "../../packages/plimsoll/src/testing/upstream/scripted.ts";

import { createKey } from "../../packages/plimsoll/src/verbs/keys/keys.ts";
import { openStore } from "../../packages/plimsoll/src/store/open.ts";

let home: Wire;
let cloud: Wire;
let house: House | undefined;
/** What the server of ours does. */
let own: WireScript;
/** What the one of somebody else does. */
let far: WireScript;

const fails: WireScript = (_, response) => {
  response.writeHead(500).end("{}");
};

/** Says back what it was told, one character at a time where a stream is asked for. */
const echoes: WireScript = ({ stream, messages }, response) => {
  const text = `You said: ${String(messages?.at(-1)?.content)}`;
  if (stream === true) {
    sendEvents(response, chatEvents(Array.from(text)));
    return;
  }
  response.setHeader("content-type", "application/json");
  response.end(chatBody(text));
};

beforeEach(async () => {
  own = fails;
  far = echoes;
  home = await openWire((body, response) => {
    own(body, response);
  });
  cloud = await openWire((body, response) => {
    far(body, response);
  });
});
afterEach(async () => {
  await house?.close();
  house = undefined;
  await Promise.all([home.close(), cloud.close()]);
});

const BURST = {
  route: "chat",
  when: { failing: true, queue_seconds: 0 },
  allow: ["none", "redacted"],
  teams: ["local"],
};

const open = async (
  burst: object | undefined,
  more: { readonly serve?: object; readonly home?: object; readonly cloud?: object } = {},
): Promise<House> =>
  (house = await openHouse({
    upstreams: {
      own: { url: home.url, ...more.home },
      far: { url: cloud.url, zone: "cloud", ...more.cloud },
    },
    routes: { chat: { upstreams: ["own", "far"] } },
    ...(burst === undefined ? {} : { burst }),
    ...more.serve,
  }));

const say = (content: unknown, more: object = {}): object => ({
  model: "chat",
  messages: [{ role: "user", content }],
  ...more,
});

const CHAT = "/v1/chat/completions";
const asked = (): string => cloud.received.join("\n");
const codeOf = async (response: Response): Promise<unknown> => {
  const { error }: { error: { code: unknown } } = JSON.parse(await response.text());
  return error.code;
};

describe("where the policy is silent", () => {
  test("nothing leaves, not even a question whether it lives", async () => {
    const { post } = await open(undefined);
    const answer = await post(CHAT, say("hello"));
    expect([answer.status, home.received.length > 0, cloud.received]).toEqual([502, true, []]);
  });
  test.each([
    ["a failure, where only full servers are a reason", { ...BURST, when: { queue_seconds: 0 } }],
    ["the team", { ...BURST, teams: ["sea"] }],
  ])("about %s, nothing leaves", async (_, burst) => {
    const { post } = await open(burst);
    expect([(await post(CHAT, say("hello"))).status, cloud.received]).toEqual([502, []]);
  });
  test("about another route, nothing of this one leaves", async () => {
    const { post } = await open(
      { ...BURST, route: "other" },
      {
        serve: {
          routes: { chat: { upstreams: ["own", "far"] }, other: { upstreams: ["own", "far"] } },
        },
      },
    );
    expect([(await post(CHAT, say("hello"))).status, cloud.received]).toEqual([502, []]);
    expect((await post(CHAT, { ...say("hello"), model: "other" })).status).toBe(200);
  });
  test("about data that was redacted, what holds none leaves and what holds some does not", async () => {
    const { post } = await open({ ...BURST, allow: ["none"] });
    const refused = await post(CHAT, say("write to ada@example.org"));
    expect([refused.status, await codeOf(refused), cloud.received]).toEqual([
      503,
      "burst_denied",
      [],
    ]);
    expect((await post(CHAT, say("write to nobody"))).status).toBe(200);
  });
});

describe("what leaves", () => {
  test("was redacted, and its answer has everything again, whole and in a stream", async () => {
    const { post } = await open(BURST);
    const text = "write to ada@example.org and ada@example.org, or call +1 415 555 2671";
    const whole = await post(CHAT, say(text));
    expect([whole.status, whole.headers.get("x-plimsoll-zone")]).toEqual([200, "cloud"]);
    expect(await whole.text()).toContain(`You said: ${text}`);
    const stream = await (await post(CHAT, say(text, { stream: true }))).text();
    expect(contentOf(stream)).toBe(`You said: ${text}`);
    expect(asked()).not.toMatch(/ada|example\.org|2671/u);
    expect(asked()).toContain("write to [EMAIL_1] and [EMAIL_1], or call [PHONE_1]");
  });
  test("is told in header, receipt, log and sums", async () => {
    const { post, url, events, gateway, home: at } = await open(BURST);
    const answer = await post(CHAT, say("write to ada@example.org", { top_secret: "x" }));
    const id = answer.headers.get("x-plimsoll-request-id") ?? "";
    const receipt = await (await fetch(`${url}/v1/plimsoll/receipts/${id}`)).json();
    expect(receipt).toMatchObject({
      model: { upstream: "far", zone: "cloud" },
      left: { zone: "cloud", cause: "failing", class: "redacted", found: { email: 1 } },
      dropped: ["top_secret"],
    });
    await gateway.close();
    expect(events("burst")).toMatchObject([
      {
        actor: "local",
        request: id,
        body: {
          alias: "chat",
          cause: "failing",
          class: "redacted",
          found: { email: 1 },
          upstream: "far",
          zone: "cloud",
        },
      },
    ]);
    expect(events("request")).toMatchObject([{ body: { upstream: "far", zone: "cloud" } }]);
    const store = await openStore({ folder: `${at}/store`, mode: "tool", now: () => 1 });
    expect(await store.requests.usage(0)).toMatchObject([{ upstream: "far", zone: "cloud" }]);
    expect(await store.requests.recent({ limit: 1 })).toMatchObject([{ zone: "cloud" }]);
    await store.close();
    expect(JSON.stringify([events("burst"), house?.said])).not.toContain("ada@");
  });
  test("has no unknown field, no seed and no name of whom it is for", async () => {
    const { post } = await open(BURST);
    const more = { user: "person-7", seed: 41_111, metadata: { a: "b" }, x_own: "field" };
    expect((await post(CHAT, say("hello", more))).status).toBe(200);
    expect(asked()).not.toMatch(/person-7|41111|x_own|metadata/u);
  });
  test.each(["/v1/messages", "/v1/responses", "/v1/completions"])("by %s", async (place) => {
    const { post } = await open(BURST);
    const text = "write to ada@example.org";
    const body =
      place === "/v1/responses"
        ? { model: "chat", input: text, store: false }
        : place === "/v1/completions"
          ? { model: "chat", prompt: text }
          : { ...say(text), max_tokens: 9 };
    expect((await post(place, body)).status).toBe(200);
    expect(asked()).toContain("write to [EMAIL_1]");
    expect(asked()).not.toContain("ada@");
  });
});

/** The text of a stream of chat chunks. */
function contentOf(stream: string): string {
  return stream
    .split("\n")
    .filter((line) => line.startsWith("data: {"))
    .map((line) => {
      const chunk: { choices: { delta: { content?: string } }[] } = JSON.parse(line.slice(6));
      return chunk.choices[0]?.delta.content ?? "";
    })
    .join("");
}

const join = (...parts: readonly string[]): string => parts.join("");

const call = (args: string) => ({
  model: "chat",
  messages: [
    { role: "user", content: "go on" },
    {
      role: "assistant",
      content: null,
      tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: args } }],
    },
    { role: "tool", tool_call_id: "c", content: "done" },
  ],
});

/** Resolves when a request of ours hangs in the server of ours. */
const hung = (): { readonly came: Promise<undefined>; readonly free: () => void } => {
  const came = Promise.withResolvers<undefined>();
  const freed = Promise.withResolvers<undefined>();
  own = (body, response) => {
    if (String(body.messages?.at(-1)?.content) !== "hang") {
      echoes(body, response);
      return;
    }
    came.resolve(undefined);
    void freed.promise.then(() => {
      echoes(body, response);
      return undefined;
    });
  };
  return { came: came.promise, free: () => freed.resolve(undefined) };
};

const freshFolder = (): string => mkdtempSync(path.join(tmpdir(), "plimsoll-burst-"));

const made = async (folder: string, change: object): Promise<string> => {
  const { secret } = await createKey(
    {
      name: "ada",
      team: "sea",
      models: [],
      roles: ["developer"],
      parallel: null,
      lifetimeMs: null,
      budgets: [],
      ...change,
    },
    undefined,
    { home: folder, origin: "plimsoll/test", now: () => Date.now() },
  );
  return secret;
};

const openAt = async (folder: string, own: object, far: object): Promise<House> =>
  (house = await openHouse(
    {
      upstreams: {
        own: { url: home.url, ...own },
        far: { url: cloud.url, zone: "cloud", ...far },
      },
      routes: { chat: { upstreams: ["own", "far"], max_output: 100 } },
      burst: { ...BURST, teams: ["sea"] },
    },
    { home: folder },
  ));

const usd = (nanos: number) => ({
  kind: "budget",
  unit: "nanos",
  currency: "USD",
  window: "total",
  limit: nanos,
});

describe("what never leaves", () => {
  const key = join("AKIA", "Q3EGRIZD7X5BVL2M");
  const image = { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=" } };
  test.each([
    ["a credential", say(`use ${key} for it`), "found"],
    ["a password", say("password: 'kT9#vQ2!mZ7pL4xW'"), "found"],
    ["an image", say([{ type: "text", text: "what is it?" }, image]), "unscanned"],
    ["biases of tokens", say("hello", { logit_bias: { "50256": -100 } }), "unscanned"],
    ["a word of ours", say("about Project  NEPTUNE, in short"), "term"],
    ["a word of ours with what is not seen in it", say("about project nep\u00adtune"), "term"],
    ["a word of ours in wide letters", say("\uff30roject \uff2eeptune"), "term"],
    ["a word of ours in arguments", call('{"a":"Project \\u004eeptune"}'), "term"],
    [
      "a word of ours over two parts",
      say([
        { type: "text", text: "Project Nep" },
        { type: "text", text: "tune" },
      ]),
      "term",
    ],
  ])("%s", async (_, body, why) => {
    const { post, said } = await open({ ...BURST, never: ["project neptune"] });
    const answer = await post(CHAT, body);
    expect([answer.status, await codeOf(answer), cloud.received]).toEqual([
      503,
      "burst_denied",
      [],
    ]);
    expect(said.find((line) => line.includes("burst-denied"))).toContain(`"why":"${why}"`);
  });
  test("and the twins of these do", async () => {
    const { post } = await open({ ...BURST, never: ["project neptune"] });
    const parts = [
      { type: "text", text: "see the planet" },
      { type: "text", text: "neptune" },
    ];
    for (const body of [say("use no key"), say(parts), call('{"a":"neptune"}')]) {
      expect((await post(CHAT, body)).status).toBe(200);
    }
    expect(cloud.received).toHaveLength(3);
  });
  test("an address over two parts leaves as one that was replaced", async () => {
    const { post } = await open(BURST);
    const parts = [
      { type: "text", text: "ada@exa" },
      { type: "text", text: "mple.org" },
    ];
    expect((await post(CHAT, say(parts))).status).toBe(200);
    expect(cloud.received).toHaveLength(1);
    const sent = JSON.stringify(cloud.received);
    expect([sent.includes("ada@exa"), sent.includes("mple.org")]).toEqual([false, false]);
  });
  test("vectors", async () => {
    const { post } = await open(BURST);
    expect((await post("/v1/embeddings", { model: "chat", input: "x" })).status).toBe(502);
    expect(cloud.received).toEqual([]);
  });
  test("what the caller's fault is", async () => {
    own = (_, response) => {
      response.writeHead(400, { "content-type": "application/json" }).end("{}");
    };
    const { post } = await open(BURST);
    expect([(await post(CHAT, say("hello"))).status, cloud.received]).toEqual([400, []]);
  });
});

describe("every type that a guard knows", () => {
  const personal: readonly [string, string][] = [
    ["email", "ada@example.org"],
    ["payment card", "4111 1111 1111 1111"],
    ["iban", "DE89 3704 0044 0532 0130 00"],
    ["phone", "+1 415 555 2671"],
    ["ssn", "social security number 536-90-4399"],
    ["ip address", "93.184.216.34"],
  ];
  test.each(personal)("%s leaves replaced or not at all", async (_, value) => {
    const { post } = await open(BURST);
    const bodies = [
      say(`it is ${value}.`),
      say("look", { tools: [{ type: "function", function: { name: "f", description: value } }] }),
      say("look", { stop: [value] }),
      {
        model: "chat",
        messages: [
          { role: "system", content: value },
          { role: "user", content: "x" },
        ],
      },
      { model: "chat", messages: [{ role: "user", content: "x", name: value }] },
    ];
    for (const body of bodies) await post(CHAT, body);
    const digits = value.replaceAll(/[^\p{L}\p{N}@.]/gu, "").slice(-8);
    expect(asked()).not.toContain(value);
    expect(asked().replaceAll(/[^\p{L}\p{N}@.]/gu, "")).not.toContain(digits);
    expect(cloud.received.length).toBeGreaterThan(0);
  });
});

describe("full servers", () => {
  test("let a request leave at once where the policy waits for nothing", async () => {
    const { came, free } = hung();
    const { post, events } = await open(BURST, { home: { parallel: 1 } });
    const first = post(CHAT, say("hang"));
    await came;
    const answer = await post(CHAT, say("hello"));
    expect([answer.status, answer.headers.get("x-plimsoll-zone")]).toEqual([200, "cloud"]);
    free();
    expect((await first).headers.get("x-plimsoll-zone")).toBeNull();
    expect(events("burst")).toMatchObject([{ body: { cause: "busy" } }]);
  });
  test("are waited for, and who waited has the place that is free first", async () => {
    const { came, free } = hung();
    const { post } = await open(
      { ...BURST, when: { queue_seconds: 60 } },
      { home: { parallel: 1 } },
    );
    const first = post(CHAT, say("hang"));
    await came;
    const second = post(CHAT, say("hello"));
    await expect.poll(() => cloud.received.length, { timeout: 100 }).toBe(0);
    free();
    const answers = await Promise.all([first, second]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(cloud.received).toEqual([]);
  });
  test("are waited for as long as the policy says", async () => {
    const { came, free } = hung();
    const { post } = await open(
      { ...BURST, when: { queue_seconds: 0.2 } },
      { home: { parallel: 1 } },
    );
    const first = post(CHAT, say("hang"));
    await came;
    const answer = await post(CHAT, say("hello"));
    expect([answer.status, cloud.received.length]).toEqual([200, 1]);
    free();
    await first;
  });
  test("are no reason where the policy knows only failures", async () => {
    const { came, free } = hung();
    const { post } = await open({ ...BURST, when: { failing: true } }, { home: { parallel: 1 } });
    const first = post(CHAT, say("hang"));
    await came;
    const answer = await post(CHAT, say("hello"));
    expect([answer.status, await codeOf(answer), cloud.received]).toEqual([503, "overloaded", []]);
    free();
    await first;
  });
  test("that say so themselves let it leave too", async () => {
    own = (_, response) => {
      response.writeHead(429).end("{}");
    };
    const { post, events } = await open({ ...BURST, when: { queue_seconds: 5 } });
    expect((await post(CHAT, say("hello"))).status).toBe(200);
    expect(events("burst")).toMatchObject([{ body: { cause: "busy" } }]);
  });
  test("what left and was answered at home in the end is told to have left", async () => {
    const { came, free } = hung();
    const { post, url, events } = await open(BURST, { home: { parallel: 1 } });
    const first = post(CHAT, say("hang"));
    await came;
    far = (_, response) => {
      free();
      void first.then(() => response.writeHead(500).end("{}"));
    };
    const answer = await post(CHAT, say("hello"));
    expect([answer.status, answer.headers.get("x-plimsoll-zone")]).toEqual([200, "cloud"]);
    const id = answer.headers.get("x-plimsoll-request-id") ?? "";
    const receipt = await (await fetch(`${url}/v1/plimsoll/receipts/${id}`)).json();
    expect(receipt).toMatchObject({
      model: { upstream: "own", zone: "local" },
      left: { zone: "cloud", cause: "busy" },
    });
    expect(events("burst")).toHaveLength(1);
  });
  test("who leaves while waiting asks nobody", async () => {
    const { came, free } = hung();
    const { url, post, events } = await open(
      { ...BURST, when: { queue_seconds: 60 } },
      { home: { parallel: 1 } },
    );
    const first = post(CHAT, say("hang"));
    await came;
    const left = new AbortController();
    const second = fetch(`${url}${CHAT}`, {
      method: "POST",
      signal: left.signal,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(say("hello")),
    }).catch(() => {});
    await expect.poll(() => house?.said.join("\n")).toContain("burst-waits");
    left.abort();
    await second;
    await expect.poll(() => events("request").length).toBe(1);
    expect(events("request")).toMatchObject([{ body: { outcome: "left", upstream: null } }]);
    free();
    expect((await first).status).toBe(200);
    expect(cloud.received).toEqual([]);
  });
});

describe("keys and money", () => {
  test("a key has to have the zone, and its team to be named", async () => {
    const folder = freshFolder();
    const inside = await made(folder, {});
    const outside = await made(folder, { zones: ["local", "private", "cloud"] });
    const other = await made(folder, { zones: ["local", "cloud"], team: "land" });
    const { post } = await openAt(folder, {}, {});
    expect((await post(CHAT, say("hello"), inside)).status).toBe(502);
    expect((await post(CHAT, say("hello"), other)).status).toBe(502);
    expect(cloud.received).toEqual([]);
    expect((await post(CHAT, say("hello"), outside)).status).toBe(200);
  });
  test("a key of one zone asks no server of another", async () => {
    const folder = freshFolder();
    const local = await made(folder, { zones: ["local"] });
    own = echoes;
    const { post } = await openAt(folder, { zone: "private" }, {});
    const answer = await post(CHAT, say("hello"), local);
    expect([answer.status, await codeOf(answer), home.received.length]).toEqual([
      403,
      "not_allowed",
      0,
    ]);
  });
  test("what the cloud costs is set aside before it is asked, and charged by its own price", async () => {
    const folder = freshFolder();
    const zones = ["local", "private", "cloud"];
    // A bound of some 700 tokens in and 100 out: too much at the price of the cloud for the one, not for the other.
    const poor = await made(folder, { zones, budgets: [usd(100_000_000)] });
    const rich = await made(folder, { zones, budgets: [usd(9_000_000_000)] });
    const free = { in: 0, out: 0 };
    const { post, stop } = await openAt(
      folder,
      { price: free },
      { price: { in: 1_000, out: 1_000 } },
    );
    const refused = await post(CHAT, say("hello"), poor);
    expect([refused.status, await codeOf(refused), cloud.received]).toEqual([
      429,
      "insufficient_quota",
      [],
    ]);
    expect((await post(CHAT, say("hello"), rich)).status).toBe(200);
    await stop();
    const store = await openStore({
      folder: path.join(folder, "store"),
      mode: "tool",
      now: () => 1,
    });
    const spent = (await store.budgets.all()).map((one) => one.spent);
    // Five tokens in and three out, a thousand for a million.
    expect(spent.toSorted((a, b) => a - b)).toEqual([0, 8_000_000]);
    expect(await store.requests.recent({ limit: 1 })).toMatchObject([{ nanos: 8_000_000 }]);
    await store.close();
  });
  test("at home the same budget does", async () => {
    const folder = freshFolder();
    const zones = ["local", "private", "cloud"];
    const poor = await made(folder, { zones, budgets: [usd(100_000_000)] });
    own = echoes;
    const price = { in: 1_000, out: 1_000 };
    const { post } = await openAt(folder, { price: { in: 0, out: 0 } }, { price });
    expect((await post(CHAT, say("hello"), poor)).status).toBe(200);
  });
});
