import { readFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";

/** Where a measurement was taken. */
export type Machine = {
  readonly machine: string;
  /** Processes that wanted a core in the last minute: beyond the number of cores, a figure tells of the neighbours too. */
  readonly load: number;
  /** `real-time` where what is measured goes before everything else (`chrt -f 10 npm run …`), as on a machine of its own. */
  readonly scheduling: "usual" | "real-time";
};

/** The machine as it is now. */
export function machineNow(): Machine {
  const model = cpus()[0]?.model ?? "unknown";
  return {
    machine: `${cpus().length} × ${model}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
    load: Number(loadavg()[0]?.toFixed(1)),
    scheduling: isRealTime() ? "real-time" : "usual",
  };
}

/** Real-time policies have numbers of their own (proc(5), field 41 of stat; sched(7)). */
function isRealTime(): boolean {
  try {
    const stat = readFileSync("/proc/self/stat", "utf8");
    // The name in the second field may hold blanks, and ends with the last bracket.
    const policy = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[38];
    return policy === "1" || policy === "2";
  } catch {
    // No Linux: nothing is known, and nothing is claimed.
    return false;
  }
}
