/**
 * Measures the built program as users run it, whole process by whole process.
 *
 * Each figure is the median of a number of runs, with minimum and maximum beside it. One run before them is not
 * counted: in it the engine keeps what it compiles, and what a first run costs is a figure of its own. Results are
 * written to bench/results/ with date, machine and versions; commit them with what they measure.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { sparseSafetensors } from "../packages/formats/src/kit/index.ts";
import { VERSION } from "../packages/plimsoll/src/generated/facts.ts";
import { homeOf, install, type Installed } from "./installed.ts";
import { hundredGigabytes, writeLargeFolder, writeLargeGguf } from "./large-models.ts";
import { machineNow } from "./machine.ts";

const ROOT = join(import.meta.dirname, "..");
const RUNS = 15;

/**
 * Makes a process tell the most memory it ever held, in KiB, on its way out.
 *
 * Linux hands `maxRSS` down from the process that started it, so the kernel's own high-water mark is read.
 */
const TELL_MEMORY = `const{readFileSync:r}=require("node:fs");process.on("exit",()=>process.stderr.write("\\nmaxrss="+/VmHWM:.*?([0-9]+)/.exec(r("/proc/self/status","utf8"))[1]+"\\n"))`;

type Figure = { readonly median: number; readonly min: number; readonly max: number };
type Measurement = {
  readonly name: string;
  readonly milliseconds: Figure;
  /** Most memory held, in MB of 10^6 bytes. */
  readonly megabytes: Figure;
  readonly budget: string;
};

const folder = mkdtempSync(join(tmpdir(), "plimsoll-bench-"));
const tellMemory = join(folder, "tell-memory.cjs");
try {
  const installed = await install(folder);
  writeFileSync(tellMemory, TELL_MEMORY);
  const shard = join(folder, "model.safetensors");
  sparseSafetensors(shard, { tensors: hundredGigabytes() });
  const large = join(folder, "large-70b.gguf");
  const folderOf = join(folder, "sharded");
  const ggufBytes = writeLargeGguf(large);
  writeLargeFolder(folderOf);
  const vet = (path: string): Command => ({
    args: [installed.program, "vet", path, "--json"],
    env: () => installed.env,
  });
  const shardOf = `a sparse shard of ${(statSync(shard).size / 1e9).toFixed(0)} GB`;
  let homes = 0;
  const results: Measurement[] = [
    measure("node alone, for comparison", { args: ["-e", "0"], env: () => installed.env }, ""),
    measure(
      "plimsoll --version, installed",
      { args: [installed.program, "--version"], env: () => installed.env },
      "60 ms",
    ),
    measure(`plimsoll vet of ${shardOf}, installed`, vet(shard), "300 ms, 150 MB"),
    measure(
      `plimsoll vet of the header of a GGUF of 70 billion parameters, 723 tensors and 128,256 tokens (${(ggufBytes / 1e9).toFixed(0)} GB, sparse), installed`,
      vet(large),
      "300 ms, 150 MB",
    ),
    measure(
      "plimsoll vet of a folder of 100 GB in 20 sparse safetensors shards with their index, installed",
      vet(folderOf),
      "300 ms, 150 MB",
    ),
    measure(
      `the first plimsoll vet ever in a home, of ${shardOf}, installed`,
      { ...vet(shard), env: () => homeOf(join(folder, `home-${(homes += 1)}`)) },
      "",
    ),
  ];
  store(results);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

type Command = { readonly args: readonly string[]; readonly env: () => Installed["env"] };

function measure(name: string, { args, env }: Command, budget: string): Measurement {
  const times: number[] = [];
  const memory: number[] = [];
  for (let run = 0; run <= RUNS; run += 1) {
    const own = env();
    const start = process.hrtime.bigint();
    const child = spawnSync(process.execPath, ["--require", tellMemory, ...args], {
      encoding: "utf8",
      maxBuffer: 1e8,
      env: own,
    });
    const took = Number(process.hrtime.bigint() - start) / 1e6;
    const held = /maxrss=(\d+)/u.exec(child.stderr)?.[1];
    if (held === undefined) throw new Error(`${name}: ${child.stderr}`);
    if (run === 0) continue;
    times.push(took);
    memory.push((Number(held) * 1024) / 1e6);
  }
  return { name, milliseconds: figure(times), megabytes: figure(memory), budget };
}

function figure(values: readonly number[]): Figure {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number): number => Math.round((sorted[index] ?? 0) * 10) / 10;
  return { median: at(sorted.length >> 1), min: at(0), max: at(sorted.length - 1) };
}

function store(results: readonly Measurement[]): void {
  const date = new Date().toISOString().slice(0, 10);
  const versions = {
    plimsoll: VERSION,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
  };
  mkdirSync(join(ROOT, "bench/results"), { recursive: true });
  const path = join(ROOT, `bench/results/${date}-start.json`);
  writeFileSync(
    path,
    `${JSON.stringify({ date, ...machineNow(), versions, runs: RUNS, results }, null, 2)}\n`,
  );
  for (const { name, milliseconds, megabytes, budget } of results) {
    process.stdout.write(
      `${name}: ${milliseconds.median} ms (${milliseconds.min} to ${milliseconds.max}), ${megabytes.median} MB${budget === "" ? "" : `; budget ${budget}`}\n`,
    );
  }
}
