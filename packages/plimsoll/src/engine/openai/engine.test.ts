import { afterEach, describe, expect, test } from "vitest";

import {
  chatBody,
  chatEvents,
  openScripted,
  sendEvents,
  type Script,
  type ScriptedUpstream,
} from "../../testing/upstream/scripted.ts";
import type { Engine, EngineFailure, EngineLimits, EngineRun } from "../contract.ts";
import type { Delta } from "../delta.ts";
import type { Turn } from "../turn.ts";
import { openOpenAi, type OpenAiOptions } from "./engine.ts";

const TURN: Turn = {
  model: "m",
  messages: [{ role: "user", trust: "user", parts: [{ kind: "text", text: "hi" }] }],
  tools: [],
  output: { kind: "text" },
  sampling: {},
  choices: 1,
  maxOutput: 9,
  stream: true,
  subject: "somebody",
  extra: { model: "not this", top_a: 1 },
};
const LIMITS: EngineLimits = { firstTokenMs: 5_000, stallMs: 5_000 };

const open: (ScriptedUpstream | Engine)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function engineFor(
  script: Script,
  change: Partial<OpenAiOptions> = {},
): Promise<[Engine, ScriptedUpstream]> {
  const upstream = await openScripted(script);
  const engine = openOpenAi({
    url: upstream.url,
    key: undefined,
    parallel: 4,
    health: "off",
    now: () => performance.now(),
    ...change,
  });
  open.push(engine, upstream);
  return [engine, upstream];
}

type Heard = {
  readonly deltas: readonly Delta[];
  readonly failure: EngineFailure | undefined;
  readonly accepted: number;
};

function hear(
  engine: Engine,
  turn: Turn = TURN,
  limits = LIMITS,
  use: (run: EngineRun, heard: Delta[]) => void = () => {},
): Promise<Heard> {
  return new Promise((resolve) => {
    const deltas: Delta[] = [];
    let accepted = 0;
    const run = engine.run(turn, limits, {
      accept: () => {
        accepted += 1;
      },
      delta: (delta) => {
        deltas.push(delta);
        use(run, deltas);
      },
      end: () => {
        resolve({ deltas, failure: undefined, accepted });
      },
      fail: (failure) => {
        resolve({ deltas, failure, accepted });
      },
    });
  });
}

const textOf = ({ deltas }: Heard): string =>
  deltas.map((delta) => (delta.kind === "text" ? delta.text : "")).join("");

describe("an answer comes as deltas", () => {
  test("streamed", async () => {
    const [engine, upstream] = await engineFor(
      (_, response) => {
        sendEvents(response, chatEvents(["Hel", "lo"]));
      },
      { key: "k" },
    );
    const heard = await hear(engine);
    expect(heard.deltas).toEqual([
      { kind: "text", choice: 0, text: "Hel" },
      { kind: "text", choice: 0, text: "lo" },
      { kind: "finish", choice: 0, reason: "stop" },
      { kind: "usage", usage: { input: 5, output: 2 } },
    ]);
    expect([heard.failure, heard.accepted]).toEqual([undefined, 1]);
    expect(upstream.asked[0]).toMatchObject({
      path: "/v1/chat/completions",
      headers: { authorization: "Bearer k" },
      body: { model: "m", top_a: 1, max_tokens: 9, stream_options: { include_usage: true } },
    });
    expect(JSON.stringify(upstream.asked[0]?.body)).not.toContain("somebody");
  });

  test("whole, also where a stream was asked for", async () => {
    const [engine] = await engineFor((_, response) => {
      response.setHeader("content-type", "application/json");
      response.end(chatBody("Hello"));
    });
    for (const stream of [true, false]) {
      expect(textOf(await hear(engine, { ...TURN, stream }))).toBe("Hello");
    }
  });

  test("cut at every byte, with CRLF, a mark and comments", async () => {
    const events = `\uFEFF: hi\r\n\r\n${chatEvents(["a€", "𝄞b"]).join("").replaceAll("\n", "\r\n")}`;
    const [engine] = await engineFor((_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
      for (const byte of Buffer.from(events)) response.write(Buffer.from([byte]));
      response.end();
    });
    expect(textOf(await hear(engine))).toBe("a€𝄞b");
  });
});

