/**
 * Measures the audit log: CPU of writing an event, with its canonical form, tree, sync and checkpoints, and events
 * verified a second from the files alone.
 *
 * A machine may do other things meanwhile: figures by CPU time are the ones that are held against the budget, those by
 * the clock stand beside.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";

import type { AuditEvent } from "../packages/plimsoll/src/audit/contract.ts";
import { logFiles, segmentsOf } from "../packages/plimsoll/src/audit/files.ts";
import { verifyLog } from "../packages/plimsoll/src/audit/verify.ts";
import { openAuditLog } from "../packages/plimsoll/src/audit/writer.ts";
import { readVerifier, type NoteVerifier } from "../packages/plimsoll/src/signature/note.ts";

const ROOT = join(import.meta.dirname, "..");
const RUNS = 7;
const EVENTS = 200_000;

/** Requests that end at the same time, whose events share a write. */
const WAITING = 64;

type Timed = { readonly cpuSeconds: number; readonly seconds: number };
type Figure = { readonly median: number; readonly min: number; readonly max: number };

const writes: Timed[] = [];
const verifications: Timed[] = [];
let bytes = 0;
for (let run = 0; run < RUNS; run += 1) {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-bench-"));
  try {
    writes.push(await timed(() => writeLog(folder)));
    const key = keyOf(folder);
    verifications.push(
      await timed(() => {
        const { verdict, events } = verifyLog(folder, key);
        if (verdict !== "intact" || events !== EVENTS + 1) throw new TypeError(verdict);
      }),
    );
    bytes = segmentsOf(logFiles(folder)).reduce((sum, { path }) => sum + statSync(path).size, 0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
store();

async function writeLog(folder: string): Promise<void> {
  const log = openAuditLog({
    folder,
    origin: "plimsoll/000000000000000000",
    now: () => Date.now(),
  });
  for (let at = 0; at < EVENTS; at += WAITING) {
    const batch = Array.from({ length: Math.min(WAITING, EVENTS - at) }, (_, more) =>
      log.append(requestEvent(at + more)),
    );
    await Promise.all(batch.map(({ durable }) => durable));
  }
  await log.close();
}

/** An event as a request leaves one. */
function requestEvent(at: number): AuditEvent {
  return {
    kind: "request",
    actor: "key:AbCd1234",
    request: `req_${String(at).padStart(24, "0")}`,
    body: {
      alias: "chat",
      assurance: "none",
      dialect: "chat",
      outcome: "answered",
      status: 200,
      inputTokens: 120 + (at % 50),
      outputTokens: 300,
      estimated: false,
      nanos: 1_234_000,
      currency: "USD",
      firstMs: 120,
      totalMs: 1_803,
      redactions: 2,
      upstream: "chat",
      policy: `sha256:${"ab".repeat(32)}`,
      guards: ["security/secrets", "privacy/personal-data"],
      received: 1_203,
      scanned: 1_203,
      released: 1_203,
    },
  };
}

function keyOf(folder: string): NoteVerifier {
  const key = readVerifier(readFileSync(logFiles(folder).verifier, "utf8").trim());
  if (key === undefined) throw new TypeError("no key");
  return key;
}

async function timed(work: () => Promise<void> | void): Promise<Timed> {
  const start = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { cpuSeconds: (user + system) / 1e6, seconds: (performance.now() - start) / 1e3 };
}

function store(): void {
  const result = {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
    versions: { node: process.version, openssl: process.versions.openssl },
    runs: RUNS,
    events: EVENTS,
    "bytes an event": Math.round(bytes / EVENTS),
    "write, µs CPU an event": figure(writes.map(({ cpuSeconds }) => (cpuSeconds / EVENTS) * 1e6)),
    "write, events/s": figure(writes.map(({ seconds }) => EVENTS / seconds)),
    "verify, events a second of CPU": figure(
      verifications.map(({ cpuSeconds }) => EVENTS / cpuSeconds),
    ),
    "verify, events/s": figure(verifications.map(({ seconds }) => EVENTS / seconds)),
    budget: "write ≤ 30 µs CPU, verify ≥ 100,000 events/s",
  };
  const text = `${JSON.stringify(result, null, 2)}\n`;
  mkdirSync(join(ROOT, "bench/results"), { recursive: true });
  writeFileSync(join(ROOT, `bench/results/${result.date}-audit.json`), text);
  process.stdout.write(text);
}

function figure(values: readonly number[]): Figure {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number): number => Math.round((sorted[index] ?? 0) * 10) / 10;
  return { median: at(sorted.length >> 1), min: at(0), max: at(sorted.length - 1) };
}
