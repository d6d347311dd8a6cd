import { readdirSync, readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import {
  openScripted,
  type Asked,
  type ScriptedUpstream,
} from "../../../packages/plimsoll/src/testing/upstream/scripted.ts";
import { startGateway, type RunningGateway } from "../gateway.ts";
import { makeWorld } from "../world.ts";
import { asking, modelOf, PATHS, SPOKEN, type Spoken } from "./dialects.ts";

/** Milliseconds after which is asked again. */
const AGAIN_MS = 200;

/** What one request to the scripted upstream is played with. */
export type Play = {
  readonly asked: Asked;
  readonly response: ServerResponse;
  readonly isStream: boolean;
  /** A chunk of the stream that was asked for, as the dialect of the address has it. */
  readonly piece: (text: string, finish?: string | null) => string;
  /** Writes the head of an event stream. */
  readonly open: () => void;
};

/** Scenes by the first word of what the user says. */
export type Scenes = Readonly<Record<string, (play: Play) => void>>;

/** The body of a `request` event. */
export type Recorded = {
  readonly outcome: string;
  readonly status: number;
  readonly input: number;
  readonly output: number;
  readonly isEstimated: boolean;
  readonly dialect: string;
  readonly nanos: number | null;
};

/** A gateway before a scripted upstream. */
export type Stage = {
  readonly gateway: RunningGateway;
  readonly upstream: ScriptedUpstream;
  readonly home: string;
  /** What the log holds of requests now, by name. */
  readonly recorded: () => ReadonlyMap<string, Recorded>;
  readonly post: (
    dialect: Spoken,
    text: string,
    more?: Readonly<Record<string, unknown>>,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Response>;
  readonly close: () => Promise<void>;
};

/** What differs from one stage to the next. */
export type StageOptions = {
  /** More fields of each upstream and of each route, as YAML. */
  readonly upstream?: string;
  readonly route?: string;
  /** More fields of `serve:`. */
  readonly serve?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
};

/** Opens a stage. */
export async function openStage(scenes: Scenes, options: StageOptions = {}): Promise<Stage> {
  const world = makeWorld();
  const upstream = await openScripted((asked, response) => {
    play(scenes, asked, response);
  });
  const home = world.folder("home", {
    "plimsoll.yaml": configOf(Object.keys(scenes), upstream.url, options),
  });
  const gateway = await startGateway(options.args ?? [], home, options.env);
  return {
    gateway,
    upstream,
    home,
    recorded: () => recordedIn(home),
    post: (dialect, text, more = {}, headers = {}) =>
      notShed(() =>
        fetch(gateway.url + PATHS[dialect], {
          method: "POST",
          headers: { "content-type": "application/json", ...headers },
          body: asking(dialect, text, more),
        }),
      ),
    close: async () => {
      await gateway.end();
      await upstream.close();
      world.remove();
    },
  };
}

/** Asks again where this machine has too much to do for its gateway to keep up: that is not what is tried here. */
async function notShed(ask: () => Promise<Response>): Promise<Response> {
  for (;;) {
    const response = await ask();
    if (response.status !== 503 && response.status !== 529) return response;
    const text = await response.text();
    if (!text.includes("The gateway has too much to do")) return new Response(text, response);
    await sleep(AGAIN_MS);
  }
}

/** An upstream and a route for each scene in each dialect, without questions whether it lives. */
export function configOf(
  scenes: readonly string[],
  url: string,
  { upstream = "", route = "", serve = "" }: StageOptions = {},
): string {
  const names = scenes.flatMap((scene) => SPOKEN.map((dialect) => modelOf(dialect, scene)));
  const upstreams = names.map(
    (name) => `    ${name}: { url: "${url}", health: off, ${upstream} }\n`,
  );
  const routes = names.map((name) => `    ${name}: { upstreams: [${name}], ${route} }\n`);
  return `serve:\n  upstreams:\n${upstreams.join("")}  routes:\n${routes.join("")}${serve}`;
}

function play(scenes: Scenes, asked: Asked, response: ServerResponse): void {
  const body: {
    readonly stream?: boolean;
    readonly prompt?: string;
    readonly input?: readonly string[];
    readonly messages?: readonly { readonly content: unknown }[];
  } = Object(asked.body);
  const said = body.prompt ?? body.input?.[0] ?? String(body.messages?.at(-1)?.content);
  const scene = scenes[said.split(" ", 1)[0] ?? ""];
  if (scene === undefined) {
    response.writeHead(500);
    response.end("there is no such scene");
    return;
  }
  const isPrompt = body.prompt !== undefined;
  scene({
    asked,
    response,
    isStream: body.stream === true,
    piece: (text, finish = null) => {
      const own = isPrompt ? { text } : { delta: { content: text } };
      return `data: ${JSON.stringify({ choices: [{ index: 0, ...own, finish_reason: finish }] })}\n\n`;
    },
    open: () => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.flushHeaders();
    },
  });
}

/** Usage as a stream tells it. */
export function usageChunk(input: unknown, output: unknown): string {
  return `data: ${JSON.stringify({ choices: [], usage: { prompt_tokens: input, completion_tokens: output } })}\n\n`;
}

/** Reads the log's files, as they lie there. */
export function recordedIn(home: string): ReadonlyMap<string, Recorded> {
  const folder = join(home, "state/audit/segments");
  const recorded = new Map<string, Recorded>();
  for (const name of readdirSync(folder).filter((one) => one.endsWith(".jsonl"))) {
    const whole = readFileSync(join(folder, name), "utf8");
    for (const line of whole.slice(0, whole.lastIndexOf("\n")).split("\n")) {
      const event: { kind: string; request: string; body: Recorded } = JSON.parse(line);
      if (event.kind !== "request") continue;
      if (recorded.has(event.request)) throw new Error(`${event.request} is recorded twice`);
      recorded.set(event.request, event.body);
    }
  }
  return recorded;
}
