import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { endOf, SPOKEN, textOf } from "./dialects.ts";
import { residentBytes } from "./memory.ts";
import { BROKEN, HANGING, LIES, ODD, ONE_OF_TWO_ENDS, REFUSED } from "./scenes.ts";
import { openStage, usageChunk, type Stage } from "./stage.ts";

/** Bytes that the gateway may grow by while an upstream writes 100 MB in a line. */
const GROWTH_MAX = 96 * 1_048_576;

const cases = (names: readonly string[]) =>
  SPOKEN.flatMap((dialect) => names.map((name) => [name, dialect] as const));

const idOf = (response: Response): string => response.headers.get("request-id") ?? "";

describe("a stream that breaks off", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ ...BROKEN, ...ONE_OF_TWO_ENDS });
  });
  afterAll(() => stage.close());
  test.each(cases(Object.keys(BROKEN)))("%s, %s", async (scene, dialect) => {
    const response = await stage.post(dialect, scene, { stream: true });
    const text = await response.text();
    expect([response.status, endOf(dialect, text)]).toEqual([200, "error"]);
    expect(textOf(dialect, text)).toContain("one two");
    expect(text).not.toMatch(/inside|10\.1\.2\.3|127\.0\.0\.1/u);
    const record = stage.recorded().get(idOf(response));
    expect(record).toMatchObject({ outcome: "cut", isEstimated: true });
    expect(record?.output).toBeGreaterThan(0);
  });
  test.each(cases(["cut", "ends-early", "an-error-within"]))(
    "%s, %s, where a whole answer was asked for, is charged and no answer",
    async (scene, dialect) => {
      const response = await stage.post(dialect, scene);
      const text = await response.text();
      expect([response.status, text.includes("one two")]).toEqual([502, false]);
      const record = stage.recorded().get(idOf(response));
      expect(record).toMatchObject({ outcome: "cut", isEstimated: true });
      expect(record?.output).toBeGreaterThan(0);
    },
  );
  test.each(["chat", "completions"] as const)("one choice of two, %s", async (dialect) => {
    const response = await stage.post(dialect, "one-of-two-ends", { stream: true, n: 2 });
    expect([response.status, endOf(dialect, await response.text())]).toEqual([200, "error"]);
    const alone = await stage.post(dialect, "one-of-two-ends", { stream: true });
    expect(endOf(dialect, await alone.text())).toBe("whole");
  });
  test("100 MB in one line are not kept", async () => {
    const before = rssOf(stage);
    await Promise.all(
      SPOKEN.map(async (dialect) => {
        const response = await stage.post(dialect, "a-line-without-end", { stream: true });
        expect(endOf(dialect, await response.text())).toBe("error");
      }),
    );
    expect(rssOf(stage) - before).toBeLessThan(GROWTH_MAX);
  });
});

/** Resident memory of the gateway, in bytes; 0 where the system does not tell. */
function rssOf({ gateway }: Stage): number {
  return residentBytes(gateway.child.pid ?? 0);
}

describe("an upstream that hangs", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(HANGING, { route: "first_token: 700ms, stall: 700ms" });
  });
  afterAll(() => stage.close());
  test.each(cases(Object.keys(HANGING)))("%s, %s", async (scene, dialect) => {
    const asked = stage.upstream.next();
    const response = await stage.post(dialect, scene, { stream: true });
    const text = await response.text();
    const hasBegun = /one two/u.test(text);
    expect([response.status, hasBegun ? endOf(dialect, text) : "error"]).toEqual([
      hasBegun ? 200 : 504,
      "error",
    ]);
    expect(await (await asked).gone).toBeGreaterThan(0);
    expect(stage.recorded().get(idOf(response))).toMatchObject({ isEstimated: true });
  });
});

describe("what is no answer is refused, without a word of it", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(REFUSED);
  });
  afterAll(() => stage.close());
  const both = Object.keys(REFUSED).flatMap((name) => [
    [name, true] as const,
    [name, false] as const,
  ]);
  test.each(both)("%s, streamed: %s", async (scene, stream) => {
    const before = stage.upstream.asked.length;
    for (const dialect of SPOKEN) {
      const response = await stage.post(dialect, scene, { stream });
      const text = await response.text();
      expect([dialect, response.status, endOf(dialect, text)]).toEqual([dialect, 502, "open"]);
      expect(text).not.toMatch(/inside|10\.1\.2\.3|elsewhere|127\.0\.0\.1/u);
      // What came of an answer was written for us, and is paid for.
      const [outcome, output] = scene === "no-finish" ? ["cut", 1] : ["failed", 0];
      expect(stage.recorded().get(idOf(response))).toMatchObject({ outcome, output });
    }
    expect(stage.upstream.asked.length - before).toBe(SPOKEN.length);
  });
});

