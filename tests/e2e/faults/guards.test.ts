import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { DIALECTS } from "../../../packages/plimsoll/src/gateway/dialects/all.ts";
import type { PolicyGuard } from "../../../packages/plimsoll/src/gateway/pipeline/guards.ts";
import type { Scanner } from "../../../packages/plimsoll/src/kernel/guard.ts";
import {
  openScripted,
  type ScriptedUpstream,
} from "../../../packages/plimsoll/src/testing/upstream/scripted.ts";
import { startServing, type Gateway } from "../../../packages/plimsoll/src/verbs/serve/serve.ts";
import { serveSettings } from "../../../packages/plimsoll/src/verbs/serve/settings.ts";
import { makeWorld } from "../world.ts";
import { endOf, PATHS, SPOKEN, textOf, type Spoken } from "./dialects.ts";

/** Pieces that an upstream writes one by one: the guard goes wrong at the second. */
const PIECES = ["one two three. ", "HIDDEN ", "four five."];

/** Milliseconds between two pieces, so that each is looked at by itself. */
const BETWEEN_MS = 30;

/** Milliseconds that the guard may take. */
const GUARD_MS = 150;

const all = (text: string, offset: number) => ({ safe: offset + text.length, edits: [] });

/** Guards by what they do when they are shown what is hidden. */
const GUARDS: Readonly<
  Record<string, (text: string, offset: number) => ReturnType<Scanner["push"]>>
> = {
  throws: () => {
    throw new TypeError("HIDDEN cannot be looked at");
  },
  rejects: () => Promise.reject(new TypeError("HIDDEN cannot be looked at")),
  stalls: () => new Promise(() => {}),
  late: async (text, offset) => {
    await sleep(GUARD_MS * 2);
    return all(text, offset);
  },
  "says-more-is-safe-than-there-is": (_, offset) => ({ safe: offset + 1_000, edits: [] }),
  "goes-back": () => ({ safe: -1, edits: [] }),
};

function guardOf(name: string, behave: (typeof GUARDS)[string]): PolicyGuard {
  return {
    id: `testing/${name}`,
    version: "1",
    mode: "redact",
    onError: "block",
    timeoutMs: GUARD_MS,
    sides: ["response"],
    channels: ["text", "reasoning", "refusal", "tool-name", "tool-args", "citation"],
    open: () => {
      let offset = 0;
      return {
        push: (text) => {
          const start = offset;
          offset += text.length;
          return text.includes("HIDDEN") ? behave(text, start) : all(text, start);
        },
      };
    },
  };
}

const chunk = (value: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, ...value, finish_reason: finish }] })}\n\n`;

const world = makeWorld();
let upstream: ScriptedUpstream;
beforeAll(async () => {
  upstream = await openScripted(({ body }, response) => {
    const { stream, prompt, tools }: { stream?: boolean; prompt?: string; tools?: unknown } =
      Object(body);
    const own = (text: string, key: "delta" | "message") =>
      prompt !== undefined
        ? { text }
        : tools === undefined
          ? { [key]: { content: text } }
          : { [key]: callOf(text) };
    if (stream !== true) {
      const choice = { index: 0, ...own(PIECES.join(""), "message"), finish_reason: "stop" };
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ choices: [choice] }));
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    void (async () => {
      for (const text of PIECES) {
        response.write(chunk(own(text, "delta")));
        await sleep(BETWEEN_MS);
      }
      response.end(`${chunk(own("", "delta"), "stop")}data: [DONE]\n\n`);
    })();
  });
});
afterAll(async () => {
  await upstream.close();
  world.remove();
});

const callOf = (text: string) => ({
  tool_calls: [{ index: 0, id: "a", function: { name: "look", arguments: text } }],
});

/** A gateway in this process: a guard that fails cannot be configured. */
async function gatewayWith(guard: PolicyGuard): Promise<Gateway> {
  const flags = { port: "0", upstreams: [`m=${upstream.url}`], prices: [] };
  const begun = {
    settings: serveSettings(undefined, flags, {}),
    guards: [guard],
    require: [],
    files: [],
    found: new Map<string, string>(),
  };
  return startServing({
    begun,
    read: () => Promise.resolve(begun),
    dialects: DIALECTS,
    admit: undefined,
    cwd: world.path,
    home: world.folder(guard.id.replace("/", "-"), {}),
    origin: "plimsoll/test",
    now: () => Date.now(),
    log: () => {},
  });
}

function bodyOf(dialect: Spoken, more: object): string {
  const messages = [{ role: "user", content: "go on" }];
  const own = {
    chat: { messages },
    completions: { prompt: "go on" },
    responses: { input: "go on" },
    messages: { messages, max_tokens: 64 },
  }[dialect];
  return JSON.stringify({ model: "m", ...own, ...more });
}

const ask = (gateway: Gateway, dialect: Spoken, more: object): Promise<Response> =>
  fetch(gateway.url + PATHS[dialect], {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: bodyOf(dialect, more),
  });

/** What every dialect says of an answer that a guard ended. */
const FILTERED = /content_filter|"refusal"/u;

const TOOL = { type: "function", function: { name: "look", parameters: { type: "object" } } };

describe.each(Object.entries(GUARDS))(
  "a guard that fails in the middle of a stream: %s",
  (name, behave) => {
    let gateway: Gateway;
    beforeAll(async () => {
      gateway = await gatewayWith(guardOf(name, behave));
    });
    afterAll(() => gateway.close());

    test("nothing that it did not look at leaves, in any dialect", async () => {
      await Promise.all(
        SPOKEN.map(async (dialect) => {
          const response = await ask(gateway, dialect, { stream: true });
          const text = await response.text();
          expect([dialect, response.status, textOf(dialect, text)]).toEqual([
            dialect,
            200,
            PIECES[0],
          ]);
          expect(text).not.toMatch(/HIDDEN|four/u);
          expect([endOf(dialect, text), FILTERED.test(text)]).toEqual(["whole", true]);
          const whole = await ask(gateway, dialect, {});
          expect(await whole.text()).not.toMatch(/HIDDEN|four/u);
        }),
      );
    });

    test("nor in a call's arguments, and the receipt tells what was looked at", async () => {
      const response = await ask(gateway, "chat", { stream: true, tools: [TOOL] });
      const text = await response.text();
      expect(text).not.toMatch(/HIDDEN|four/u);
      const id = response.headers.get("x-plimsoll-request-id") ?? "";
      const receipt: {
        readonly response?: readonly { readonly scanned: number; readonly released: number }[];
      } = Object(await (await fetch(`${gateway.url}/v1/plimsoll/receipts/${id}`)).json());
      const channels = JSON.stringify(receipt);
      expect(channels).toContain("released");
      const found = [
        ...channels.matchAll(
          /"released":(\d+)[^}]*?"scanned":(\d+)|"scanned":(\d+)[^}]*?"released":(\d+)/gu,
        ),
      ];
      for (const [, r1, s1, s2, r2] of found) {
        expect(Number(r1 ?? r2)).toBeLessThanOrEqual(Number(s1 ?? s2));
      }
    });
  },
);

test("its near miss, a guard that takes its time and answers, lets everything out", async () => {
  const slow = guardOf("slow", async (text, offset) => {
    await sleep(GUARD_MS / 5);
    return all(text, offset);
  });
  const gateway = await gatewayWith(slow);
  for (const dialect of SPOKEN) {
    const text = await (await ask(gateway, dialect, { stream: true })).text();
    expect([textOf(dialect, text), endOf(dialect, text)]).toEqual([PIECES.join(""), "whole"]);
  }
  await gateway.close();
});
