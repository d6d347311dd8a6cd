import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import { hashOf } from "../../packages/plimsoll/src/gateway/keys/secret.ts";
import { startGateway } from "./gateway.ts";
import { plimsoll, type Ran } from "./run.ts";
import { makeWorld } from "./world.ts";

const world = makeWorld();
afterAll(world.remove);

/** Runs the program with state of its own, and reads what it prints as JSON where that is asked for. */
function inHome(name: string) {
  const home = join(world.folder(name, {}), "state");
  const run = (...args: string[]): Promise<Ran> => plimsoll(args, { env: { PLIMSOLL_HOME: home } });
  return { home, run };
}

type Event = { readonly kind: string; readonly actor: string; readonly body: { key?: string } };

async function events(run: ReturnType<typeof inHome>["run"]): Promise<readonly Event[]> {
  const { stdout } = await run("audit", "export");
  return stdout
    .trim()
    .split("\n")
    .map((line): Event => JSON.parse(line));
}

/** Every byte below a folder. */
function everything(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, "latin1"))
    .join("\n");
}

test("a key from its making to its end", async () => {
  const { home, run } = inHome("life");
  const options = ["--team", "sea", "--models", "a,b", "--role", "developer,reviewer"];
  const limits = [
    "--budget",
    "1.5USD/day",
    "--budget",
    "10requests",
    "--rate",
    "60requests/minute",
  ];
  const rest = ["--parallel", "4", "--expires", "30d", "--json"];
  const made = await run("keys", "create", "--name", "ada", ...options, ...limits, ...rest);
  expect(made.code).toBe(0);
  const key = JSON.parse(made.stdout);
  expect(key).toMatchObject({
    name: "ada",
    team: "sea",
    models: ["a", "b"],
    roles: ["developer", "reviewer"],
    parallel: 4,
    budgets: [
      { kind: "budget", unit: "nanos", currency: "USD", window: "day", limit: 1_500_000_000 },
      { kind: "budget", unit: "requests", window: "total", limit: 10 },
      { kind: "rate", unit: "requests", window: "minute", limit: 60 },
    ],
  });
  expect(Date.parse(key.expires) - Date.parse(key.created)).toBe(30 * 86_400_000);

  const limited = await run("keys", "limit", key.id, "--budget", "20requests", "--json");
  expect(JSON.parse(limited.stdout)).toMatchObject([{ unit: "requests", limit: 20 }]);
  const rotated = await run("keys", "rotate", key.id, "--overlap", "1d", "--json");
  const next = JSON.parse(rotated.stdout);
  expect([next.replaces, next.budgets.length, next.id === key.id]).toEqual([key.id, 3, false]);
  expect((await run("keys", "rotate", key.id)).code).toBe(2);
  expect((await run("keys", "limit", key.id, "--budget", "1requests")).code).toBe(2);
  expect((await run("keys", "revoke", next.id, "--reason", "left")).code).toBe(0);
  expect((await run("keys", "revoke", next.id, "--reason", "left")).code).toBe(2);

  const { keys } = JSON.parse((await run("keys", "list", "--json")).stdout);
  expect(keys).toMatchObject([
    { id: key.id, revoked: null, budgets: [] },
    { id: next.id, budgets: [{}, {}, {}] },
  ]);
  const told = await events(run);
  const of = told.filter(({ kind }) => kind.startsWith("key."));
  expect(of.map(({ kind, actor, body }) => [kind, actor, body.key])).toEqual([
    ["key.create", "local", key.id],
    ["key.limit", "local", key.id],
    ["key.rotate", "local", key.id],
    ["key.revoke", "local", next.id],
  ]);
  const kept = everything(home);
  for (const { key: secret } of [key, next]) {
    expect(kept).not.toContain(secret);
    expect(kept).not.toContain(secret.slice(13, 50));
    expect(kept).toContain(hashOf(secret));
    expect(JSON.stringify(told)).not.toContain(hashOf(secret));
  }
});

