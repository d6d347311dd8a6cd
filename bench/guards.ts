/**
 * Measures what guards cost a token, with all that are shipped and with the reference set, and how many characters
 * they hold back: `npm run bench:guards`. A token counts as four characters.
 *
 * Each figure is CPU time with guards less CPU time without, so that the rest of the pipeline is left out. Runs of
 * every set and text alternate; the median counts.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";

import { openKnowledge } from "../packages/plimsoll/src/config/knowledge.ts";
import type { Turn } from "../packages/plimsoll/src/engine/turn.ts";
import { Answer } from "../packages/plimsoll/src/gateway/pipeline/answer.ts";
import type { PolicyGuard } from "../packages/plimsoll/src/gateway/pipeline/guards.ts";
import { scanRequest } from "../packages/plimsoll/src/gateway/pipeline/request.ts";
import { placeholderOf } from "../packages/plimsoll/src/gateway/pipeline/surrogates.ts";
import { VERSION } from "../packages/plimsoll/src/generated/facts.ts";
import {
  preparePolicyGuards,
  REFERENCE_GUARDS,
} from "../packages/plimsoll/src/verbs/serve/guards.ts";
import { guardTexts, type GuardText } from "./guard-texts.ts";

const ROOT = join(import.meta.dirname, "..");
const RUNS = 15;
const TOKEN = 4;

const knowledge = openKnowledge(join(ROOT, "packages/plimsoll/knowledge"));
const sets = {
  none: [],
  all: await preparePolicyGuards({ guards: undefined, knowledge }),
  reference: await preparePolicyGuards({ guards: REFERENCE_GUARDS, knowledge }),
} as const satisfies Record<string, readonly PolicyGuard[]>;
type SetName = keyof typeof sets;
const NAMES = ["none", "all", "reference"] as const satisfies readonly SetName[];

type Times = { readonly streamed: number[]; readonly whole: number[] };

const texts = guardTexts(ROOT);
const times = new Map<string, Times>();
for (let run = 0; run < RUNS; run += 1) {
  for (const text of texts) for (const name of NAMES) await measure(name, text);
}
store();

async function measure(name: SetName, { name: kind, text }: GuardText): Promise<void> {
  const key = `${name} ${kind}`;
  const known = times.get(key) ?? { streamed: [], whole: [] };
  times.set(key, known);
  const tokens = text.length / TOKEN;
  known.streamed.push((await cpuOf(() => void stream(text, sets[name]))) / tokens);
  known.whole.push((await cpuOf(() => scanRequest(turnOf(text), sets[name]))) / tokens);
}

/** CPU time of this process, in microseconds. */
async function cpuOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** Streams a text token by token; tells the characters that were held after each, and returns why it was stopped. */
function stream(text: string, guards: readonly PolicyGuard[], held?: number[]): string | undefined {
  const answer = new Answer({
    guards,
    isJson: false,
    originals: new Map(),
    hasLogprobs: false,
    replace: placeholderOf,
    sink: {
      release: () => {},
      edited: () => {},
      halt: () => {},
      done: () => {},
    },
  });
  for (let at = 0; at < text.length && answer.halted === undefined; at += TOKEN) {
    answer.push({ kind: "text", choice: 0, text: text.slice(at, at + TOKEN) });
    held?.push(Math.min(at + TOKEN, text.length) - (answer.tallies[0]?.released ?? 0));
  }
  answer.end(undefined);
  return answer.halted?.reason;
}

function turnOf(text: string): Turn {
  return {
    model: "m",
    messages: [{ role: "user", trust: "user", parts: [{ kind: "text", text }] }],
    tools: [],
    output: { kind: "text" },
    sampling: {},
    choices: 1,
    stream: false,
    extra: {},
  };
}

function store(): void {
  const result = {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
    versions: { plimsoll: VERSION, node: process.version },
    load: Number(loadavg()[0]?.toFixed(1)),
    runs: RUNS,
    charactersPerText: texts[0]?.text.length,
    sets: {
      all: "every guard that is shipped, as it is by default",
      reference: REFERENCE_GUARDS,
    },
    limits: {
      streamed: "natural text, all: ≤ 2.5 µs CPU more a token",
      whole: "natural text, all: ≤ 1 µs CPU more a token",
    },
    texts: texts.map((text) => ({
      text: text.name,
      ...(text.isHostile ? { isHostile: true } : {}),
      all: figuresOf("all", text),
      reference: figuresOf("reference", text),
    })),
  };
  mkdirSync(join(ROOT, "bench/results"), { recursive: true });
  const json = `${JSON.stringify(result, null, 2)}\n`;
  writeFileSync(join(ROOT, `bench/results/${result.date}-guards.json`), json);
  process.stdout.write(json);
}

function figuresOf(name: SetName, { name: kind, text }: GuardText): object {
  const [own, none] = [times.get(`${name} ${kind}`), times.get(`none ${kind}`)];
  const held: number[] = [];
  const stopped = stream(text, sets[name], held);
  const ordered = held.toSorted((a, b) => a - b);
  return {
    microsecondsAToken: {
      streamed: rounded(median(own?.streamed) - median(none?.streamed)),
      whole: rounded(median(own?.whole) - median(none?.whole)),
    },
    held: {
      mean: rounded(held.reduce((sum, one) => sum + one, 0) / held.length),
      p99: ordered[Math.floor(ordered.length * 0.99)],
      max: ordered.at(-1),
    },
    ...(stopped === undefined ? {} : { stopped }),
  };
}

function median(values: readonly number[] = []): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function rounded(value: number): number {
  return Number(value.toFixed(2));
}
