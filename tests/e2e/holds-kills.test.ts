import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import {
  openScripted,
  type ScriptedUpstream,
} from "../../packages/plimsoll/src/testing/upstream/scripted.ts";
import { startGateway, type RunningGateway } from "./gateway.ts";
import { atDesk, idOf, leakingUpstream, makeKeys, say } from "./held.ts";
import { plimsoll } from "./run.ts";
import { makeWorld } from "./world.ts";

/** Rounds of killing; each is one life of a server. */
const ROUNDS = 4;

/** Clients that ask at once. */
const CLIENTS = 6;

const world = makeWorld();
let upstream: ScriptedUpstream;
beforeAll(async () => {
  upstream = await openScripted(leakingUpstream);
});
afterAll(async () => {
  await upstream.close();
  world.remove();
});

type Told = { readonly tickets: string[]; readonly decided: Map<string, string> };

/** Asks for held answers until the server is gone, and remembers each ticket that it was told. */
async function askOn(url: string, secret: string, { tickets }: Told): Promise<void> {
  for (;;) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- one after another, as a client does
      const response = await fetch(`${url}/v1/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${secret}` },
        body: JSON.stringify({ model: "chat", messages: [{ role: "user", content: "leak" }] }),
      });
      const { error }: { error?: { ticket?: string } } = JSON.parse(await response.text());
      if (error?.ticket !== undefined) tickets.push(idOf(error.ticket));
    } catch {
      // It was killed.
      return;
    }
  }
}

/** Decides on what was told, and remembers each word that counted. */
async function decideOn(
  home: string,
  secret: string,
  told: Told,
  isOver: () => boolean,
): Promise<void> {
  for (let at = 0; !isOver(); at += 1) {
    const id = told.tickets[at % Math.max(1, told.tickets.length)];
    if (id === undefined || told.decided.has(id)) {
      // oxlint-disable-next-line no-await-in-loop -- others have their turn
      await new Promise((resolve) => setTimeout(resolve, 5));
      continue;
    }
    // oxlint-disable-next-line no-await-in-loop -- a person does one thing at a time
    const word = await say(home, id, at % 2 === 0 ? "release" : "refuse", secret);
    if (word === "released" || word === "refused") told.decided.set(id, word);
  }
}

test("what was told or decided before a kill -9 is there after it, once", async () => {
  const home = world.folder("home", {
    "plimsoll.yaml": "serve: { guards: { personal-data: hold } }\n",
  });
  const { asker, ada, bob } = await makeKeys(home, {
    asker: ["developer"],
    ada: ["reviewer"],
    bob: ["reviewer"],
  });
  const [secret = "", ...people] = [asker?.secret, ada?.secret ?? "", bob?.secret ?? ""];
  const told: Told = { tickets: [], decided: new Map() };
  let server: RunningGateway = await startGateway(["--upstream", `chat=${upstream.url}`], home);
  for (let round = 0; round < ROUNDS; round += 1) {
    let isOver = false;
    const known = told.tickets.length + told.decided.size;
    const asking = Array.from({ length: CLIENTS }, () => askOn(server.url, secret, told));
    const deciding = people.map((one) => decideOn(home, one, told, () => isOver));
    // Killed in the middle of it, at another moment each time.
    while (told.tickets.length + told.decided.size < known + 12 + round * 3) {
      // oxlint-disable-next-line no-await-in-loop -- until enough is going on
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await server.end("SIGKILL");
    isOver = true;
    await Promise.all([...asking, ...deciding]);
    server = await startGateway(["--upstream", `chat=${upstream.url}`], home);
  }
  await server.end();
  const all = await atDesk(home, people[0], (review) => review.list());
  const states = new Map(all.map(({ id, state }) => [id, state]));
  expect(told.tickets.filter((id) => !states.has(id))).toEqual([]);
  expect([...told.decided].filter(([id, word]) => states.get(id) !== word)).toEqual([]);
  const env = { PLIMSOLL_HOME: join(home, "state") };
  const log = await plimsoll(["audit", "export"], { env });
  const kinds = new Map<string, string[]>();
  for (const line of log.stdout.split("\n")) {
    if (!line.includes("review.")) continue;
    const { kind, body }: { kind: string; body: { hold: string } } = JSON.parse(line);
    kinds.set(body.hold, [...(kinds.get(body.hold) ?? []), kind]);
  }
  for (const [id, state] of states) {
    const own = kinds.get(id) ?? [];
    const ends = state === "open" ? [] : [`review.${state === "released" ? "release" : "refuse"}`];
    // An event that was written and not yet taken out of the store is written again: told twice, never not at all.
    expect([id, ...new Set(own)]).toEqual([id, "review.hold", ...ends]);
  }
  const verified = await plimsoll(["audit", "verify", "--json"], { env });
  expect(JSON.parse(verified.stdout)).toMatchObject({ verdict: "intact" });
});
