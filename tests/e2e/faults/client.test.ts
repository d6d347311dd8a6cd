import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { asking, PATHS, SPOKEN, type Spoken } from "./dialects.ts";
import { openStage, usageChunk, type Recorded, type Stage } from "./stage.ts";
import { openWire, requestText, statusesOf } from "./wire.ts";

/** Milliseconds within which an upstream hears that nobody waits any more. */
const CANCELLED_MS = 100;

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({
    fine: ({ response, piece, open, isStream }) => {
      if (!isStream) {
        response.setHeader("content-type", "application/json");
        const choice = {
          index: 0,
          text: "fine",
          message: { content: "fine" },
          finish_reason: "stop",
        };
        response.end(
          JSON.stringify({ choices: [choice], usage: { prompt_tokens: 3, completion_tokens: 1 } }),
        );
        return;
      }
      open();
      response.end(`${piece("fine")}${piece("", "stop")}${usageChunk(3, 1)}data: [DONE]\n\n`);
    },
    silent: () => {},
    headed: ({ open }) => {
      open();
    },
    begun: ({ open, response, piece }) => {
      open();
      response.write(piece("one two three. "));
    },
  });
});
afterAll(() => stage.close());

/** The only record that is new, when it is there. */
async function recordOf(before: ReadonlySet<string>): Promise<Recorded> {
  let found: Recorded | undefined;
  await expect
    .poll(() => {
      [found] = [...stage.recorded()].filter(([id]) => !before.has(id)).map(([, one]) => one);
      return found;
    })
    .toBeDefined();
  if (found === undefined) throw new Error("there is no record");
  return found;
}

describe("the upstream hears at once that the client left, and the answer is charged as estimated", () => {
  const moments = ["silent", "headed", "begun"] as const;
  const cases = SPOKEN.flatMap((dialect) => moments.map((scene) => [scene, dialect] as const));
  test.each(cases)("%s, %s", async (scene, dialect) => {
    const before = new Set(stage.recorded().keys());
    const asked = stage.upstream.next();
    const wire = await openWire(stage.gateway.url);
    wire.send(requestText(PATHS[dialect], asking(dialect, scene, { stream: true })));
    const { gone } = await asked;
    if (scene === "begun") await wire.until(/one two/u);
    const left = performance.now();
    wire.leave();
    await gone;
    const took = performance.now() - left;
    const record = await recordOf(before);
    expect(record).toMatchObject({ outcome: "left", isEstimated: true });
    expect(record.input).toBeGreaterThan(0);
    expect(record.output > 0).toBe(scene === "begun");
    expect(took).toBeLessThan(CANCELLED_MS);
  });
  test("also when a whole answer was asked for", async () => {
    const asked = stage.upstream.next();
    const wire = await openWire(stage.gateway.url);
    wire.send(requestText(PATHS.chat, asking("chat", "silent")));
    const { gone } = await asked;
    wire.leave();
    expect(await gone).toBeGreaterThan(0);
  });
  test("also for requests that wait behind another on the same connection", async () => {
    const asked = stage.upstream.next();
    const behind = asked.then(() => stage.upstream.next());
    const wire = await openWire(stage.gateway.url);
    const one = requestText(PATHS.chat, asking("chat", "silent"));
    wire.send(one);
    const first = await asked;
    wire.send(one);
    const second = await behind;
    wire.leave();
    expect(await Promise.all([first.gone, second.gone])).toHaveLength(2);
  });
  test("its near miss, a client that stays, is served", async () => {
    const wire = await openWire(stage.gateway.url);
    wire.send(requestText(PATHS.chat, asking("chat", "fine"), { connection: "close" }));
    expect(statusesOf(await wire.ended)).toEqual([200]);
  });
});

/** Sends bytes, and says what statuses came and whether the upstream was asked. */
async function wireTold(
  bytes: string | Uint8Array,
): Promise<{ readonly statuses: readonly number[]; readonly asked: number }> {
  const before = stage.upstream.asked.length;
  const wire = await openWire(stage.gateway.url);
  wire.send(bytes);
  await Promise.race([wire.ended, wire.until(/^HTTP\/1\.1 [2-5]\d\d/mu).then(() => sleep(50))]);
  wire.leave();
  return { statuses: statusesOf(wire.said()), asked: stage.upstream.asked.length - before };
}

