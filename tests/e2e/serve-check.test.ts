import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import {
  openScripted,
  type ScriptedUpstream,
} from "../../packages/plimsoll/src/testing/upstream/scripted.ts";
import { plimsoll, type Ran } from "./run.ts";
import { makeWorld } from "./world.ts";

const world = makeWorld();
let upstream: ScriptedUpstream;
let runs = 0;

beforeAll(async () => {
  upstream = await openScripted((_, response) => response.end("{}"));
});
afterAll(async () => {
  await upstream.close();
  world.remove();
});

const GONE = "http://127.0.0.1:1/v1";

async function check(yaml: string, ...args: readonly string[]): Promise<Ran & { state: string }> {
  runs += 1;
  const cwd = world.folder(`home-${runs}`, { "plimsoll.yaml": yaml });
  writeFileSync(join(cwd, "key"), "sk-of-the-operator\n", { mode: 0o600 });
  const state = join(cwd, "state");
  const env = { PLIMSOLL_HOME: state };
  return { ...(await plimsoll(["serve", "--check", ...args], { cwd, env })), state };
}

test("what would be served is said, nothing is written, and no secret is shown", async () => {
  const ran = await check(
    `serve:
  upstreams:
    a: { url: "${upstream.url}", key: { file: key } }
    b: { url: "${GONE}" }
    c: { url: "${GONE}", health: off }
  routes: { chat: { upstreams: [a, b] }, other: { upstreams: [c] } }
  traces: { url: "http://127.0.0.1:1/v1/traces", headers: { x-key: { file: key } } }
`,
  );
  expect(JSON.parse(ran.stdout)).toMatchObject({
    schema: "plimsoll/serve-check@1",
    listen: "127.0.0.1:8080",
    policy: expect.stringMatching(/^[0-9a-f]{64}$/u),
    routes: [{ alias: "chat", assurance: "none", digest: null, lifted: null }, { alias: "other" }],
    upstreams: [
      { name: "a", hasKey: true, reach: "ready" },
      { name: "b", hasKey: false, reach: "failing: ECONNREFUSED" },
      { name: "c", reach: "not asked" },
    ],
    guards: [{ id: "privacy/personal-data" }, { id: "security/secrets" }],
    traces: { headers: ["x-key"] },
  });
  expect(ran.code).toBe(0);
  expect(existsSync(ran.state)).toBe(false);
  expect(ran.stdout + ran.stderr).not.toContain("sk-of");
  expect(upstream.asked.at(-1)?.headers.authorization).toBe("Bearer sk-of-the-operator");
});

test.each<[string, string, readonly string[], number]>([
  [
    "a route without a server that answers",
    `serve: { upstreams: { a: { url: "${GONE}" } } }`,
    [],
    3,
  ],
  [
    "others can reach it, and nobody vetted the model",
    `serve: { listen: "0.0.0.0:1", upstreams: { a: { url: "${GONE}", health: off } } }`,
    [],
    4,
  ],
  [
    "others can reach it, and there is no key",
    `serve: { listen: "0.0.0.0:1", upstreams: { a: { url: "${GONE}", health: off } } }`,
    ["--admit", "unlocked", "--reason", "tried"],
    4,
  ],
  ["nothing is served", "{}", [], 2],
  [
    "a time that is none",
    `serve: { upstreams: { a: { url: "${GONE}" } } }`,
    ["--drain", "soon"],
    2,
  ],
  [
    "a credential in an address",
    'serve: { upstreams: { a: { url: "http://me:secret@127.0.0.1:1/v1" } } }',
    [],
    2,
  ],
])("%s", async (_, yaml, args, code) => {
  const ran = await check(yaml, ...args);
  expect(ran.code).toBe(code);
  expect(ran.stderr).not.toContain("me:secret");
});

test("keys and prices that the store knows are looked at", async () => {
  const wide = `serve: { listen: "0.0.0.0:1", upstreams: { a: { url: "${GONE}", health: off } } }`;
  const args = ["--admit", "unlocked", "--reason", "tried"];
  const cwd = world.folder("keyed", { "plimsoll.yaml": wide });
  const env = { PLIMSOLL_HOME: join(cwd, "state") };
  await plimsoll(["keys", "create", "--name", "ada"], { cwd, env });
  expect((await plimsoll(["serve", "--check", ...args], { cwd, env })).code).toBe(0);
  const priced = wide.replace("health", "price: { in: 1, out: 1 }, health");
  writeFileSync(join(cwd, "plimsoll.yaml"), priced);
  const made = await plimsoll(["keys", "create", "--name", "eve", "--budget", "1USD"], {
    cwd,
    env,
  });
  expect(made.code).toBe(0);
  expect((await plimsoll(["serve", "--check", ...args], { cwd, env })).code).toBe(0);
  writeFileSync(join(cwd, "plimsoll.yaml"), wide);
  expect((await plimsoll(["serve", "--check", ...args], { cwd, env })).code).toBe(4);
});
