/**
 * Runs the whole of what `npm test` runs a little of, and writes date, machine and figures to bench/results/.
 *
 * `npm run soak -- lock`: 200 writers of a lock, killed at random moments, and 10,000 writings by four at once.
 *
 * `npm run soak -- split-secrets`: more than 10,000 streams with a secret each, cut at random: through the guards
 * alone, and from an upstream's bytes to a client's through each of three dialects.
 * `npm run soak -- round-trips`: 1,000 texts with up to three secrets, cut in two at every place on both sides,
 * and put together again from what stands for the secrets.
 * `npm run soak -- audit`, `npm run soak -- store`: 20 writers of a log, of a store, killed at random moments.
 *
 * `npm run soak -- serve`: a million requests to a gateway, and how its memory goes meanwhile. It can be stopped and goes on.
 *
 * `npm run soak -- serve-kills`: a gateway under load, killed 20 times at random moments.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";

import { openKnowledge } from "../packages/plimsoll/src/config/knowledge.ts";
import {
  SPLIT_DIALECTS,
  streamThroughDialect,
} from "../packages/plimsoll/src/testing/split-dialects.ts";
import { sendRoundTrips } from "../packages/plimsoll/src/testing/round-trips.ts";
import { streamSplitSecrets } from "../packages/plimsoll/src/testing/split-secrets.ts";
import { parseSecretRules } from "../packages/plimsoll/src/text/secrets/rules-schema.ts";
import { preparePolicyGuards } from "../packages/plimsoll/src/verbs/serve/guards.ts";
import { killAuditWriters } from "../tests/e2e/audit-kills.ts";
import { killWriters } from "../tests/e2e/lock-kills.ts";
import { raceWriters } from "../tests/e2e/lock-race.ts";
import { killServers } from "../tests/e2e/faults/serve-kills.ts";
import { killStoreWriters } from "../tests/e2e/store-kills.ts";
import { soakServe } from "./soak-serve.ts";

const ROOT = join(import.meta.dirname, "..");

/** So many that at least 10,000 have a secret which a rule knows in the whole text. */
const SPLIT_STREAMS = 11_500;

const SOAKS: Readonly<Record<string, () => Promise<object>>> = {
  lock: soakLock,
  "split-secrets": soakSplitSecrets,
  "round-trips": soakRoundTrips,
  audit: () => soakKills(killAuditWriters),
  store: () => soakKills(killStoreWriters),
  serve: () => soakServe((figures) => store("serve", figures)),
  "serve-kills": () => soakKills(killServers),
};

const [, , name = ""] = process.argv;
const soak = Object.hasOwn(SOAKS, name) ? SOAKS[name] : undefined;
if (soak === undefined) {
  process.stderr.write(`Name what to soak: ${Object.keys(SOAKS).join(", ")}\n`);
  process.exitCode = 2;
} else {
  const start = performance.now();
  const figures = await soak();
  const seconds = Math.round((performance.now() - start) / 1000);
  process.stdout.write(store(name, { ...figures, seconds }));
}

/** The day, so that each day tries other moments and a failure can be had again. */
function seedOfToday(): number {
  return Math.floor(Date.now() / 86_400_000);
}

async function soakKills(
  kill: (folder: string, count: number, seed: number) => Promise<object>,
): Promise<object> {
  const seed = seedOfToday();
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-soak-"));
  try {
    const home = join(folder, "drill");
    mkdirSync(home);
    return { seed, ...(await kill(home, 20, seed)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function soakLock(): Promise<object> {
  const seed = seedOfToday();
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-soak-"));
  try {
    const kills = await killWriters(join(folder, "plimsoll.lock"), 200, seed);
    const raced = await raceWriters(join(folder, "raced.lock"), 4, 2_500);
    return { seed, ...kills, raced };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Texts cut at every place and restored; their seed is the day. */
async function soakRoundTrips(): Promise<object> {
  const knowledge = openKnowledge(join(ROOT, "packages/plimsoll/knowledge"));
  const guards = await preparePolicyGuards({ guards: undefined, knowledge });
  const rules = knowledge.read("secret-rules", parseSecretRules);
  const seed = seedOfToday() * 10_000;
  return { seed, ...(await sendRoundTrips(guards, rules, { texts: 1_000, seed })) };
}

/** Secrets cut at random in streams, and the same in three dialects, there and back; their seed is the day. */
async function soakSplitSecrets(): Promise<object> {
  const knowledge = openKnowledge(join(ROOT, "packages/plimsoll/knowledge"));
  const guards = await preparePolicyGuards({ guards: undefined, knowledge });
  const rules = knowledge.read("secret-rules", parseSecretRules);
  const seed = Math.floor(Date.now() / 86_400_000) * 10_000;
  const asked = { streams: SPLIT_STREAMS, seed };
  const dialects: Record<string, object> = {};
  for (const dialect of SPLIT_DIALECTS) {
    dialects[dialect] = await streamThroughDialect(dialect, guards, rules, asked);
  }
  return { seed, ...streamSplitSecrets(guards, rules, asked), dialects };
}

function store(name: string, figures: object): string {
  const date = new Date().toISOString().slice(0, 10);
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, node ${process.version}`;
  const text = `${JSON.stringify({ date, machine, soak: name, ...figures }, null, 2)}\n`;
  mkdirSync(join(ROOT, "bench/results"), { recursive: true });
  writeFileSync(join(ROOT, `bench/results/${date}-soak-${name}.json`), text);
  return text;
}
