import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { openStore } from "../../../packages/plimsoll/src/store/open.ts";
import {
  chatBody,
  chatEvents,
  openScripted,
  sendEvents,
  type Script,
} from "../../../packages/plimsoll/src/testing/upstream/scripted.ts";
import { verdictOf } from "../audit-kills.ts";
import { startGateway, type RunningGateway } from "../gateway.ts";
import { moments } from "../killed.ts";
import { plimsoll } from "../run.ts";
import { endOf, PATHS } from "./dialects.ts";
import { eventsIn } from "./log-events.ts";

/** How a series of kills of a serving gateway ended. */
export type ServeKills = {
  readonly kills: number;
  /** Answers that clients had to their last byte. */
  readonly acknowledged: number;
  /** Answers that a kill broke off. */
  readonly broken: number;
  /** Requests that the log has. */
  readonly recorded: number;
  /** Requests that a kill left in the log alone, and that the next start brought to the store. */
  readonly replayed: number;
  /** Starts that cut off a line that was being written. */
  readonly torn: number;
};

/** Clients that ask at the same time. */
const CLIENTS = 12;

/** Milliseconds within which the gateway is killed, after its first answer. */
const WITHIN_MS = 700;

/** Rows that are read back at most. */
const ROWS_MAX = 1_000_000;

const MODEL = "chat";

/**
 * Kills a gateway under load at random moments, each time in the home that the last one left. After every kill each
 * answer that a client had whole stands in the log, once; after every start the store has each request of the log,
 * and its budgets have spent what the log says, to the token.
 * @throws TypeError when it is not so.
 */
export async function killServers(home: string, count: number, seed: number): Promise<ServeKills> {
  const upstream = await openScripted(answerAtOnce);
  const key = await makeKey(home);
  const moment = moments(seed);
  const acknowledged = new Set<string>();
  let [broken, replayed] = [0, 0];
  const start = (): Promise<RunningGateway> =>
    startGateway(["--upstream", `${MODEL}=${upstream.url}`, "--price", `${MODEL}=0.5/1.5`], home);
  const check = async (kill: number): Promise<void> => {
    const said = await differenceOf(home);
    if (said !== undefined) throw new TypeError(`kill ${kill} of seed ${seed}: ${said}`);
  };
  try {
    for (let kill = 0; kill < count; kill += 1) {
      const gateway = await start();
      await check(kill);
      const load = openLoad(gateway.url, key);
      await load.first;
      await sleep(moment.next().value * WITHIN_MS);
      await gateway.end("SIGKILL");
      const done = await load.ended;
      for (const id of done.whole) acknowledged.add(id);
      broken += done.broken;
      const lost = lostOf(home, acknowledged);
      if (lost !== undefined) throw new TypeError(`kill ${kill} of seed ${seed}: ${lost}`);
      replayed += recordedIn(home).size - (await storedIn(home)).ids.size;
    }
    const last = await start();
    await check(count);
    await last.end();
  } finally {
    await upstream.close();
  }
  const events = [...eventsIn(home)];
  return {
    kills: count,
    acknowledged: acknowledged.size,
    broken,
    recorded: recordedIn(home).size,
    replayed,
    torn: events.filter(({ kind }) => kind === "log.recovered").length,
  };
}

/** A key with a budget of each unit, so large that none is spent. */
async function makeKey(home: string): Promise<string> {
  const budgets = ["1000000requests", "900000000tokens", "1000USD"];
  const ran = await plimsoll(
    ["keys", "create", "--name", "drill", ...budgets.flatMap((one) => ["--budget", one]), "--json"],
    { cwd: home, env: { PLIMSOLL_HOME: join(home, "state") } },
  );
  const { key }: { readonly key: string } = JSON.parse(ran.stdout);
  return key;
}

const answerAtOnce: Script = ({ path, body }, response) => {
  const { stream }: { readonly stream?: boolean } = Object(body);
  if (path.endsWith("/models")) response.end("{}");
  else if (path.endsWith("/embeddings")) {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ data: [{ index: 0, embedding: [0.5] }], usage: { prompt_tokens: 2 } }));
  } else if (stream === true) sendEvents(response, chatEvents(["one ", "two ", "three."]));
  else {
    response.setHeader("content-type", "application/json");
    response.end(chatBody("one two three."));
  }
};

const messages = [{ role: "user", content: "tell me" }];

/** What clients ask in turn. */
const WISHES = [
  { path: PATHS.chat, ends: "chat", body: { messages, stream: true } },
  { path: PATHS.messages, ends: "messages", body: { messages, max_tokens: 16, stream: true } },
  { path: PATHS.chat, ends: undefined, body: { messages } },
  { path: PATHS.responses, ends: "responses", body: { input: "tell me", stream: true } },
  { path: "/v1/embeddings", ends: undefined, body: { input: "tell me" } },
] as const;