const FINE = asking("chat", "fine");
const head = (lines: readonly string[]): string =>
  [
    "POST /v1/chat/completions HTTP/1.1",
    "host: 127.0.0.1",
    "content-type: application/json",
    ...lines,
  ]
    .join("\r\n")
    .concat("\r\n\r\n");
const chunked = (text: string, extension = ""): string =>
  `${Buffer.byteLength(text).toString(16)}${extension}\r\n${text}\r\n0\r\n\r\n`;
const length = `content-length: ${Buffer.byteLength(FINE)}`;

describe("a request has one meaning, or none", () => {
  test.each<[string, string, number]>([
    ["its near miss", head([length]) + FINE, 200],
    ["in chunks", head(["transfer-encoding: chunked"]) + chunked(FINE), 200],
    ["a length and chunks", head([length, "transfer-encoding: chunked"]) + chunked(FINE), 400],
    ["chunks and a length", head(["transfer-encoding: chunked", length]) + chunked(FINE), 400],
    ["two lengths", head([length, "content-length: 0"]) + FINE, 400],
    ["the same length twice", head([length, length]) + FINE, 400],
    ["a list of lengths", head(["content-length: 5, 5"]) + FINE, 400],
    ["a length with a sign", head([`content-length: +${Buffer.byteLength(FINE)}`]) + FINE, 400],
    ["a length in hexadecimal", head(["content-length: 0x10"]) + FINE, 400],
    [
      "chunks, and then something else",
      head(["transfer-encoding: chunked, identity"]) + chunked(FINE),
      400,
    ],
    ["chunks twice", head(["transfer-encoding: chunked, chunked"]) + chunked(FINE), 400],
    ["chunks in another spelling", head(["transfer-encoding: xchunked"]) + chunked(FINE), 400],
    ["chunks after a tab", head(["transfer-encoding:\tchunked, x"]) + chunked(FINE), 400],
    ["a blank before the colon", head(["transfer-encoding : chunked"]) + chunked(FINE), 400],
    ["a header that goes on in the next line", head([length, "x-a: b", " c: d"]) + FINE, 400],
    [
      "a length that goes on in the next line",
      head(["content-length: 1", ` ${Buffer.byteLength(FINE)}`]) + FINE,
      400,
    ],
    ["lines that end with LF alone", head([length]).replaceAll("\r\n", "\n") + FINE, 400],
    [
      "one line that ends with LF alone",
      head([length]).replace("\r\ncontent-type", "\ncontent-type") + FINE,
      400,
    ],
    ["a CR alone in a header", head([length, "x-a: b\rtransfer-encoding: chunked"]) + FINE, 400],
    ["a NUL in a header", head([length, "x-a: b\0c"]) + FINE, 400],
    [
      "a chunk's size beyond any",
      `${head(["transfer-encoding: chunked"])}fffffffffffffffff\r\n`,
      400,
    ],
    ["a chunk's size with a sign", `${head(["transfer-encoding: chunked"])}-1\r\n`, 400],
    [
      "a chunk that ends with LF alone",
      head(["transfer-encoding: chunked"]) + chunked(FINE).replace("}\r\n0", "}\n0"),
      400,
    ],
    ["no Host", head([length]).replace("host: 127.0.0.1\r\n", "") + FINE, 400],
    ["two Hosts", head([length, "host: evil.example"]) + FINE, 400],
    ["no HTTP", "\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03", 400],
    ["a head without end", head([`x-a: ${"a".repeat(20_000)}`]), 431],
  ])("%s: %#", async (_, bytes, status) => {
    const told = await wireTold(Buffer.from(bytes, "latin1"));
    expect([told.statuses, told.asked]).toEqual([[status], status === 200 ? 1 : 0]);
  });
  test("what hides behind a chunk's extension is no request", async () => {
    const hidden = head(["transfer-encoding: chunked"]) + chunked(FINE, `;a="${"x".repeat(9)}"`);
    const told = await wireTold(hidden);
    expect(told.asked).toBeLessThan(2);
    expect(told.statuses).toHaveLength(1);
    const long = head(["transfer-encoding: chunked"]) + chunked(FINE, `;${"x".repeat(70_000)}`);
    expect((await wireTold(long)).asked).toBe(0);
  });
});

