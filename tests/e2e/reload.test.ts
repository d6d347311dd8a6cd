import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";

import {
  chatEvents,
  openScripted,
  sendEvents,
  type ScriptedUpstream,
} from "../../packages/plimsoll/src/testing/upstream/scripted.ts";
import { formatLock } from "../../packages/plimsoll/src/model/lock/format.ts";
import { entryWith, lockOf } from "../../packages/plimsoll/src/testing/locks.ts";
import { startGateway, type RunningGateway } from "./gateway.ts";
import { plimsoll } from "./run.ts";
import { makeWorld } from "./world.ts";

/** Milliseconds within which a file that changed is taken: two looks, on a machine that does much else. */
const TAKEN = { timeout: 20_000 };

const world = makeWorld();
let one: ScriptedUpstream;
let other: ScriptedUpstream;
let home = "";
let file = "";
let gateway: RunningGateway;
let goOn: () => void = () => {};
let runs = 0;

beforeAll(async () => {
  one = await openScripted((asked, response) => {
    if (JSON.stringify(asked.body ?? {}).includes("slowly")) {
      const events = chatEvents(["from ", "the ", "first"]);
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(events.slice(0, 2).join(""));
      goOn = () => response.end(events.slice(2).join(""));
    } else sendEvents(response, chatEvents(["first"]));
  });
  other = await openScripted((_, response) => {
    sendEvents(response, chatEvents(["second"]));
  });
});
afterAll(async () => {
  await one.close();
  await other.close();
  world.remove();
});

beforeEach(async () => {
  runs += 1;
  home = world.folder(`home-${runs}`, {});
  file = join(home, "plimsoll.yaml");
  write(configOf({ chat: one.url }));
  gateway = await startGateway([], home);
});
afterEach(async () => {
  await gateway.end();
});

function configOf(upstreams: Readonly<Record<string, string>>, more = ""): string {
  const lines = Object.entries(upstreams).map(
    ([name, url]) => `    ${name}: { url: "${url}", health: off }\n`,
  );
  return `serve:\n  upstreams:\n${lines.join("")}${more}`;
}

