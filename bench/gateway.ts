/**
 * What a request costs of CPU through the gateway, against the least that a proxy can do and against others, in one
 * run and by turns; how much later the first piece of an answer comes; and how many requests a budget lets through.
 *
 * Usage: npm run bench:gateway -- [--peers FOLDER] [--rounds N]
 *
 * Proxies run on one core and load and upstream on the other, where there are two and `taskset`.
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { ask, AT_ONCE, connections, load } from "./gateway/load.ts";
import { cpuOf, memoryOf, originOf, startProxies, type Proxy } from "./gateway/proxies.ts";

const ROOT = join(import.meta.dirname, "..");

/** Requests and streams before anything is measured: code is compiled meanwhile. */
const WARM = { json: 20_000, stream: 3_000 };
const COUNT = { json: 4_000, stream: 600 };
/** One proxy takes ten milliseconds a request; of it fewer are asked. */
const SLOW = { json: 200, stream: 20 };
const FIRST_CHUNKS = 200;

const { values } = parseArgs({
  options: { peers: { type: "string" }, rounds: { type: "string", default: "7" } },
});
const rounds = Number(values.rounds);
const folder = mkdtempSync(join(tmpdir(), "plimsoll-bench-"));
const canPin = cpus().length > 1 && hasTaskset();
if (canPin) execFileSync("taskset", ["-a", "-p", "-c", "1", String(process.pid)]);
const before = (core: string): readonly string[] => (canPin ? ["taskset", "-c", core] : []);

const [program, ...args] = [...before("1"), process.execPath];
const upstream = spawn(program, [...args, join(import.meta.dirname, "gateway/upstream.ts")], {
  stdio: ["ignore", "pipe", "inherit"],
});
const origin = await originOf(upstream);
let proxies: readonly Proxy[] = [];
try {
  const place = { folder, upstream: origin, peers: values.peers, before: before("0") };
  proxies = await startProxies(place);
  store(await measure(), await firstChunks(), await heldCharacters());
} finally {
  for (const { child } of [...proxies, { child: upstream }]) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);

type Costs = { readonly json: number[]; readonly stream: number[] };

async function measure(): Promise<ReadonlyMap<string, Costs>> {
  const costs = new Map<string, Costs>();
  for (const proxy of proxies) {
    costs.set(proxy.name, { json: [], stream: [] });
    const warm = isSlow(proxy) ? SLOW : WARM;
    await load(proxy, false, warm.json);
    await load(proxy, true, warm.stream);
    tell(`${proxy.name} is warm`);
  }
  for (let round = 1; round <= rounds; round += 1) {
    for (const proxy of proxies) {
      costs.get(proxy.name)?.json.push(await costOf(proxy, "json"));
      costs.get(proxy.name)?.stream.push(await costOf(proxy, "stream"));
    }
    tell(`round ${round} of ${rounds}`);
  }
  return costs;
}

/** Microseconds of CPU of one request. */
async function costOf(proxy: Proxy, kind: "json" | "stream"): Promise<number> {
  const count = (isSlow(proxy) ? SLOW : COUNT)[kind];
  // It lay idle while the others were asked, which tidies its memory up and cools its caches down.
  await load(proxy, kind === "stream", count / 4);
  const from = cpuOf(proxy.child);
  await load(proxy, kind === "stream", count);
  return (cpuOf(proxy.child) - from) / count;
}

/** Milliseconds to the first piece, one request at a time and by turns; those of the upstream itself under "direct". */
async function firstChunks(): Promise<ReadonlyMap<string, readonly number[]>> {
  const direct = { name: "direct", url: `${origin}/v1/chat/completions`, headers: {} };
  const times = new Map<string, number[]>();
  const agent = connections();
  for (let at = 0; at < FIRST_CHUNKS; at += 1) {
    for (const one of [direct, ...proxies]) {
      const { firstMs } = await ask(one, true, agent);
      times.set(one.name, [...(times.get(one.name) ?? []), firstMs]);
    }
  }
  return times;
}

/** Characters of text that our gateways held back while they streamed: on average the most of a stream, and the most ever. */
async function heldCharacters(): Promise<ReadonlyMap<string, object>> {
  const held = new Map<string, object>();
  for (const { name, url, headers } of proxies.filter((one) => one.name.startsWith("plimsoll"))) {
    const response = await fetch(new URL("/metrics", url), { headers });
    const text = await response.text();
    const valueOf = (metric: string): number => {
      const start = `plimsoll_held_characters_${metric} `;
      const line = text.split("\n").find((one) => one.startsWith(start));
      return Number(line?.slice(start.length));
    };
    const [sum, count] = [valueOf('sum{channel="text"}'), valueOf('count{channel="text"}')];
    held.set(name, { mean: Number((sum / count).toFixed(1)), max: valueOf("max") });
  }
  return held;
}

function isSlow({ name }: Proxy): boolean {
  return name.startsWith("LiteLLM");
}

function store(
  costs: ReadonlyMap<string, Costs>,
  first: ReadonlyMap<string, readonly number[]>,
  held: ReadonlyMap<string, object>,
): void {
  const bare = costs.get("bare");
  const direct = median(first.get("direct") ?? []);
  const rows = proxies.map(({ name, child }) => {
    const own = costs.get(name);
    return {
      name,
      jsonMicroseconds: figure(own?.json ?? []),
      jsonToBare: ratio(own?.json ?? [], bare?.json ?? []),
      streamMicroseconds: figure(own?.stream ?? []),
      streamToBare: ratio(own?.stream ?? [], bare?.stream ?? []),
      addedFirstChunkMs: Number((median(first.get(name) ?? []) - direct).toFixed(2)),
      heldCharacters: held.get(name),
      megabytes: memoryOf(child),
    };
  });
  const date = new Date().toISOString().slice(0, 10);
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB`;
  const load1 = Number(loadavg()[0]?.toFixed(2));
  const run = { rounds, atOnce: AT_ONCE, ...COUNT, warm: WARM, isPinned: canPin };
  const result = { date, machine, load: load1, node: process.version, run, rows };
  mkdirSync(join(ROOT, "bench/results"), { recursive: true });
  const path = join(ROOT, `bench/results/${date}-gateway.json`);
  writeFileSync(path, `${JSON.stringify(result, null, 2)}\n`);
  for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`);
}

/** Ratios are taken within a round, where the machine was as busy for both. */
function ratio(own: readonly number[], others: readonly number[]): number {
  return Number(median(own.map((value, at) => value / (others[at] ?? NaN))).toFixed(2));
}

function figure(values_: readonly number[]): { readonly median: number; readonly min: number } {
  return { median: Math.round(median(values_)), min: Math.round(Math.min(...values_)) };
}

function median(values_: readonly number[]): number {
  return values_.toSorted((a, b) => a - b)[values_.length >> 1] ?? NaN;
}

function hasTaskset(): boolean {
  try {
    execFileSync("taskset", ["--version"]);
    return true;
  } catch {
    return false;
  }
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