type Load = {
  /** Resolves when a first answer was whole. */
  readonly first: Promise<void>;
  /** Resolves when nobody answers any more. */
  readonly ended: Promise<{ readonly whole: readonly string[]; readonly broken: number }>;
};

function openLoad(url: string, key: string): Load {
  const { promise: first, resolve } = Promise.withResolvers<void>();
  const whole: string[] = [];
  let broken = 0;
  const client = async (offset: number): Promise<void> => {
    for (let turn = offset; ; turn += 1) {
      const wish = WISHES[turn % WISHES.length] ?? WISHES[0];
      try {
        whole.push(await askedWhole(url, key, wish));
        resolve();
      } catch (error) {
        if (error instanceof TypeError && error.message.startsWith("not answered")) throw error;
        // The gateway is gone.
        broken += 1;
        return;
      }
    }
  };
  const clients = Array.from({ length: CLIENTS }, (_, offset) => client(offset));
  return { first, ended: Promise.all(clients).then(() => ({ whole, broken })) };
}

/** Asks, reads to the last byte, and returns the request's name. */
async function askedWhole(url: string, key: string, wish: (typeof WISHES)[number]): Promise<string> {
  const response = await fetch(url + wish.path, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
    body: JSON.stringify({ model: MODEL, ...wish.body }),
  });
  const text = await response.text();
  if (response.status !== 200) throw new TypeError(`not answered: ${response.status} ${text}`);
  const isWhole = wish.ends === undefined || endOf(wish.ends, text) === "whole";
  if (!isWhole) throw new RangeError("it was broken off");
  return response.headers.get("x-plimsoll-request-id") ?? "";
}

type Charge = { readonly amount: number; readonly id: string };
type RecordedCharges = { readonly outcome: string; readonly budgets: readonly Charge[] };

/** The requests of the log with what they cost. */
function recordedIn(home: string): ReadonlyMap<string, readonly Charge[]> {
  const recorded = new Map<string, readonly Charge[]>();
  for (const { kind, request = "", body } of eventsIn(home)) {
    if (kind !== "request") continue;
    if (recorded.has(request)) throw new TypeError(`${request} is recorded twice`);
    const { budgets }: RecordedCharges = Object(body);
    recorded.set(request, budgets);
  }
  return recorded;
}

function lostOf(home: string, acknowledged: ReadonlySet<string>): string | undefined {
  const { verdict, reason } = verdictOf(join(home, "state/audit"));
  if (verdict !== "intact" && verdict !== "unsealed") return `${verdict}: ${reason ?? ""}`;
  const recorded = recordedIn(home);
  const lost = [...acknowledged].filter((id) => !recorded.has(id));
  return lost.length === 0 ? undefined : `${lost.length} acknowledged answers are not in the log`;
}

type Stored = {
  readonly ids: ReadonlySet<string>;
  readonly spent: ReadonlyMap<string, number>;
  readonly counted: number;
};

/** The requests of the store, and what its budgets have spent. */
async function storedIn(home: string): Promise<Stored> {
  const folder = join(home, "state/store");
  const store = await openStore({ folder, mode: "tool", now: () => Date.now() });
  try {
    const rows = await store.requests.recent({ limit: ROWS_MAX });
    const sums = await store.requests.usage(0);
    return {
      ids: new Set(rows.map(({ id }) => id)),
      spent: new Map((await store.budgets.all()).map(({ id, spent }) => [id, spent])),
      counted: sums.reduce((sum, { requests }) => sum + requests, 0),
    };
  } finally {
    await store.close();
  }
}

/** How the store differs from the log; undefined when it does not. */
async function differenceOf(home: string): Promise<string | undefined> {
  const recorded = recordedIn(home);
  const stored = await storedIn(home);
  const missing = [...recorded.keys()].filter((id) => !stored.ids.has(id)).length;
  if (missing > 0 || stored.ids.size !== recorded.size || stored.counted !== recorded.size) {
    return `${recorded.size} recorded, ${stored.ids.size} stored, ${stored.counted} counted, ${missing} missing`;
  }
  const owed = new Map<string, number>();
  for (const { id, amount } of [...recorded.values()].flat()) {
    owed.set(id, (owed.get(id) ?? 0) + amount);
  }
  const wrong = [...stored.spent].filter(([id, spent]) => (owed.get(id) ?? 0) !== spent);
  return wrong.length === 0
    ? undefined
    : wrong.map(([id, spent]) => `budget ${id} spent ${spent} of ${owed.get(id) ?? 0}`).join(", ");
}
