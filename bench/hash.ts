/**
 * Measures hashing against `openssl dgst -sha256`, on one thread each, over one file that the page cache holds.
 *
 * Runs alternate, so that whatever else the machine does meets both. The file is written once and read once before.
 */
import { spawnSync } from "node:child_process";
import { createCipheriv } from "node:crypto";
import {
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  closeSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";

import { NO_MEMORY } from "../packages/plimsoll/src/model/hash/digest-memory.ts";
import { hashFiles } from "../packages/plimsoll/src/model/hash/hash.ts";
import { resolveReference } from "../packages/plimsoll/src/model/reference.ts";
import { takeSnapshot } from "../packages/plimsoll/src/model/snapshot.ts";

const ROOT = join(import.meta.dirname, "..");
const RUNS = 9;
const BYTES = 2 ** 31;

/** The least that our speed may be of openssl's. */
const BUDGET = 0.9;

type Run = { readonly sha256: string; readonly seconds: number };
type Figure = { readonly median: number; readonly min: number; readonly max: number };

const folder = mkdtempSync(join(tmpdir(), "plimsoll-bench-"));
try {
  const path = join(folder, "model.gguf");
  writeRandom(path);
  await ours(path);
  const runs: { ours: Run; openssl: Run }[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    runs.push({ openssl: openssl(path), ours: await ours(path) });
  }
  store(runs);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Bytes that no disk or file system can shorten. */
function writeRandom(path: string): void {
  const cipher = createCipheriv("aes-128-ctr", Buffer.alloc(16, 1), Buffer.alloc(16));
  const zeros = Buffer.alloc(2 ** 24);
  const descriptor = openSync(path, "wx");
  for (let written = 0; written < BYTES; written += zeros.length) {
    writeSync(descriptor, cipher.update(zeros));
  }
  closeSync(descriptor);
}

/** One thread of ours, its start and end included. */
async function ours(path: string): Promise<Run> {
  const { files } = takeSnapshot(resolveReference(path, "/"));
  const start = performance.now();
  const [outcome] = await hashFiles(files, { workers: 1, memory: NO_MEMORY });
  const seconds = (performance.now() - start) / 1000;
  if (outcome?.kind !== "hashed") throw new TypeError(outcome?.reason);
  return { sha256: outcome.sha256, seconds };
}

/** A whole process of openssl. */
function openssl(path: string): Run {
  const start = performance.now();
  const { stdout, status } = spawnSync("openssl", ["dgst", "-sha256", path], { encoding: "utf8" });
  const seconds = (performance.now() - start) / 1000;
  const sha256 = /[0-9a-f]{64}/u.exec(stdout)?.[0];
  if (status !== 0 || sha256 === undefined) throw new TypeError("openssl did not answer");
  return { sha256, seconds };
}

function store(runs: readonly { readonly ours: Run; readonly openssl: Run }[]): void {
  if (runs.some((run) => run.ours.sha256 !== run.openssl.sha256)) {
    throw new TypeError("the digests differ");
  }
  const speed = (of: "ours" | "openssl"): Figure =>
    figure(runs.map((run) => BYTES / 1e6 / run[of].seconds));
  const ratio = figure(runs.map((run) => (run.openssl.seconds / run.ours.seconds) * 1000));
  const result = {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
    versions: {
      node: process.version,
      "node's openssl": process.versions.openssl,
      openssl: spawnSync("openssl", ["version"], { encoding: "utf8" }).stdout.trim(),
    },
    runs: RUNS,
    bytes: BYTES,
    "MB/s": { plimsoll: speed("ours"), openssl: speed("openssl") },
    ratio: { median: ratio.median / 1000, min: ratio.min / 1000, max: ratio.max / 1000 },
    budget: `ratio ≥ ${BUDGET}`,
  };
  mkdirSync(join(ROOT, "bench/results"), { recursive: true });
  const path = join(ROOT, `bench/results/${result.date}-hash.json`);
  writeFileSync(path, `${JSON.stringify(result, null, 2)}\n`);
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
}

function figure(values: readonly number[]): Figure {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number): number => Math.round(sorted[index] ?? 0);
  return { median: at(sorted.length >> 1), min: at(0), max: at(sorted.length - 1) };
}
