import { readCgroup } from "./cgroup.ts";
import type { System } from "./system.ts";

/** A fact about this machine, with where it was read. */
export type MachineFact = { readonly value: number; readonly from: string };

/** What this process may use of the machine it runs on. */
export type Machine = {
  /** Whole cores, at least 1. */
  readonly cores: MachineFact;
  /** Bytes of memory in the machine or under its limit. */
  readonly memoryTotal: MachineFact;
  /** Bytes of memory that can be had now. */
  readonly memoryFree: MachineFact;
};

/** Reads cores and memory, the smallest of what affinity, control groups and the kernel allow. */
export function probe(system: System): Machine {
  const cgroup = readCgroup(system);
  const group = `cgroup ${cgroup.version ?? ""}`.trim();
  return {
    cores: least([
      { value: system.parallelism, from: "affinity" },
      ...(cgroup.cores === undefined
        ? []
        : [{ value: Math.max(1, Math.floor(cgroup.cores)), from: `${group} quota` }]),
      ...physicalCores(system.readText("/proc/cpuinfo")),
    ]),
    memoryTotal: least([
      { value: system.totalMemory, from: "the system" },
      ...(cgroup.memoryLimit === undefined
        ? []
        : [{ value: cgroup.memoryLimit, from: `${group} limit` }]),
    ]),
    memoryFree: least([
      availableMemory(system),
      ...(cgroup.memoryFree === undefined
        ? []
        : [{ value: cgroup.memoryFree, from: `${group} limit` }]),
    ]),
  };
}

function least(facts: readonly MachineFact[]): MachineFact {
  const [first, ...others] = facts;
  if (first === undefined) throw new TypeError("no fact to choose from");
  return others.reduce((a, b) => (b.value < a.value ? b : a), first);
}

/** Free memory that counts caches as free, where the kernel says so. */
function availableMemory(system: System): MachineFact {
  const line = /^MemAvailable:\s+(\d+) kB$/mu.exec(system.readText("/proc/meminfo") ?? "");
  return line?.[1] === undefined
    ? { value: system.freeMemory, from: "the system" }
    : { value: Number(line[1]) * 1024, from: "MemAvailable" };
}

/** Distinct cores: a second thread on a core adds nothing to reading weights. */
function physicalCores(cpuinfo: string | undefined): MachineFact[] {
  const seen = new Set<string>();
  let physical = "";
  for (const line of cpuinfo?.split("\n") ?? []) {
    const [key, value] = line.split(":").map((part) => part.trim());
    if (key === "physical id") physical = value ?? "";
    if (key === "core id") seen.add(`${physical}/${value ?? ""}`);
  }
  return seen.size === 0 ? [] : [{ value: seen.size, from: "physical cores" }];
}
