/**
 * Compares `plimsoll vet` with picklescan over one generated corpus, whole process by whole process,
 * interleaved: `npm run bench:scan -- VENV`, where VENV is a Python environment that has picklescan.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

import { VERSION } from "../packages/plimsoll/src/generated/facts.ts";
import { writeCorpus, type Corpus } from "./corpus.ts";
import { install } from "./installed.ts";
import { machineNow } from "./machine.ts";

const ROOT = join(import.meta.dirname, "..");
const RUNS = 15;

/** The shell tells what a program took of all cores, which Node does not. */
const TIMED = 'TIMEFORMAT="took=%U+%S"; time "$0" "$@"';

const [venv] = process.argv.slice(2);
if (venv === undefined) throw new Error("name a Python environment that has picklescan");

const place = mkdtempSync(join(tmpdir(), "plimsoll-scan-"));
const folder = join(place, "corpus");
try {
  const { program, env } = await install(place);
  const corpus = writeCorpus(folder);
  const times: Times = { plimsoll: [], picklescan: [] };
  let ours = "";
  let theirs = "";
  const vet = [program, "vet", folder, "--only", "security", "--json"];
  const scan = ["-p", folder];
  // Not counted: each keeps what it compiles when it is started for the first time.
  timed([], env, process.execPath, vet);
  timed([], env, join(venv, "bin/picklescan"), scan);
  for (let run = 0; run < RUNS; run += 1) {
    [ours] = timed(times.plimsoll, env, process.execPath, vet);
    [theirs] = timed(times.picklescan, env, join(venv, "bin/picklescan"), scan);
  }
  report(corpus, flaggedByUs(ours), flaggedByThem(theirs), times);
} finally {
  rmSync(place, { recursive: true, force: true });
}

/** What one whole process took, in milliseconds: by the clock on the wall, and of all cores together. */
type Taken = { readonly wall: number; readonly cpu: number };
type Times = { readonly plimsoll: Taken[]; readonly picklescan: Taken[] };

function timed(
  into: Taken[],
  env: NodeJS.ProcessEnv,
  command: string,
  args: readonly string[],
): [string] {
  const start = performance.now();
  const { stdout, stderr } = spawnSync("bash", ["-c", TIMED, command, ...args], {
    encoding: "utf8",
    maxBuffer: 1e9,
    env,
  });
  const wall = performance.now() - start;
  const took = /took=([\d.]+)\+([\d.]+)/u.exec(stderr);
  into.push({ wall, cpu: 1000 * (Number(took?.[1]) + Number(took?.[2])) });
  return [stdout + stderr.replace(/\n?took=.*\n?$/u, "")];
}

/** Files with a finding of harm; what is merely unread does not count as a catch. */
function flaggedByUs(output: string): Set<string> {
  const report: {
    concerns: {
      security: { checks: { findings?: { level: string; at?: { file?: string } }[] }[] };
    };
  } = JSON.parse(output);
  return new Set(
    report.concerns.security.checks
      .flatMap((check) => check.findings ?? [])
      .filter((finding) => finding.level === "stop")
      .map((finding) => finding.at?.file ?? ""),
  );
}

function flaggedByThem(output: string): Set<string> {
  return new Set(
    output
      .split("\n")
      .filter((line) => /: dangerous import /u.test(line))
      .map(
        (line) => relative(folder, line.split(": dangerous import")[0] ?? "").split(":")[0] ?? "",
      ),
  );
}

function report(
  corpus: Corpus,
  ours: ReadonlySet<string>,
  theirs: ReadonlySet<string>,
  times: Times,
): void {
  const bad = [...corpus].filter(([, harms]) => harms).map(([path]) => path);
  const good = [...corpus].filter(([, harms]) => !harms).map(([path]) => path);
  const of = (flagged: ReadonlySet<string>) => ({
    caught: bad.filter((path) => flagged.has(path)).length,
    falseAlarms: good.filter((path) => flagged.has(path)).length,
    missedOnlyHere: bad.filter((path) => !flagged.has(path)).slice(0, 40),
  });
  const result = {
    date: new Date().toISOString().slice(0, 10),
    ...machineNow(),
    versions: { plimsoll: VERSION, node: process.version, picklescan: versionOf() },
    files: corpus.size,
    harmful: bad.length,
    runs: RUNS,
    plimsoll: { ...figures(times.plimsoll), ...of(ours) },
    picklescan: { ...figures(times.picklescan), ...of(theirs) },
    wallRatio: ratio(times, "wall"),
    cpuRatio: ratio(times, "cpu"),
  };
  mkdirSync(join(ROOT, "bench/results"), { recursive: true });
  writeFileSync(
    join(ROOT, `bench/results/${result.date}-scan.json`),
    `${JSON.stringify(result, null, 2)}\n`,
  );
  process.stdout.write(
    `${JSON.stringify({ ...result, picklescan: { ...result.picklescan, missedOnlyHere: result.picklescan.missedOnlyHere.length } }, null, 2)}\n`,
  );
}

function versionOf(): string {
  const { stdout } = spawnSync(join(venv ?? "", "bin/pip"), ["show", "picklescan"], {
    encoding: "utf8",
  });
  return /^Version: (.+)$/mu.exec(stdout)?.[1] ?? "unknown";
}

function figures(taken: readonly Taken[]): {
  readonly milliseconds: number;
  readonly fastest: number;
  readonly cpuMilliseconds: number;
} {
  const wall = taken.map((one) => one.wall);
  return {
    milliseconds: median(wall),
    fastest: Math.round(Math.min(...wall)),
    cpuMilliseconds: median(taken.map((one) => one.cpu)),
  };
}

/** The median of the ratios of neighbouring runs: what else the machine did, it did to both. */
function ratio({ plimsoll, picklescan }: Times, what: keyof Taken): number {
  const ratios = plimsoll.map((one, run) => one[what] / (picklescan[run]?.[what] ?? Number.NaN));
  const sorted = ratios.toSorted((a, b) => a - b);
  return Number((sorted[sorted.length >> 1] ?? Number.NaN).toFixed(2));
}

function median(values: readonly number[]): number {
  return Math.round(values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0);
}
