import { expect, test } from "vitest";

import { probe } from "./probe.ts";
import type { System } from "./system.ts";

const GIB = 2 ** 30;

const system = (files: Record<string, string>, change: Partial<System> = {}): System => ({
  platform: "linux",
  readText: (path) => files[path],
  parallelism: 8,
  totalMemory: 16 * GIB,
  freeMemory: 2 * GIB,
  ...change,
});
const meminfo = `MemTotal: ${16 * 2 ** 20} kB\nMemAvailable: ${10 * 2 ** 20} kB\n`;

test("bare metal: affinity, and memory that caches can give back", () => {
  const machine = probe(system({ "/proc/meminfo": meminfo }));
  expect(machine.cores).toEqual({ value: 8, from: "affinity" });
  expect(machine.memoryFree).toEqual({ value: 10 * GIB, from: "MemAvailable" });
});

test("cgroup v2: quota of 1.5 cores is one core, file cache counts as free", () => {
  const machine = probe(
    system({
      "/proc/meminfo": meminfo,
      "/proc/self/cgroup": "0::/\n",
      "/sys/fs/cgroup/cpu.max": "150000 100000\n",
      "/sys/fs/cgroup/memory.max": `${4 * GIB}\n`,
      "/sys/fs/cgroup/memory.current": `${3 * GIB}\n`,
      "/sys/fs/cgroup/memory.stat": `anon 1\ninactive_file ${GIB}\n`,
    }),
  );
  expect(machine.cores).toEqual({ value: 1, from: "cgroup v2 quota" });
  expect(machine.memoryTotal).toEqual({ value: 4 * GIB, from: "cgroup v2 limit" });
  expect(machine.memoryFree).toEqual({ value: 2 * GIB, from: "cgroup v2 limit" });
});

test("cgroup v2: a parent's limit binds, its child's max does not", () => {
  const machine = probe(
    system({
      "/proc/self/cgroup": "0::/pod/container\n",
      "/sys/fs/cgroup/pod/container/memory.max": "max\n",
      "/sys/fs/cgroup/pod/memory.max": `${GIB}\n`,
      "/sys/fs/cgroup/pod/memory.current": "0\n",
      "/sys/fs/cgroup/pod/cpu.max": "max 100000\n",
    }),
  );
  expect(machine.memoryTotal.value).toBe(GIB);
  expect(machine.cores.value).toBe(8);
});

test("cgroup v1: 2^63 - 4096 is no limit, a real one is", () => {
  const files = {
    "/proc/self/cgroup": "4:memory:/kube\n3:cpu,cpuacct:/kube\n",
    "/sys/fs/cgroup/memory/kube/memory.limit_in_bytes": "9223372036854771712\n",
    "/sys/fs/cgroup/cpu/kube/cpu.cfs_quota_us": "-1\n",
    "/sys/fs/cgroup/cpu/kube/cpu.cfs_period_us": "100000\n",
  };
  const free = probe(system(files));
  expect(free.memoryTotal.value).toBe(16 * GIB);
  expect(free.cores.value).toBe(8);
  const bound = probe(
    system({
      ...files,
      "/sys/fs/cgroup/memory/kube/memory.limit_in_bytes": `${2 * GIB}\n`,
      "/sys/fs/cgroup/memory/kube/memory.usage_in_bytes": `${GIB}\n`,
      "/sys/fs/cgroup/cpu/kube/cpu.cfs_quota_us": "200000\n",
    }),
  );
  expect(bound.memoryTotal.value).toBe(2 * GIB);
  expect(bound.memoryFree.value).toBe(GIB);
  expect(bound.cores).toEqual({ value: 2, from: "cgroup v1 quota" });
});

test("two threads of one core are one core", () => {
  const cpuinfo = ["0", "0", "1", "1"]
    .map((core, index) => `processor : ${index}\nphysical id : 0\ncore id : ${core}\n`)
    .join("\n");
  expect(probe(system({ "/proc/cpuinfo": cpuinfo })).cores.value).toBe(2);
});

test("a system without /proc answers with what the runtime knows", () => {
  const machine = probe(system({}, { platform: "darwin" }));
  expect(machine.memoryFree).toEqual({ value: 2 * GIB, from: "the system" });
});
