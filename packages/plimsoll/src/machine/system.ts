import { readFileSync, statfsSync } from "node:fs";
import { availableParallelism, freemem, totalmem } from "node:os";

/** What the probe reads of a computer. Injected, so that every machine is a fixture. */
export interface System {
  readonly platform: NodeJS.Platform;
  /** Text of a small file, or undefined when it is not there or may not be read. */
  readText(path: string): string | undefined;
  /** Cores this process may be scheduled on (affinity). */
  readonly parallelism: number;
  /** Bytes of memory in all, and bytes free, as the runtime reports them. */
  readonly totalMemory: number;
  readonly freeMemory: number;
  /** Bytes that this user may still write on the disk that holds a path; undefined where it does not say. */
  freeDisk?(path: string): number | undefined;
}

/** This computer. */
export function thisSystem(): System {
  return {
    platform: process.platform,
    readText: (path) => {
      try {
        return readFileSync(path, "utf8");
      } catch {
        // Absent on this kernel or closed to this user: the probe falls back and names its source.
        return undefined;
      }
    },
    parallelism: availableParallelism(),
    totalMemory: totalmem(),
    freeMemory: freemem(),
    freeDisk: (path) => {
      try {
        const { bavail, bsize } = statfsSync(path);
        return bavail * bsize;
      } catch {
        // Some network disks do not tell; nothing is then said of their space.
        return undefined;
      }
    },
  };
}