test("without --json the secret stands alone on stdout", async () => {
  const { run } = inHome("plain");
  const made = await run("keys", "create", "--name", "ada");
  expect(made.stdout).toMatch(/^plm_[\w-]{8}_[\w-]{49}\n$/u);
  expect((await run("keys", "list")).stdout).not.toContain(made.stdout.trim());
});

test("many that are made at once all stand in one log", async () => {
  const { run } = inHome("many");
  const made = await Promise.all(
    Array.from({ length: 6 }, (_, at) => run("keys", "create", "--name", `n${at}`)),
  );
  expect(made.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 0]);
  const names = (await events(run)).filter(({ kind }) => kind === "key.create");
  expect(names).toHaveLength(6);
  expect(JSON.parse((await run("audit", "verify", "--json")).stdout)).toMatchObject({
    verdict: "intact",
  });
});

test("while a server runs it writes the log, and takes the key up", async () => {
  const { home, run } = inHome("served");
  const server = await startGateway(["--upstream", "chat=http://127.0.0.1:9/v1"], join(home, ".."));
  try {
    const made = await run("keys", "create", "--name", "ada", "--json");
    const { key, id } = JSON.parse(made.stdout);
    await expect
      .poll(async () => (await events(run)).some(({ body }) => body.key === id), {
        timeout: 10_000,
      })
      .toBe(true);
    const asked = async (bearer: string): Promise<number> => {
      const headers = { authorization: `Bearer ${bearer}` };
      return (await fetch(`${server.url}/v1/models`, { headers })).status;
    };
    expect([await asked(key), await asked(`${key.slice(0, -1)}x`)]).toEqual([200, 401]);
  } finally {
    await server.end();
  }
  expect(JSON.parse((await run("audit", "verify", "--json")).stdout)).toMatchObject({
    verdict: "intact",
  });
});

test("where the log was changed, no key is made", async () => {
  const { home, run } = inHome("changed");
  await run("keys", "create", "--name", "ada");
  const segment = join(home, "audit/segments/0000000000000000.jsonl");
  writeFileSync(segment, readFileSync(segment, "utf8").replace("ada", "eve"));
  const made = await run("keys", "create", "--name", "bob");
  expect([made.code, made.stdout]).toEqual([1, ""]);
  expect((await run("keys", "list")).stdout).not.toContain("bob");
});

describe("what is wrong is one sentence and exit 2", () => {
  const { run } = inHome("wrong");
  test.each([
    ["no action", ["keys"]],
    ["another action", ["keys", "delete"]],
    ["no name", ["keys", "create"]],
    ["an empty name", ["keys", "create", "--name", " "]],
    ["no amount", ["keys", "create", "--name", "a", "--budget", "USD"]],
    ["too much money", ["keys", "create", "--name", "a", "--budget", "9000001USD"]],
    ["a rate without a time", ["keys", "create", "--name", "a", "--rate", "5requests"]],
    ["two of one", ["keys", "create", "--name", "a", "--budget", "1USD", "--budget", "2USD"]],
    ["models that are none, which would be all", ["keys", "create", "--name", "a", "--models", ""]],
    ["roles that are none", ["keys", "create", "--name", "a", "--role", ","]],
    ["no team", ["keys", "create", "--name", "a", "--team", " "]],
    ["too much for a line", ["keys", "create", "--name", "a", "--models", "m".repeat(20_000)]],
    ["another role", ["keys", "create", "--name", "a", "--role", "king"]],
    ["no count", ["keys", "create", "--name", "a", "--parallel", "0"]],
    ["over at once", ["keys", "create", "--name", "a", "--expires", "0d"]],
    ["no days", ["keys", "create", "--name", "a", "--expires", "soon"]],
    ["no reason", ["keys", "revoke", "AbCd1234"]],
    ["no such key", ["keys", "revoke", "AbCd1234", "--reason", "x"]],
    ["no such key to rotate", ["keys", "rotate", "AbCd1234"]],
    ["nothing to limit", ["keys", "limit", "AbCd1234"]],
    ["no key named", ["keys", "rotate"]],
  ])("%s", async (_, args) => {
    const ran = await run(...args);
    expect([ran.code, ran.stdout]).toEqual([2, ""]);
  });
});