describe("what is not the whole answer never ends as one", () => {
  const begun = chatEvents(["Hel"]).slice(0, 2).join("");
  test.each<[string, Script, string, string]>([
    [
      "cut in the middle",
      (_, response) => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write(begun, () => response.destroy());
      },
      "cut",
      "Hel",
    ],
    [
      "ended in the middle",
      (_, response) => {
        sendEvents(response, [begun]);
      },
      "cut",
      "Hel",
    ],
    [
      "an error in the middle",
      (_, response) => {
        sendEvents(response, [begun, 'data: {"error":{"message":"x"}}\n\n', "data: [DONE]\n\n"]);
      },
      "failed",
      "Hel",
    ],
    [
      "no events at all",
      (_, response) => {
        sendEvents(response, []);
      },
      "cut",
      "",
    ],
    [
      "what is no JSON",
      (_, response) => {
        sendEvents(response, ["data: {x\n\n", ...chatEvents(["a"])]);
      },
      "failed",
      "",
    ],
    [
      "a page",
      (_, response) => {
        response.setHeader("content-type", "text/html");
        response.end("<html>");
      },
      "malformed",
      "",
    ],
    [
      "compressed",
      (_, response) => {
        response.writeHead(200, {
          "content-type": "text/event-stream",
          "content-encoding": "gzip",
        });
        response.end("x");
      },
      "malformed",
      "",
    ],
    [
      "a body without choices",
      (_, response) => {
        response.setHeader("content-type", "application/json");
        response.end("{}");
      },
      "malformed",
      "",
    ],
    [
      "a line without end",
      (_, response) => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.end(`data: ${"x".repeat(2_000_000)}`);
      },
      "malformed",
      "",
    ],
    [
      "a redirect",
      (_, response) => {
        response.writeHead(307, { location: "http://127.0.0.1:1/" });
        response.end();
      },
      "malformed",
      "",
    ],
  ])("%s", async (_, script, code, text) => {
    const [engine] = await engineFor(script);
    const heard = await hear(engine);
    expect([heard.failure?.code, textOf(heard)]).toEqual([code, text]);
  });

  test("[DONE] after an answer without a finish reason is its end", async () => {
    const [engine] = await engineFor((_, response) => {
      sendEvents(response, [begun, "data: [DONE]\n\n"]);
    });
    expect((await hear(engine)).failure).toBeUndefined();
  });

  test("nothing is waited for behind [DONE], and its connection is closed", async () => {
    const [engine, upstream] = await engineFor((_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(chatEvents(["a"]).join(""));
    });
    const heard = await hear(engine);
    expect([heard.failure, textOf(heard)]).toEqual([undefined, "a"]);
    await upstream.asked[0]?.gone;
  });

  test("one choice of two that did not end is a cut, and one that nobody asked for is no choice", async () => {
    const [engine] = await engineFor((_, response) => {
      const other = chatEvents(["b"])[1]?.replace('"index":0', '"index":1') ?? "";
      sendEvents(response, [
        ...chatEvents(["a"]).slice(0, 2),
        other,
        ...chatEvents([]).slice(1, 2),
      ]);
    });
    const two = await hear(engine, { ...TURN, choices: 2 });
    expect([two.failure?.code, textOf(two)]).toEqual(["cut", "ab"]);
    const one = await hear(engine);
    expect([one.failure, textOf(one)]).toEqual([undefined, "a"]);
  });
});

test("a date to come again at counts from when the server says that it is", async () => {
  const [engine] = await engineFor((_, response) => {
    const date = new Date(1e12).toUTCString();
    const after = new Date(1e12 + 30_000).toUTCString();
    response.writeHead(429, { date, "retry-after": after });
    response.end();
  });
  expect((await hear(engine)).failure).toMatchObject({ retryAfterMs: 30_000 });
});

describe("statuses", () => {
  test.each([
    [400, "{}", "rejected"],
    [400, '{"error":{"code":"context_length_exceeded"}}', "context-exceeded"],
    [400, "This model's maximum context length is 5 tokens", "context-exceeded"],
    [401, "", "unauthorised"],
    [404, "", "model-unknown"],
    [422, "", "rejected"],
    [429, "", "overloaded"],
    [500, "", "failed"],
    [503, "", "overloaded"],
    [504, "", "timeout"],
  ])("%i %s is %s", async (status, body, code) => {
    const [engine] = await engineFor((_, response) => {
      response.writeHead(status, { "retry-after": "3" });
      response.end(body);
    });
    expect((await hear(engine)).failure).toMatchObject({ code, status, retryAfterMs: 3_000 });
  });
});