/** As an editor does it that leaves no half of a file. */
function write(text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

function ask(text: string, model = "chat"): Promise<Response> {
  return fetch(`${gateway.url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model, stream: true, messages: [{ role: "user", content: text }] }),
  });
}

async function models(): Promise<readonly string[]> {
  const list: { data: { id: string }[] } = JSON.parse(
    await (await fetch(`${gateway.url}/v1/models`)).text(),
  );
  return list.data.map(({ id }) => id);
}

const textOf = async (path: string): Promise<string> =>
  (await fetch(`${gateway.url}${path}`)).text();

const linesOf = (event: string): readonly string[] =>
  gateway
    .said()
    .split("\n")
    .filter((line) => line.includes(`"event":"${event}"`));

const served = async (text: string): Promise<boolean> =>
  (await (await ask("quick")).text()).includes(text);

test("a file that changes is taken, and what runs comes to its end where it began", async () => {
  const running = await ask("slowly");
  expect(running.status).toBe(200);
  write(configOf({ chat: other.url, more: other.url }));
  await expect.poll(models, TAKEN).toEqual(["chat", "more"]);
  expect(await served("second")).toBe(true);
  goOn();
  const text = await running.text();
  expect(text).toContain('"first"');
  expect(text).toContain("data: [DONE]");
  expect(linesOf("config")).toHaveLength(1);
  expect(await textOf("/metrics")).toContain('plimsoll_config_reloads_total{result="taken"} 2');
});

test("no request is lost while it changes under load", async () => {
  const over = new AbortController();
  const statuses = new Map<number, number>();
  const wholes: boolean[] = [];
  const load = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const response = await ask("quick");
      wholes.push((await response.text()).includes("[DONE]") || response.status === 503);
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
    }
  };
  const loads = Array.from({ length: 6 }, load);
  for (let at = 0; at < 8; at += 1) {
    write(configOf({ chat: at % 2 === 0 ? other.url : one.url, [`m${at}`]: one.url }));
    gateway.child.kill("SIGHUP");
    await expect.poll(models, TAKEN).toContain(`m${at}`);
  }
  over.abort();
  await Promise.all(loads);
  // A machine that does much else may be too late for some, and says so; nothing else may happen.
  expect([...statuses.keys()].filter((status) => status !== 200 && status !== 503)).toEqual([]);
  expect(wholes.filter((isWhole) => !isWhole)).toEqual([]);
  expect(statuses.get(200)).toBeGreaterThan(0);
});

test("a bad file keeps the old, says so once, and shows in /readyz, metrics and the audit log", async () => {
  write(configOf({ chat: "sk-secret-of-the-operator" }));
  await expect.poll(() => textOf("/readyz"), TAKEN).toContain("configuration refused");
  expect(await served("first")).toBe(true);
  expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200);
  const metrics = await textOf("/metrics");
  expect(metrics).toContain("plimsoll_config_last_reload_successful 0");
  expect(metrics).toContain('plimsoll_config_reloads_total{result="refused"} 1');
  // Two more looks go by.
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  expect(linesOf("config")).toHaveLength(1);
  write(configOf({ chat: other.url }));
  await expect.poll(() => textOf("/readyz"), TAKEN).not.toContain("configuration refused");
  expect(await served("second")).toBe(true);
  await gateway.end();
  const env = { PLIMSOLL_HOME: join(home, "state") };
  const log = await plimsoll(["audit", "export"], { env });
  expect(log.stdout).toContain('"kind":"config.refused"');
  expect(log.stdout + gateway.said()).not.toContain("secret-of");
});

test("a file that is gone, emptied or a folder leaves the guards as they were", async () => {
  rmSync(file);
  await expect.poll(() => linesOf("config").length, TAKEN).toBe(1);
  mkdirSync(file);
  await expect.poll(() => linesOf("config").length, TAKEN).toBe(2);
  rmSync(file, { recursive: true });
  writeFileSync(file, "");
  await expect.poll(() => linesOf("config").length, TAKEN).toBe(3);
  expect(linesOf("config").every((line) => line.includes('"result":"refused"'))).toBe(true);
  expect(await served("first")).toBe(true);
});

test("what takes a new start is named", async () => {
  write(configOf({ chat: one.url }, '  listen: "127.0.0.1:1"\n'));
  await expect.poll(() => linesOf("config").length, TAKEN).toBe(1);
  // The port of the command line wins, and is the same.
  expect(linesOf("config")[0]).not.toContain("needsRestart");
  write(configOf({ chat: one.url }, '  listen: "0.0.0.0:1"\n'));
  await expect.poll(() => linesOf("config").length, TAKEN).toBe(2);
  expect(linesOf("config")[1]).toContain('"needsRestart":"listen"');
  expect(readFileSync(file, "utf8")).toContain("0.0.0.0");
});

function lock(security: "clear" | "stop"): void {
  const clear = { resources: "clear", licensing: "clear", ease: "clear" } as const;
  const verdict = { security, ...clear };
  const text = formatLock(lockOf({ m: { ...entryWith({ "a.gguf": 1 }), verdict } }));
  writeFileSync(join(home, "plimsoll.lock"), text);
}

test("a model that the lock speaks against takes no new requests, whatever else goes on", async () => {
  lock("clear");
  write(configOf({ chat: one.url }, "  routes: { vetted: { upstreams: [chat], lock: m } }\n"));
  await expect.poll(models, TAKEN).toEqual(["vetted"]);
  const running = await ask("slowly", "vetted");
  expect(running.status).toBe(200);
  lock("stop");
  await expect.poll(() => textOf("/readyz"), TAKEN).toContain("route vetted: closed");
  const refused = await ask("quick", "vetted");
  expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining("Policy")]);
  goOn();
  expect(await running.text()).toContain("[DONE]");
  lock("clear");
  await expect.poll(() => textOf("/readyz"), TAKEN).not.toContain("closed");
  const again = await ask("quick", "vetted");
  expect([again.status, await again.text()]).toEqual([200, expect.stringContaining("[DONE]")]);
});