describe("requests behind one another on a connection", () => {
  test("are answered in their order", async () => {
    const wire = await openWire(stage.gateway.url);
    wire.send(
      requestText(PATHS.messages, asking("messages", "fine")) +
        "GET /v1/nothing HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n" +
        requestText(PATHS.chat, FINE, { connection: "close" }),
    );
    expect(statusesOf(await wire.ended)).toEqual([200, 404, 200]);
  });
  test("what is no HTTP behind one that is answered does not come before its answer", async () => {
    const asked = stage.upstream.next();
    const wire = await openWire(stage.gateway.url);
    wire.send(requestText(PATHS.chat, asking("chat", "silent")));
    const { gone } = await asked;
    wire.send("no HTTP at all\r\n\r\n");
    expect(await wire.ended).toBe("");
    await gone;
  });
  test("nor into the middle of its answer", async () => {
    const wire = await openWire(stage.gateway.url);
    wire.send(requestText(PATHS.chat, asking("chat", "begun", { stream: true })));
    await wire.until(/one two/u);
    wire.send("no HTTP at all\r\n\r\n");
    const said = await wire.ended;
    expect(statusesOf(said)).toEqual([200]);
    expect(said).not.toMatch(/DONE|\r\n0\r\n\r\n$/u);
  });
});

