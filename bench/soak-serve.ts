import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { growthOf, soakServer, type ServeSoak } from "../tests/e2e/faults/serve-soak.ts";

/** Requests of the whole, and after how many memory is looked at. */
const REQUESTS = 1_000_000;
const STEP = 5_000;

/** Megabytes that a run may grow by, after it warmed up, and still be flat: a collector does not return at once. */
const FLAT_MAX = 48;

/** Where a soak goes on that was stopped: its state is what the gateway keeps of a million requests. */
const FOLDER = join(tmpdir(), "plimsoll-soak-serve");
const PROGRESS = join(FOLDER, "progress.json");

/**
 * Serves a million requests and looks whether memory stays flat. Started again after it was stopped, it goes on, with
 * another gateway on the same state: each has a curve of its own.
 */
export async function soakServe(told: (figures: object) => void): Promise<object> {
  const before = runsBefore();
  const from = before.at(-1)?.requests ?? 0;
  const home = join(FOLDER, "home");
  mkdirSync(home, { recursive: true });
  const keep = (soak: ServeSoak): void => {
    writeFileSync(PROGRESS, JSON.stringify([...before, soak]));
    told(figuresOf([...before, soak]));
  };
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      stop.abort();
    });
  }
  await soakServer(home, { requests: REQUESTS, step: STEP, from, signal: stop.signal }, keep);
  const figures = figuresOf(runsBefore());
  if (!stop.signal.aborted) rmSync(FOLDER, { recursive: true, force: true });
  return figures;
}

function runsBefore(): readonly ServeSoak[] {
  return existsSync(PROGRESS) ? JSON.parse(readFileSync(PROGRESS, "utf8")) : [];
}

function figuresOf(runs: readonly ServeSoak[]): object {
  const sum = (of: (run: ServeSoak) => number): number =>
    runs.reduce((total, run) => total + of(run), 0);
  const grown = runs.map(growthOf);
  const requests = runs.at(-1)?.requests ?? 0;
  return {
    requests,
    isWhole: requests >= REQUESTS,
    answered: sum(({ answered }) => answered),
    refused: sum(({ refused }) => refused),
    left: sum(({ left }) => left),
    grownMegabytes: grown,
    isFlat: grown.every((one) => one <= FLAT_MAX),
    columns: ["requests", "seconds", "megabytes"],
    curves: runs.map(({ curve }) =>
      curve.map(({ requests: at, seconds, megabytes }) => [at, seconds, megabytes].join(" ")),
    ),
  };
}