describe("an upstream that is not there", () => {
  test("is told as one that failed, at once, and by no address", async () => {
    const stage = await openStage({ fine: () => {} });
    await stage.upstream.close();
    const response = await stage.post("chat", "fine", { stream: true });
    const text = await response.text();
    expect([response.status, text.includes("127.0.0.1"), text.includes("ECONN")]).toEqual([
      502,
      false,
      false,
    ]);
    expect(stage.recorded().get(idOf(response))).toMatchObject({ outcome: "failed", input: 0 });
    await stage.close();
  });
});

describe("a stream that is odd and whole is told as it should have been", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(
      Object.fromEntries(Object.entries(ODD).map(([name, [scene]]) => [name, scene])),
    );
  });
  afterAll(() => stage.close());
  test.each(cases(Object.keys(ODD)))("%s, %s", async (scene, dialect) => {
    const response = await stage.post(dialect, scene, { stream: true });
    const text = await response.text();
    expect([response.status, endOf(dialect, text)]).toEqual([200, "whole"]);
    expect(textOf(dialect, text)).toBe(ODD[scene]?.[1]);
    expect(stage.recorded().get(idOf(response))).toMatchObject({ outcome: "answered" });
  });
  test("an end is not waited for behind its mark", async () => {
    const asked = stage.upstream.next();
    const response = await stage.post("chat", "never-ends", { stream: true });
    await response.text();
    expect(await (await asked).gone).toBeLessThan(10_000);
  });
});

describe("what an upstream says of its usage counts where it can be true", () => {
  let stage: Stage;
  beforeAll(async () => {
    const scenes = Object.entries({ ...LIES, true: usageChunk(3, 5) }).map(
      ([name, usage]) =>
        [
          name,
          ({ open, response, piece }: Parameters<(typeof BROKEN)[string]>[0]) => {
            open();
            response.end(
              `${piece("one ")}${piece("two ")}${piece("three")}${piece("", "stop")}${usage}data: [DONE]\n\n`,
            );
          },
        ] as const,
    );
    stage = await openStage(Object.fromEntries(scenes));
  });
  afterAll(() => stage.close());
  test.each(Object.keys(LIES))("%s is estimated", async (scene) => {
    for (const dialect of SPOKEN) {
      const response = await stage.post(dialect, scene, { stream: true });
      expect(endOf(dialect, await response.text())).toBe("whole");
      const record = stage.recorded().get(idOf(response));
      expect(record).toMatchObject({ outcome: "answered", isEstimated: true, output: 5 });
      expect(record?.input).toBeGreaterThan(0);
      expect(record?.input).toBeLessThan(1_000);
    }
  });
  test("its near miss", async () => {
    const response = await stage.post("chat", "true", { stream: true });
    await response.text();
    expect(stage.recorded().get(idOf(response))).toMatchObject({
      isEstimated: false,
      input: 3,
      output: 5,
    });
  });
});

