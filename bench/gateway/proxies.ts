import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

import { REFERENCE_GUARDS } from "../../packages/plimsoll/src/verbs/serve/guards.ts";
import { ask, type Asked } from "./load.ts";

const ROOT = join(import.meta.dirname, "../..");
const PLIMSOLL = join(ROOT, "packages/plimsoll/bin/plimsoll.js");

/** Milliseconds that a proxy has to come up: one of them imports for ten seconds. */
const START_MS = 90_000;

/** A proxy that runs. */
export type Proxy = Asked & { readonly name: string; readonly child: ChildProcess };

/** Where proxies are started, and from what. */
export type Place = {
  readonly folder: string;
  readonly upstream: string;
  /** A folder with the peers in it, as bench/README.md tells; undefined for none. */
  readonly peers: string | undefined;
  /** Words before the command, such as those that pin it to a core. */
  readonly before: readonly string[];
};

const OFF = { "personal-data": "off", secrets: "off" };

/** Starts all that can be started here, one after another. */
export async function startProxies(place: Place): Promise<readonly Proxy[]> {
  const { upstream, peers } = place;
  const all: Proxy[] = [
    await start(place, "bare", [process.execPath, join(import.meta.dirname, "bare.ts"), upstream]),
    await startOurs(place, "plimsoll, guards off", OFF),
    await startOurs(place, "plimsoll, reference guards", REFERENCE_GUARDS),
    await startOurs(place, "plimsoll, all guards", {}),
  ];
  if (peers === undefined) return all;
  const found = [startCrabllm, startPortkey, startLitellm];
  for (const one of found) {
    const proxy = await one(place, peers);
    if (proxy !== undefined) all.push(proxy);
  }
  return all;
}

/** With a key that has a budget in tokens and in requests, limits, usage and the audit log. */
async function startOurs(place: Place, name: string, guards: object): Promise<Proxy> {
  const home = join(place.folder, name.replaceAll(/\W+/gu, "-"));
  mkdirSync(home, { recursive: true });
  const file = join(home, "plimsoll.json");
  const upstream = `chat=${place.upstream}/v1`;
  writeFileSync(file, JSON.stringify({ serve: { guards } }));
  const env = { PLIMSOLL_HOME: home };
  const create = ["keys", "create", "--name", "bench", "--budget", "1000000000tokens", "--json"];
  const told = execFileSync(process.execPath, [PLIMSOLL, ...create], {
    env: { ...process.env, ...env },
    encoding: "utf8",
  });
  const { key }: { key: string } = JSON.parse(told);
  const port = await freePort();
  const serve = [
    "serve",
    "--port",
    String(port),
    "--json",
    "--upstream",
    upstream,
    "--config",
    file,
  ];
  const command = [process.execPath, PLIMSOLL, ...serve];
  return start(place, name, command, { port, env, headers: { authorization: `Bearer ${key}` } });
}

async function startCrabllm(place: Place, peers: string): Promise<Proxy | undefined> {
  const program = join(peers, "crabllm/bin/crabllm");
  if (!existsSync(program)) return undefined;
  const port = await freePort();
  const file = join(place.folder, "crabllm.toml");
  writeFileSync(
    file,
    `listen = "127.0.0.1:${port}"\nadmin_token = "sk-admin"\n[[keys]]\nname = "bench"\nkey = "sk-bench"\nmodels = ["*"]\n` +
      `[providers.up]\nkind = "openai"\napi_key = "x"\nbase_url = "${place.upstream}/v1"\nmodels = ["chat"]\n`,
  );
  const headers = { authorization: "Bearer sk-bench" };
  return start(place, "crabllm 0.0.25", [program, "serve", "-c", file], { port, headers });
}

async function startPortkey(place: Place, peers: string): Promise<Proxy | undefined> {
  const folder = join(peers, "portkey/node_modules/@portkey-ai/gateway");
  const program = join(folder, "build/start-server.js");
  if (!existsSync(program)) return undefined;
  const { version }: { version: string } = JSON.parse(
    readFileSync(join(folder, "package.json"), "utf8"),
  );
  const port = await freePort();
  const headers = {
    authorization: "Bearer x",
    "x-portkey-provider": "openai",
    "x-portkey-custom-host": `${place.upstream}/v1`,
  };
  const command = [process.execPath, program, `--port=${port}`, "--headless"];
  return start(place, `Portkey ${version}`, command, { port, headers });
}

async function startLitellm(place: Place, peers: string): Promise<Proxy | undefined> {
  const program = join(peers, "litellm/bin/litellm");
  if (!existsSync(program)) return undefined;
  const port = await freePort();
  const file = join(place.folder, "litellm.yaml");
  const params = { model: "openai/chat", api_base: `${place.upstream}/v1`, api_key: "x" };
  writeFileSync(
    file,
    JSON.stringify({ model_list: [{ model_name: "chat", litellm_params: params }] }),
  );
  const command = [program, "--config", file, "--port", String(port), "--num_workers", "1"];
  const key = `sk-${randomBytes(32).toString("hex")}`;
  const env = { LITELLM_LOCAL_MODEL_COST_MAP: "True", LITELLM_MASTER_KEY: key };
  const more = { port, env, headers: { authorization: `Bearer ${key}` } };
  return start(place, "LiteLLM 1.106", [...command, "--host", "127.0.0.1"], more);
}

async function start(
  { folder, before }: Place,
  name: string,
  command: readonly string[],
  more: {
    readonly port?: number;
    readonly env?: Readonly<Record<string, string>>;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): Promise<Proxy> {
  const [program = "", ...args] = [...before, ...command];
  const child = spawn(program, args, {
    env: { ...process.env, ...more.env },
    stdio: ["ignore", more.port === undefined ? "pipe" : "ignore", "ignore"],
    cwd: folder,
  });
  const origin = more.port === undefined ? await originOf(child) : `http://127.0.0.1:${more.port}`;
  const asked = { url: `${origin}/v1/chat/completions`, headers: more.headers ?? {} };
  await untilReady(name, asked, child);
  return { name, child, ...asked };
}

/** The address that a program of ours prints when it listens. */
export async function originOf(child: ChildProcess): Promise<string> {
  const line = await new Promise<string>((resolve) => {
    child.stdout?.once("data", (chunk: Buffer) => {
      resolve(chunk.toString());
    });
  });
  const { url }: { url: string } = JSON.parse(line);
  return url;
}

async function untilReady(name: string, asked: Asked, child: ChildProcess): Promise<void> {
  const until = Date.now() + START_MS;
  let last: unknown;
  while (Date.now() < until && child.exitCode === null) {
    try {
      const { status, body } = await ask(asked, false);
      if (status === 200) return;
      last = `${status} ${body.slice(0, 300)}`;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
  throw new TypeError(`${name} does not answer: ${String(last)}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
  });
}

/** Microseconds of CPU that a process and its threads have taken (sched-stats.rst of Linux, `schedstat`, first field). */
export function cpuOf({ pid }: ChildProcess): number {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const [own] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ");
    nanoseconds += Number(own);
  }
  return nanoseconds / 1_000;
}

/** Megabytes of memory of a process. */
export function memoryOf({ pid }: ChildProcess): number {
  const line = /^VmRSS:\s+(\d+)/mu.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Math.round(Number(line?.[1] ?? 0) / 1_024);
}
