import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";

import type { CampaignResult, Progress } from "./campaign.ts";
import { keepCases } from "./cases.ts";
import { Coverage } from "./coverage.ts";
import type { FuzzOptions } from "./options.ts";

const ROOT = join(import.meta.dirname, "../..");

/** Milliseconds between two lines of progress. */
const TELL_MS = 1_000;

/**
 * Fuzzes one reader for its time, keeps what broke as cases, and writes the figures to bench/results/fuzz/.
 * Returns how many different things broke.
 */
export async function fuzzReader(reader: string, options: FuzzOptions): Promise<number> {
  const { seed, runs, minutes } = options;
  // Counting begins before the readers are loaded: see Coverage.
  const coverage = new Coverage(ROOT);
  const { TARGETS } = await import("./targets.ts");
  const { runCampaign } = await import("./campaign.ts");
  const target = TARGETS.find(({ name }) => name === reader);
  if (target === undefined) throw new TypeError(`no reader ${reader}`);
  coverage.follow(target.code);
  const start = process.cpuUsage();
  const seconds = (): number => cpuSeconds(process.cpuUsage(start));
  const interrupt = interruption();
  let told = 0;
  const shouldStop = (progress: Progress): boolean => {
    if (process.stderr.isTTY && performance.now() - told > TELL_MS) {
      told = performance.now();
      process.stderr.write(`\r\u001B[K${reader}: ${lineOf(progress, coverage, seconds())}`);
    }
    return interrupt.heard || seconds() >= minutes * 60;
  };
  const result = await runCampaign(target, { seed, runs, shouldStop, coverage });
  if (process.stderr.isTTY) process.stderr.write("\r\u001B[K");
  interrupt.stop();
  keepCases(reader, seed, result.broken);
  store(reader, seed, result, coverage, seconds());
  coverage.stop();
  process.stdout.write(`${reader}: ${lineOf(result, coverage, seconds())}\n`);
  for (const { kind, message, hits } of result.broken) {
    process.stdout.write(`  ${kind} (${hits}×): ${message}\n`);
  }
  return result.broken.length;
}

/** The first Ctrl-C ends the reader and writes what it has; the second ends the process, as ever. */
function interruption(): { readonly heard: boolean; readonly stop: () => void } {
  let heard = false;
  const hear = (): void => {
    heard = true;
    process.exitCode = 130;
  };
  process.once("SIGINT", hear);
  return {
    get heard() {
      return heard;
    },
    stop: () => {
      process.off("SIGINT", hear);
    },
  };
}

function cpuSeconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1e6;
}

function lineOf(progress: Progress, coverage: Coverage, seconds: number): string {
  const { covered, total } = coverage.blocks;
  const count = progress.executions.toLocaleString("en");
  return `${count} files in ${seconds.toFixed(0)} CPU s, ${covered} of ${total} blocks, ${progress.corpus} kept, ${progress.findings} findings`;
}

function store(
  reader: string,
  seed: number,
  { executions, corpus, broken, digest }: CampaignResult,
  coverage: Coverage,
  seconds: number,
): void {
  const figures = {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, node ${process.version}`,
    reader,
    seed,
    cpuMinutes: Math.round(seconds / 6) / 10,
    executions,
    executionsPerCpuSecond: Math.round(executions / seconds),
    blocks: coverage.blocks,
    corpus,
    digest: `sha256:${digest}`,
    findings: broken.map(({ kind, message, hits, bytes }) => ({
      kind,
      message,
      hits,
      bytes: bytes.length,
    })),
  };
  const folder = join(ROOT, "bench/results/fuzz");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${reader}.json`), `${JSON.stringify(figures, null, 2)}\n`);
}
