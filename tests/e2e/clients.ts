import type { ServerResponse } from "node:http";

import {
  openScripted,
  sendEvents,
  type Asked,
  type Script,
  type ScriptedUpstream,
} from "../../packages/plimsoll/src/testing/upstream/scripted.ts";
import { startGateway, type RunningGateway } from "./gateway.ts";

/** A gateway before an upstream that does what each test says. */
export type Stage = {
  readonly gateway: RunningGateway;
  readonly upstream: ScriptedUpstream;
  /** What the upstream does from now on. */
  readonly play: (script: Script) => void;
  /** Bodies that the upstream was sent, but for questions whether it lives. */
  readonly asked: () => readonly Record<string, unknown>[];
  /** The last of them. */
  readonly last: () => Record<string, unknown>;
  readonly close: () => Promise<void>;
};

/** Starts both; the model is called `chat`, and its upstream says again what it was told. */
export async function openStage(
  home: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Stage> {
  let playing: Script = echo;
  const upstream = await openScripted((asked, response) => {
    if (asked.path === "/v1/models") response.end("{}");
    else playing(asked, response);
  });
  const gateway = await startGateway(["--upstream", `chat=${upstream.url}`, ...args], home, env);
  const asked = (): readonly Record<string, unknown>[] =>
    upstream.asked.filter(({ path }) => path !== "/v1/models").map(({ body }) => Object(body));
  return {
    gateway,
    upstream,
    play: (script) => {
      playing = script;
    },
    asked,
    last: () => asked().at(-1) ?? {},
    close: async () => {
      await gateway.end();
      await upstream.close();
    },
  };
}

/** An answer, as deltas and as the one message that they make. */
export type Played = {
  readonly deltas: readonly object[];
  readonly message: object;
  readonly finish?: string;
  /** Of whole answers and of streams alike. */
  readonly usage?: object;
};

/** Tokens that answers here took. */
export const TOOK = { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 };

/** Answers as a server does: as a stream where that is asked for. */
export function answer({ deltas, message, finish = "stop", usage = TOOK }: Played): Script {
  return ({ body }, response) => {
    if (Object(body).stream !== true) {
      json(response, 200, {
        choices: [{ index: 0, message: { role: "assistant", ...message }, finish_reason: finish }],
        usage,
      });
      return;
    }
    sendEvents(response, [
      event({ role: "assistant", content: "" }),
      ...deltas.map((delta) => event(delta)),
      event({}, finish),
      `data: ${JSON.stringify({ choices: [], usage })}\n\n`,
      "data: [DONE]\n\n",
    ]);
  };
}

/** Answers with a text, in pieces of two characters where it is streamed. */
export function say(text: string): Script {
  const pieces = text.match(/.{1,2}/gsu) ?? [];
  return answer({
    deltas: pieces.map((content) => ({ content })),
    message: { content: text },
  });
}

/** Says what the last message said. */
export const echo: Script = (asked, response) => {
  say(`You said: ${wishOf(asked)}`)(asked, response);
};

function wishOf({ body }: Asked): string {
  const { messages }: { messages?: { content: unknown }[] } = Object(body);
  const content = messages?.at(-1)?.content;
  return typeof content === "string" ? content : JSON.stringify(content);
}

/** One event of a stream. */
export function event(delta: object, finish: string | null = null): string {
  return `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
}

/** Answers with a status and JSON. */
export function json(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

/** Begins a stream, says one piece and nothing more. */
export const begin: Script = (_, response) => {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(event({ role: "assistant", content: "One " }));
};

/** Begins a stream and breaks it off. */
export const cut: Script = (_, response) => {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(event({ role: "assistant", content: "Half " }), () => response.destroy());
};

/** Never answers. */
export const hang: Script = () => {};

const LOOK_SEA = '{"at":"sea"}';
const LOOK_SKY = '{"at":"sky","n":2}';

/** Two calls with something said before; streamed to and fro, with arguments in pieces. */
export const TWO_CALLS: Played = {
  deltas: [
    { content: "I look." },
    { tool_calls: [call(0, "up_a", "look", '{"at"')] },
    { tool_calls: [call(1, "up_b", "look", "")] },
    { tool_calls: [{ index: 0, function: { arguments: ':"sea"}' } }] },
    { tool_calls: [{ index: 1, function: { arguments: '{"at":"sky",' } }] },
    { tool_calls: [{ index: 1, function: { arguments: '"n":2}' } }] },
  ],
  message: {
    content: "I look.",
    tool_calls: [call(0, "up_a", "look", LOOK_SEA), call(1, "up_b", "look", LOOK_SKY)],
  },
  finish: "tool_calls",
};

function call(index: number, id: string, name: string, args: string): object {
  return { index, id, type: "function", function: { name, arguments: args } };
}

/** What is in those calls. */
export const TWO_ARGS: readonly string[] = [LOOK_SEA, LOOK_SKY];

/** A red point, as an image within a request. */
export const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==";

/** A JSON Schema for answers. */
export const SCHEMA = {
  type: "object",
  properties: { sea: { type: "string" } },
  required: ["sea"],
  additionalProperties: false,
};
