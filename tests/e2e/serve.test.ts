import { readFileSync } from "node:fs";
import { join } from "node:path";

import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import Anthropic from "@anthropic-ai/sdk";
import { ChatOpenAI } from "@langchain/openai";
import { generateText, streamText } from "ai";
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
  if (asked.path === "/v1/embeddings") {
    response.setHeader("content-type", "application/json");
    response.end(
      JSON.stringify({ data: [{ index: 0, embedding: [0.5, -1] }], usage: { prompt_tokens: 2 } }),
    );
    return;
  }
  const body: { stream?: boolean; messages?: { content: unknown }[]; prompt?: string } = Object(
    asked.body,
  );
  const wish = body.prompt ?? String(body.messages?.at(-1)?.content);
  if (wish.includes("leak")) {
    response.setHeader("content-type", "application/json");
    response.end(chatBody("mail grace@example.org"));
  } else if (wish.includes("fail")) {
    response.writeHead(500);
    response.end("a story of the upstream's inside");
  } else if (wish.includes("cut")) {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(chatEvents(["half "]).slice(0, 2).join(""), () => response.destroy());
  } else if (wish.includes("wait")) {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(chatEvents(["one "]).slice(0, 2).join(""));
  } else if (wish.includes("tool")) {
    const call = {
      index: 0,
      id: "up_1",
      type: "function",
      function: { name: "look", arguments: '{"at":' },
    };
    const rest = { index: 0, function: { arguments: '"sea"}' } };
    if (body.stream === true) {
      sendEvents(response, [
        chunk({ tool_calls: [call] }),
        chunk({ tool_calls: [rest] }),
        chunk({}, "tool_calls"),
        "data: [DONE]\n\n",
      ]);
    } else {
      response.setHeader("content-type", "application/json");
      const whole = { ...call, function: { name: "look", arguments: '{"at":"sea"}' } };
      response.end(
        JSON.stringify({
          choices: [
            {
              index: 0,
              message: { content: null, tool_calls: [whole] },
              finish_reason: "tool_calls",
            },
          ],
          usage: { prompt_tokens: 1, completion_tokens: 1 },
        }),
      );
    }
  } else if (body.prompt !== undefined) {
    response.setHeader("content-type", "application/json");
    response.end(
      JSON.stringify({
        choices: [{ index: 0, text: `after ${wish}`, finish_reason: "stop" }],
        usage: { prompt_tokens: 1, completion_tokens: 2 },
      }),
    );
  } else if (body.stream === true)
    sendEvents(response, chatEvents(["You said: ", ...Array.from(wish)]));
  else {
    response.setHeader("content-type", "application/json");
    response.end(chatBody(`You said: ${wish}`));
  }
}

