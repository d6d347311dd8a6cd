import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import {
  openHouse,
  openWire,
  type House,
  type Wire,
} from "../../packages/plimsoll/src/testing/house.ts";
import {
  chatBody,
  chatEvents,
  sendEvents,
} from "../../packages/plimsoll/src/testing/upstream/scripted.ts";
import { openStore } from "../../packages/plimsoll/src/store/open.ts";
import { createKey } from "../../packages/plimsoll/src/verbs/keys/keys.ts";
import { plimsoll } from "./run.ts";
import { makeWorld } from "./world.ts";

const world = makeWorld();
let upstream: Wire;
const CHAT = "/v1/chat/completions";
const TEXT = "remember the zanzibar, and write to ada@example.org";
const body = { model: "chat", user: "person-7", messages: [{ role: "user", content: TEXT }] };

beforeAll(async () => {
  upstream = await openWire(({ stream, messages }, response) => {
    const text = `You said: ${String(messages?.at(-1)?.content)}`;
    if (stream === true) {
      sendEvents(response, chatEvents(Array.from(text)));
      return;
    }
    response.setHeader("content-type", "application/json");
    response.end(chatBody(text));
  });
});
afterAll(async () => {
  await upstream.close();
  world.remove();
});

const open = (home: string, more: object = {}): Promise<House> =>
  openHouse({ upstreams: { chat: { url: upstream.url } }, ...more }, { home });

const keyOf = async (home: string, role: "revealer" | "admin"): Promise<string> => {
  const asked = {
    name: role,
    team: "t",
    models: [],
    roles: [role],
    parallel: null,
    lifetimeMs: null,
    budgets: [],
  };
  const place = { home, origin: "plimsoll/test", now: () => Date.now() };
  return (await createKey(asked, undefined, place)).secret;
};

const reveal = (
  home: string,
  request: string,
  key: string | undefined,
  ...args: readonly string[]
) =>
  plimsoll(["subject", "reveal", request, ...args], {
    env: { PLIMSOLL_HOME: home, ...(key === undefined ? {} : { PLIMSOLL_KEY: key }) },
  });

/** The text of a stream of chat chunks. */
function contentOf(stream: string): string {
  return [...stream.matchAll(/"content":"((?:[^"\\]|\\.)*)"/gu)].map(([, text]) => text).join("");
}

/** Every byte that lies in a home. */
function bytesIn(home: string): string {
  return readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => readFileSync(join(one.parentPath, one.name), "latin1"))
    .join("");
}

test("nothing is kept where the policy does not say so", async () => {
  const home = world.folder("silent", {});
  const { post, stop } = await open(home);
  const answer = await post(CHAT, body);
  const id = answer.headers.get("x-plimsoll-request-id") ?? "";
  await answer.text();
  await stop();
  expect(bytesIn(home)).not.toMatch(/zanzibar|ada@|person-7/u);
  const ran = await reveal(home, id, await keyOf(home, "revealer"), "--reason", "why");
  expect([ran.code, ran.stdout]).toEqual([1, ""]);
});

describe("where it does", () => {
  let home = "";
  let id = "";
  let answered = "";
  let log = "";
  beforeAll(async () => {
    home = world.folder("kept", {});
    const { post, stop, said } = await open(home, { bodies: true });
    const answer = await post(CHAT, { ...body, stream: true });
    id = answer.headers.get("x-plimsoll-request-id") ?? "";
    answered = await answer.text();
    await stop();
    log = said.join("\n");
  });
  test("nothing of it lies open on the disk or in the log", () => {
    expect(contentOf(answered)).toBe(`You said: ${TEXT}`);
    expect(log).not.toMatch(/zanzibar|ada@|person-7|body-not-kept/u);
    expect(bytesIn(home)).not.toMatch(/zanzibar|ada@|person-7/u);
  });
  test("a revealer reads it, without what a guard found, and the log has who and why", async () => {
    const key = await keyOf(home, "revealer");
    const ran = await reveal(home, id, key, "--reason", "complaint 12", "--json");
    expect(ran.code).toBe(0);
    const shown: unknown = JSON.parse(ran.stdout);
    expect(shown).toMatchObject({
      schema: "plimsoll/revealed@1",
      request: {
        turn: {
          messages: [{ parts: [{ text: "remember the zanzibar, and write to [EMAIL_1]" }] }],
        },
      },
      response: { pieces: [{ text: "You said: remember the zanzibar, and write to [EMAIL_1]" }] },
    });
    expect(ran.stdout).not.toMatch(/ada@|person-7/u);
    const lines = await reveal(home, id, key, "--reason", "complaint 12");
    expect(lines.stdout).toBe(
      "user: remember the zanzibar, and write to [EMAIL_1]\n\ntext: You said: remember the zanzibar, and write to [EMAIL_1]\n",
    );
    const exported = await plimsoll(["audit", "export", "--kind", "reveal"], {
      env: { PLIMSOLL_HOME: home },
    });
    const events = exported.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events).toMatchObject(
      [1, 2].map(() => ({ request: id, body: { reason: "complaint 12" } })),
    );
    expect(exported.stdout).not.toContain("zanzibar");
  });
  test.each([
    ["an admin", "admin", ["--reason", "why"], 4],
    ["nobody", undefined, ["--reason", "why"], 4],
    ["no reason", "revealer", [], 2],
  ] as const)("%s reads nothing", async (_, role, args, code) => {
    const key = role === undefined ? undefined : await keyOf(home, role);
    const ran = await reveal(home, id, key, ...args);
    expect([ran.code, ran.stdout]).toEqual([code, ""]);
  });
  test("under a keyring that is missing or another one nothing starts and nothing is shown", async () => {
    const path = join(home, "store", "keyring");
    const key = await keyOf(home, "revealer");
    renameSync(path, `${path}.away`);
    try {
      for (const other of [undefined, `${"ab".repeat(32)}\n`]) {
        if (other !== undefined) writeFileSync(path, other, { mode: 0o600 });
        await expect(open(home, { bodies: true })).rejects.toMatchObject({ code: "environment" });
        const ran = await reveal(home, id, key, "--reason", "why");
        expect([ran.code, ran.stdout, ran.stderr.trim().split("\n").length]).toEqual([3, "", 2]);
      }
    } finally {
      rmSync(path, { force: true });
      renameSync(`${path}.away`, path);
    }
    expect((await reveal(home, id, key, "--reason", "why")).code).toBe(0);
  });
});

test("a body is gone when it is older than the policy lets it be", async () => {
  const home = world.folder("old", {});
  let now = Date.now();
  const serve = {
    upstreams: { chat: { url: upstream.url } },
    bodies: true,
    retain: { bodies: "10m" },
  };
  const { post, stop, said } = await openHouse(serve, { home, now: () => now });
  const answer = await post(CHAT, body);
  const id = answer.headers.get("x-plimsoll-request-id") ?? "";
  await answer.text();
  now += 601_000;
  await expect.poll(() => said.join("\n"), { timeout: 20_000 }).toContain("retention");
  await stop();
  const store = await openStore({ folder: join(home, "store"), mode: "tool", now: () => now });
  expect([await store.bodies.get(id), (await store.requests.recent({ limit: 9 })).length]).toEqual([
    [],
    1,
  ]);
  await store.close();
});