describe("what never comes", () => {
  test("nobody listens", async () => {
    const [engine, upstream] = await engineFor(() => {});
    await upstream.close();
    expect((await hear(engine)).failure?.code).toBe("unreachable");
    expect(engine.health().state).toBe("failing");
  });
  test("no headers", async () => {
    const [engine] = await engineFor(() => {});
    const heard = await hear(engine, TURN, { firstTokenMs: 40, stallMs: 5_000 });
    expect(heard.failure?.code).toBe("timeout");
  });
  test("no more pieces", async () => {
    const [engine] = await engineFor((_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(chatEvents(["a"]).slice(0, 2).join(""));
    });
    const heard = await hear(engine, TURN, { firstTokenMs: 5_000, stallMs: 40 });
    expect([heard.failure?.code, textOf(heard)]).toEqual(["timeout", "a"]);
  });
});

test.each([
  ["comments", ": busy\n\n"],
  ["a line that does not end", "d"],
  ["events of nothing", 'data: {"choices":[{"index":0,"delta":{"content":""}}]}\n\n'],
])("%s are no pieces", async (_, beat) => {
  const [engine] = await engineFor((__, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const beats = setInterval(() => response.write(beat), 10);
    response.on("close", () => {
      clearInterval(beats);
    });
  });
  const heard = await hear(engine, TURN, { firstTokenMs: 60, stallMs: 5_000 });
  expect(heard.failure?.code).toBe("timeout");
});

describe("an abort reaches the server", () => {
  test("before it answers", async () => {
    const [engine, upstream] = await engineFor(() => {});
    const next = upstream.next();
    const heard = new Promise<string>((resolve) => {
      const run = engine.run(TURN, LIMITS, {
        accept: () => {},
        delta: () => {},
        end: () => {},
        fail: ({ code }) => {
          resolve(code);
        },
      });
      void next.then(() => {
        run.abort();
        return undefined;
      });
    });
    expect(await heard).toBe("aborted");
    await (
      await next
    ).gone;
  });
  test("while it writes", async () => {
    const [engine, upstream] = await engineFor((_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(chatEvents(["a"]).slice(0, 2).join(""));
    });
    const heard = await hear(engine, TURN, LIMITS, (run) => {
      run.abort();
    });
    expect(heard.failure?.code).toBe("aborted");
    await upstream.asked[0]?.gone;
  });
  test("before it is connected, and nothing is sent", async () => {
    const [engine, upstream] = await engineFor(() => {});
    const code = await new Promise<string>((resolve) => {
      engine
        .run(TURN, LIMITS, {
          accept: () => {},
          delta: () => {},
          end: () => {},
          fail: (failure) => {
            resolve(failure.code);
          },
        })
        .abort();
    });
    expect([code, upstream.asked]).toEqual(["aborted", []]);
  });
});

test("a client that reads slowly stops the server's writing, and goes on where it was", async () => {
  const pieces = Array.from({ length: 400 }, () => "x".repeat(10_000));
  const [engine] = await engineFor((_, response) => {
    sendEvents(response, chatEvents(pieces));
  });
  let isFirst = true;
  const heard = await hear(engine, TURN, { firstTokenMs: 5_000, stallMs: 250 }, (run) => {
    if (!isFirst) return;
    isFirst = false;
    run.pause();
    setTimeout(() => {
      run.resume();
    }, 600);
  });
  expect([heard.failure, textOf(heard).length]).toEqual([undefined, 4_000_000]);
});

const answer =
  (data: unknown): Script =>
  (_, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ data, usage: { prompt_tokens: 2 } }));
  };

describe("vectors", () => {
  const EMBED = { model: "m", inputs: ["a", "b"], encoding: "float", extra: {} } as const;
  test.each<[string, unknown, boolean]>([
    [
      "in any order",
      [
        { index: 1, embedding: [3, 4] },
        { index: 0, embedding: [1, 2] },
      ],
      true,
    ],
    ["one too few", [{ index: 0, embedding: [1, 2] }], false],
    [
      "one twice",
      [
        { index: 0, embedding: [1] },
        { index: 0, embedding: [2] },
      ],
      false,
    ],
    ["of two lengths", [{ embedding: [1] }, { embedding: [1, 2] }], false],
    ["with texts", [{ embedding: ["1"] }, { embedding: ["2"] }], false],
    ["nothing", undefined, false],
  ])("%s", async (_, data, isRead) => {
    const [engine] = await engineFor(answer(data));
    const result = await engine.embed(EMBED, LIMITS, new AbortController().signal);
    expect(result).toMatchObject(
      isRead
        ? {
            kind: "embedded",
            result: {
              vectors: [
                [1, 2],
                [3, 4],
              ],
              inputTokens: 2,
            },
          }
        : { kind: "failed", failure: { code: "malformed" } },
    );
  });
});