function chunk(delta: object, finish: string | null = null): string {
  return `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
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
const anthropic = (): Anthropic =>
  new Anthropic({ baseURL: gateway.url, apiKey: "none", maxRetries: 0 });
const say = (content: string) => [{ role: "user" as const, content }];
const look = {
  type: "function" as const,
  function: { name: "look", parameters: { type: "object" } },
};

/** What the upstream was last asked. */
const lastAsked = (): string =>
  JSON.stringify(upstream.asked.findLast(({ path }) => path !== "/v1/models")?.body);

describe("the openai client", () => {
  test("plain", async () => {
    const answer = await openai().chat.completions.create({
      model: "chat",
      messages: say("hello"),
    });
    expect(answer.choices[0]?.message.content).toBe("You said: hello");
    expect([answer.usage?.total_tokens, answer.choices[0]?.finish_reason]).toEqual([8, "stop"]);
  });
  test("streamed, with usage", async () => {
    const stream = await openai().chat.completions.create({
      model: "chat",
      messages: say("hello"),
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = "";
    let usage = 0;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? "";
      usage = chunk.usage?.completion_tokens ?? usage;
    }
    expect([text, usage]).toEqual(["You said: hello", 6]);
  });
  test("tools, whole and streamed", async () => {
    const whole = await openai().chat.completions.create({
      model: "chat",
      messages: say("tool"),
      tools: [look],
    });
    const [call] = whole.choices[0]?.message.tool_calls ?? [];
    expect(call).toMatchObject({
      type: "function",
      function: { name: "look", arguments: '{"at":"sea"}' },
    });
    expect(call?.id).toMatch(/^call_/u);
    const run = openai().chat.completions.stream({
      model: "chat",
      messages: say("tool"),
      tools: [look],
    });
    const done = await run.finalChatCompletion();
    expect(done.choices[0]?.message.tool_calls?.[0]).toMatchObject({
      function: { name: "look", arguments: '{"at":"sea"}' },
    });
  });
  test("structured output is asked for, and comes", async () => {
    const schema = { type: "object", properties: { a: { type: "number" } } };
    await openai().chat.completions.create({
      model: "chat",
      messages: say("hi"),
      response_format: { type: "json_schema", json_schema: { name: "x", schema } },
    });
    expect(lastAsked()).toContain('"response_format":{"type":"json_schema"');
  });
  test("completions, embeddings, models", async () => {
    const answer = await openai().completions.create({ model: "chat", prompt: "Once" });
    expect(answer.choices[0]?.text).toBe("after Once");
    const vector = await openai().embeddings.create({ model: "chat", input: "x" });
    expect(vector.data[0]?.embedding).toEqual([0.5, -1]);
    const models = await openai().models.list();
    expect(models.data.map(({ id }) => id)).toEqual(["chat"]);
    expect((await openai().models.retrieve("chat")).id).toBe("chat");
  });
  test("responses, whole, streamed and with tools", async () => {
    const whole = await openai().responses.create({ model: "chat", input: "hello", store: false });
    expect([whole.output_text, whole.status]).toEqual(["You said: hello", "completed"]);
    const run = openai().responses.stream({ model: "chat", input: "hello" });
    let text = "";
    for await (const event of run)
      if (event.type === "response.output_text.delta") text += event.delta;
    expect([text, (await run.finalResponse()).output_text]).toEqual([
      "You said: hello",
      "You said: hello",
    ]);
    const tool = await openai().responses.create({
      model: "chat",
      input: "tool",
      tools: [{ type: "function", name: "look", parameters: {}, strict: false }],
    });
    expect(tool.output).toMatchObject([
      { type: "function_call", name: "look", arguments: '{"at":"sea"}' },
    ]);
    await expect(
      openai().responses.create({ model: "chat", input: "x", previous_response_id: "resp_1" }),
    ).rejects.toMatchObject({ status: 400 });
  });
  test("errors", async () => {
    await expect(
      openai().chat.completions.create({ model: "other", messages: say("x") }),
    ).rejects.toMatchObject({ status: 404, code: "model_not_found" });
    await expect(
      openai().chat.completions.create({ model: "chat", messages: [] }),
    ).rejects.toMatchObject({ status: 400, param: "messages" });
    const failed = openai().chat.completions.create({ model: "chat", messages: say("fail") });
    await expect(failed).rejects.toMatchObject({ status: 502 });
    await expect(failed).rejects.not.toMatchObject({ message: expect.stringContaining("inside") });
  });
  test("a cut answer is no whole one", async () => {
    const stream = await openai().chat.completions.create({
      model: "chat",
      messages: say("cut"),
      stream: true,
    });
    const read = async (): Promise<string> => {
      let text = "";
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
      return text;
    };
    await expect(read()).rejects.toThrowError(/server failed/u);
  });
  test("a client that leaves ends the work upstream", async () => {
    const next = upstream.next();
    const stream = await openai().chat.completions.create({
      model: "chat",
      messages: say("wait"),
      stream: true,
    });
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content !== undefined) break;
    const asked = await next;
    expect(await asked.gone).toBeGreaterThan(0);
  });
});

describe("clients built on these", () => {
  test("the Vercel AI SDK", async () => {
    const provider = createOpenAICompatible({ name: "plimsoll", baseURL: `${gateway.url}/v1` });
    const answer = await generateText({ model: provider("chat"), prompt: "hello" });
    expect(answer.text).toBe("You said: hello");
    const stream = streamText({ model: provider("chat"), prompt: "hello" });
    expect(await stream.text).toBe("You said: hello");
  });
  test("LangChain", async () => {
    const configuration = { baseURL: `${gateway.url}/v1` };
    const model = new ChatOpenAI({ model: "chat", apiKey: "none", configuration });
    const answer = await model.invoke("hello");
    expect(answer.content).toBe("You said: hello");
  });
});

describe("the anthropic client", () => {
  const ask = { model: "chat", max_tokens: 50 };
  test("plain", async () => {
    const answer = await anthropic().messages.create({
      ...ask,
      system: "be kind",
      messages: say("hello"),
    });
    expect(answer).toMatchObject({
      content: [{ type: "text", text: "You said: hello" }],
      stop_reason: "end_turn",
      usage: { input_tokens: 5, output_tokens: 3 },
    });
    expect(lastAsked()).toContain('"role":"system","content":"be kind"');
  });
  test("streamed", async () => {
    const run = anthropic().messages.stream({ ...ask, messages: say("hello") });
    expect(await run.finalText()).toBe("You said: hello");
    expect((await run.finalMessage()).usage.output_tokens).toBe(6);
  });
  test("tools, there and back", async () => {
    const tools = [{ name: "look", input_schema: { type: "object" as const } }];
    for (const answer of [
      await anthropic().messages.create({ ...ask, tools, messages: say("tool") }),
      await anthropic()
        .messages.stream({ ...ask, tools, messages: say("tool") })
        .finalMessage(),
    ]) {
      expect(answer).toMatchObject({
        stop_reason: "tool_use",
        content: [{ type: "tool_use", name: "look", input: { at: "sea" } }],
      });
    }
    const back = { type: "tool_result" as const, tool_use_id: "call_1", content: "blue" };
    const used = { type: "tool_use" as const, id: "call_1", name: "look", input: { at: "sea" } };
    await anthropic().messages.create({
      ...ask,
      tools,
      messages: [
        ...say("x"),
        { role: "assistant", content: [used] },
        { role: "user", content: [back] },
      ],
    });
    expect(lastAsked()).toContain('"role":"tool","content":"blue"');
  });
  test("errors and models", async () => {
    await expect(
      anthropic().messages.create({ ...ask, model: "other", messages: say("x") }),
    ).rejects.toMatchObject({ status: 404, error: { error: { type: "not_found_error" } } });
    await expect(
      anthropic()
        .messages.stream({ ...ask, messages: say("cut") })
        .finalText(),
    ).rejects.toThrowError(/server failed/u);
    const models = await anthropic().models.list();
    expect(models.data.map(({ id }) => id)).toEqual(["chat"]);
  });
});

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