describe("bodies", () => {
  const BODY_MAX = 32 * 1024 * 1024;
  test("one that says it is too long is refused before it comes", async () => {
    const wire = await openWire(stage.gateway.url);
    wire.send(head([`content-length: ${BODY_MAX + 1}`]));
    expect(statusesOf(await wire.until(/\r\n\r\n/u))).toEqual([413]);
    await wire.ended;
  });
  test("one that asks first is told before it comes", async () => {
    const wire = await openWire(stage.gateway.url);
    wire.send(head([`content-length: ${BODY_MAX + 1}`, "expect: 100-continue"]));
    const said = await wire.until(/HTTP\/1\.1 \d{3}.*\r\n\r\n/su);
    expect(statusesOf(said)).toEqual([413]);
    wire.leave();
  });
  test("nor is it asked for where its sender is unknown", async () => {
    const wire = await openWire(stage.gateway.url);
    const unknown = "authorization: Bearer plm_AAAAAAAA_x";
    wire.send(head([length, "expect: 100-continue", unknown]));
    const said = await wire.until(/HTTP\/1\.1 \d{3}.*\r\n\r\n/su);
    expect(statusesOf(said)).toEqual([401]);
    wire.leave();
  });
  test("one that asks first and may come, comes", async () => {
    const wire = await openWire(stage.gateway.url);
    wire.send(head([length, "expect: 100-continue", "connection: close"]));
    await wire.until(/100 Continue\r\n\r\n/u);
    wire.send(FINE);
    expect(statusesOf(await wire.ended)).toEqual([100, 200]);
  });
  test("what expects anything else is told so", async () => {
    const told = await wireTold(head([length, "expect: tea"]) + FINE);
    expect(told).toEqual({ statuses: [417], asked: 0 });
  });
  test("one in chunks is refused where it becomes too long, and not kept", async () => {
    const wire = await openWire(stage.gateway.url);
    wire.send(head(["transfer-encoding: chunked"]));
    const megabyte = Buffer.alloc(1_048_576, 0x20);
    for (let sent = 0; sent < 40 && !wire.socket.destroyed; sent += 1) {
      wire.send(`100000\r\n`);
      wire.send(megabyte);
      wire.send("\r\n");
      if (wire.socket.writableNeedDrain) {
        await Promise.race([
          new Promise((resolve) => wire.socket.once("drain", resolve)),
          wire.ended,
        ]);
      }
    }
    expect(statusesOf(await wire.ended)).toEqual([413]);
  });
  test("one as long as it may be is read", async () => {
    const padded = FINE.replace("{", `{"user":"${"x".repeat(BODY_MAX - FINE.length - 10)}",`);
    expect(Buffer.byteLength(padded)).toBe(BODY_MAX);
    const response = await fetch(stage.gateway.url + PATHS.chat, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: padded,
    });
    // A name may not be so long: it was read, and judged.
    expect([200, 400]).toContain(response.status);
    await response.text();
  });
  test.each<[string, Spoken, string]>([
    ["a key twice", "chat", FINE.replace("{", '{"messages":[],')],
    ["a key twice, escaped", "chat", FINE.replace("{", String.raw`{"mess\u0061ges":[],`)],
    ["in a message", "chat", FINE.replace('"role"', String.raw`"ro\u006ce":"system","role"`)],
    [
      "in a prompt's request",
      "completions",
      asking("completions", "fine").replace("{", '{"prompt":"x",'),
    ],
    [
      "in an input's request",
      "responses",
      asking("responses", "fine").replace("{", String.raw`{"\u0069nput":"x",`),
    ],
    [
      "in a message's",
      "messages",
      asking("messages", "fine").replace("{", '{"system":"a","system":"b",'),
    ],
    [
      "in a tool's schema",
      "chat",
      FINE.replace(
        "{",
        '{"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","type":"string"}}}],',
      ),
    ],
    [
      "in a call's arguments, as an object",
      "messages",
      `{"model":"fine-messages","max_tokens":9,"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{"a":{"b":1,"\\u0062":2}}}]},{"role":"user","content":"fine"}]}`,
    ],
    [
      "in a call's arguments, as a text",
      "chat",
      JSON.stringify({
        model: "fine-chat",
        messages: [
          {
            role: "assistant",
            tool_calls: [
              {
                id: "a",
                type: "function",
                function: { name: "f", arguments: String.raw`{"a":{"b":1,"\u0062":2}}` },
              },
            ],
          },
          { role: "tool", tool_call_id: "a", content: "x" },
          { role: "user", content: "fine" },
        ],
      }),
    ],
    [
      "in a call's arguments in Responses",
      "responses",
      JSON.stringify({
        model: "fine-responses",
        input: [
          { type: "function_call", call_id: "a", name: "f", arguments: '{"a":1,"a":2}' },
          { type: "function_call_output", call_id: "a", output: "x" },
          { role: "user", content: "fine" },
        ],
      }),
    ],
    ["nesting without end", "chat", `{"model":"fine-chat","messages":${"[".repeat(5_000_000)}`],
    ["nesting without end in objects", "messages", `{"a":`.repeat(1_000_000)],
    [
      "nesting without end in a call's arguments",
      "chat",
      JSON.stringify({
        model: "fine-chat",
        messages: [
          {
            role: "assistant",
            tool_calls: [
              {
                id: "a",
                type: "function",
                function: { name: "f", arguments: "[".repeat(100_000) },
              },
            ],
          },
          { role: "tool", tool_call_id: "a", content: "x" },
          { role: "user", content: "fine" },
        ],
      }),
    ],
  ])("%s is refused: %#", async (_, dialect, body) => {
    const before = stage.upstream.asked.length;
    // A body of megabytes keeps the process busy for a moment, in which others are told to come again.
    await expect.poll(() => statusOf(dialect, body), { timeout: 10_000, interval: 200 }).toBe(400);
    expect(stage.upstream.asked.length).toBe(before);
    expect((await fetch(`${stage.gateway.url}/livez`)).status).toBe(200);
  });
});

async function statusOf(dialect: Spoken, body: string): Promise<number> {
  const response = await fetch(stage.gateway.url + PATHS[dialect], {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  await response.text();
  return response.status;
}
