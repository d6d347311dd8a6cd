import type { System } from "./system.ts";

/** What the control groups of this process allow; absent where nothing limits. */
export type CgroupLimits = {
  /** Cores by CPU quota; a fraction is possible. */
  readonly cores?: number;
  /** Bytes that may still be used: limit less what is used and cannot be reclaimed. */
  readonly memoryFree?: number;
  readonly memoryLimit?: number;
  readonly version?: "v1" | "v2";
};

type Level = { readonly limit: number; readonly free: number };

const ROOT = "/sys/fs/cgroup";

/**
 * Reads CPU quota and memory limit on the whole path up, since a parent's limit binds its children.
 *
 * @see https://github.com/torvalds/linux/blob/03189e8ed5b3f17550b478043f671a9dbd2b3141/Documentation/admin-guide/cgroup-v2.rst (cpu.max, memory.max), read 2026-11-25
 * @see https://github.com/torvalds/linux/blob/002c6ca75289a4ac4f6738213dd2d258704886e4/Documentation/admin-guide/cgroup-v1/memory.rst (memory.limit_in_bytes), read 2026-11-25
 */
export function readCgroup(system: System): CgroupLimits {
  const membership = system.readText("/proc/self/cgroup") ?? "";
  const lines = membership.split("\n").map((line) => line.split(":"));
  const unified = lines.find(([id, controllers]) => id === "0" && controllers === "");
  const memoryV1 = lines.find(([, controllers]) => controllers?.split(",").includes("memory"));
  const cpuV1 = lines.find(([, controllers]) => controllers?.split(",").includes("cpu"));
  if (memoryV1 === undefined && cpuV1 === undefined) {
    return unified === undefined ? {} : readV2(system, unified[2] ?? "/");
  }
  return readV1(system, memoryV1?.[2] ?? "/", cpuV1?.[2] ?? "/");
}

function readV2(system: System, group: string): CgroupLimits {
  const folders = pathUp(ROOT, group);
  const quotas = folders.map((folder) => {
    const [quota, period] = (system.readText(`${folder}/cpu.max`) ?? "max").trim().split(" ");
    return quotient(quota, period);
  });
  const levels = folders.map((folder) =>
    level(
      system.readText(`${folder}/memory.max`),
      system.readText(`${folder}/memory.current`),
      statOf(system.readText(`${folder}/memory.stat`), "inactive_file"),
    ),
  );
  return summary("v2", quotas, levels, system.totalMemory);
}

function readV1(system: System, memoryGroup: string, cpuGroup: string): CgroupLimits {
  const cpu = [`${ROOT}/cpu`, `${ROOT}/cpu,cpuacct`].flatMap((root) => pathUp(root, cpuGroup));
  const quotas = cpu.map((folder) =>
    quotient(
      system.readText(`${folder}/cpu.cfs_quota_us`)?.trim(),
      system.readText(`${folder}/cpu.cfs_period_us`)?.trim(),
    ),
  );
  const levels = pathUp(`${ROOT}/memory`, memoryGroup).map((folder) =>
    level(
      system.readText(`${folder}/memory.limit_in_bytes`),
      system.readText(`${folder}/memory.usage_in_bytes`),
      statOf(system.readText(`${folder}/memory.stat`), "total_inactive_file"),
    ),
  );
  return summary("v1", quotas, levels, system.totalMemory);
}

/** The group's folder and every folder above it. In a container the group may be named from outside; its root is read all the same. */
function pathUp(root: string, group: string): string[] {
  const parts = group.split("/").filter((part) => part !== "" && part !== "..");
  return Array.from({ length: parts.length + 1 }, (_, index) =>
    [root, ...parts.slice(0, parts.length - index)].join("/"),
  );
}

/** `max` and `-1` mean no quota. */
function quotient(quota: string | undefined, period: string | undefined): number | undefined {
  const value = Number(quota) / Number(period);
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

function level(
  limitText: string | undefined,
  usedText: string | undefined,
  reclaimable: number,
): Level | undefined {
  const limit = Number(limitText?.trim());
  if (limitText === undefined || !Number.isFinite(limit)) return undefined;
  const used = Number(usedText?.trim() ?? 0);
  return { limit, free: Math.max(0, limit - Math.max(0, used - reclaimable)) };
}

function statOf(text: string | undefined, key: string): number {
  const line = text?.split("\n").find((candidate) => candidate.startsWith(`${key} `));
  const value = Number(line?.slice(key.length + 1));
  return Number.isFinite(value) ? value : 0;
}

function summary(
  version: "v1" | "v2",
  quotas: readonly (number | undefined)[],
  levels: readonly (Level | undefined)[],
  total: number,
): CgroupLimits {
  const cores = quotas.filter((quota) => quota !== undefined);
  // v1 writes 2^63 − 4096 for no limit: a limit beyond what the machine has limits nothing.
  const binding = levels.filter((one) => one !== undefined).filter((one) => one.limit < total);
  return {
    version,
    ...(cores.length === 0 ? {} : { cores: Math.min(...cores) }),
    ...(binding.length === 0
      ? {}
      : {
          memoryLimit: Math.min(...binding.map((one) => one.limit)),
          memoryFree: Math.min(...binding.map((one) => one.free)),
        }),
  };
}