describe("tool calls in any order", () => {
  const call = (index: unknown, named: object, id?: string): string =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta: { tool_calls: [{ index, id, function: named }] } }] })}\n\n`;
  const END = `data: ${JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: "tool_calls" }] })}\n\ndata: [DONE]\n\n`;
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({
      turns: ({ open, response }) => {
        open();
        response.end(
          call(0, { name: "a", arguments: '{"x":' }, "1") +
            call(1, { name: "b", arguments: '{"y":' }, "2") +
            call(0, { arguments: "1}" }) +
            call(1, { arguments: "2}" }) +
            END,
        );
      },
      jumps: ({ open, response }) => {
        open();
        response.end(
          call(900, { name: "a", arguments: '{"x":1}' }, "1") +
            call(3, { name: "b", arguments: '{"y":2}' }, "2") +
            END,
        );
      },
    });
  });
  afterAll(() => stage.close());
  const tools = [{ type: "function", function: { name: "a", parameters: { type: "object" } } }];
  test.each(["turns", "jumps"])("%s", async (scene) => {
    const chat = await stage.post("chat", scene, { stream: true, tools });
    const text = await chat.text();
    expect(endOf("chat", text)).toBe("whole");
    const args = new Map<number, string>();
    for (const [, index, piece] of text.matchAll(
      /"tool_calls":\[\{"index":(\d+).*?"arguments":"((?:[^"\\]|\\.)*)"/gu,
    )) {
      args.set(Number(index), (args.get(Number(index)) ?? "") + JSON.parse(`"${piece}"`));
    }
    expect([...args.values()]).toEqual(['{"x":1}', '{"y":2}']);
    const messages = await stage.post("messages", scene, {
      tools: [{ name: "a", input_schema: { type: "object" } }],
    });
    expect(await messages.json()).toMatchObject({
      content: [
        { type: "tool_use", name: "a", input: { x: 1 } },
        { type: "tool_use", name: "b", input: { y: 2 } },
      ],
    });
  });
});

describe("what an upstream asks for, and what a caller does", () => {
  let stage: Stage;
  const status =
    (code: number, headers: Readonly<Record<string, string>> = {}, body = "{}") =>
    ({ response }: Parameters<(typeof BROKEN)[string]>[0]): void => {
      response.writeHead(code, { "content-type": "application/json", ...headers });
      response.end(body);
    };
  const fine = JSON.stringify({
    choices: [{ index: 0, text: "fine", message: { content: "fine" }, finish_reason: "stop" }],
  });
  let next = 200;
  beforeAll(async () => {
    stage = await openStage({
      seconds: status(429, { "retry-after": "7" }),
      milliseconds: status(503, { "retry-after-ms": "1234", "retry-after": "9" }),
      date: ({ response }) => {
        response.writeHead(429, { "retry-after": new Date(Date.now() + 30_000).toUTCString() });
        response.end();
      },
      past: status(429, { "retry-after": "Thu, 01 Jan 1970 00:00:00 GMT" }),
      nonsense: status(429, { "retry-after": "soon" }),
      rests: ({ response }) => {
        response.writeHead(next, { "content-type": "application/json", "retry-after": "20" });
        response.end(fine);
      },
      told: ({ response }) => {
        response.writeHead(next, { "content-type": "application/json" });
        response.end(fine);
      },
    });
  });
  afterAll(() => stage.close());
  test.each<[string, number, number]>([
    ["seconds", 7_000, 7_000],
    ["milliseconds", 1_234, 1_234],
    ["date", 20_000, 31_000],
    ["past", 0, 0],
  ])("retry-after in %s is kept", async (scene, least, most) => {
    for (const dialect of SPOKEN) {
      const response = await stage.post(dialect, scene);
      await response.text();
      const ms = Number(response.headers.get("retry-after-ms"));
      expect(response.headers.get("retry-after")).toBe(String(Math.ceil(ms / 1_000)));
      expect([ms >= least, ms <= most, response.headers.get("x-should-retry")]).toEqual([
        true,
        true,
        "true",
      ]);
    }
  });
  test("a retry-after that is none is left out", async () => {
    const response = await stage.post("chat", "nonsense");
    await response.text();
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, null]);
  });
  test("an upstream that asks for rest has it, and callers are told how long", async () => {
    next = 429;
    expect((await stage.post("chat", "rests")).status).toBe(503);
    next = 200;
    const before = stage.upstream.asked.length;
    const response = await stage.post("chat", "rests");
    await response.text();
    expect([response.status, stage.upstream.asked.length - before]).toEqual([503, 0]);
    expect(Number(response.headers.get("retry-after-ms"))).toBeGreaterThan(15_000);
    expect((await stage.post("messages", "rests")).status).toBe(200);
  });
  test.each([400, 401, 402, 403, 404, 405, 409, 411, 413, 415, 422, 431, 451, 499])(
    "a %i is the caller's, and cools nobody down",
    async (code) => {
      next = code;
      for (let count = 0; count < 25; count += 1) {
        const response = await stage.post("chat", "told");
        expect(response.status).toBeGreaterThanOrEqual(400);
        await response.text();
      }
      next = 200;
      expect((await stage.post("chat", "told")).status).toBe(200);
    },
  );
  test("its near miss, failures of its own, do", async () => {
    next = 500;
    for (let count = 0; count < 5; count += 1)
      await (await stage.post("completions", "told")).text();
    next = 200;
    expect((await stage.post("completions", "told")).status).toBe(503);
  });
});

describe("where a request goes is the operator's word alone", () => {
  test("no header of a caller changes it", async () => {
    const [stage, other] = await Promise.all([
      openStage({
        fine: ({ response, piece, open }) => {
          open();
          response.end(`${piece("fine", "stop")}data: [DONE]\n\n`);
        },
      }),
      openStage({ fine: () => {} }),
    ]);
    const evil = new URL(other.upstream.url).host;
    const headers = {
      "x-forwarded-host": evil,
      "x-forwarded-for": evil,
      "x-forwarded-proto": "https",
      "x-original-url": `http://${evil}/v1`,
      "x-rewrite-url": `http://${evil}/v1`,
      "x-upstream": evil,
      "x-portkey-custom-host": `http://${evil}/v1`,
      "x-portkey-provider": "openai",
      "openai-base-url": `http://${evil}/v1`,
      "api-base": `http://${evil}/v1`,
      forwarded: `host=${evil};proto=http`,
      via: evil,
    };
    const response = await stage.post("chat", "fine", { api_base: evil, base_url: evil }, headers);
    expect(response.status).toBe(200);
    await response.text();
    const [asked] = stage.upstream.asked;
    expect(asked?.headers.host).toBe(new URL(stage.upstream.url).host);
    expect(Object.keys(asked?.headers ?? {}).toSorted()).toEqual([
      "accept",
      "connection",
      "content-length",
      "content-type",
      "host",
    ]);
    await sleep(0);
    expect(other.upstream.asked).toEqual([]);
    await Promise.all([stage.close(), other.close()]);
  });
});
