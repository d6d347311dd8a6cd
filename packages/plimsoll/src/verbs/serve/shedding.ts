import { totalmem } from "node:os";
import { getHeapStatistics } from "node:v8";

import { refuse, type Refusal } from "../../gateway/refusal.ts";
import type { ShedReason } from "../../gateway/telemetry/contract.ts";

/**
 * Milliseconds that the event loop may lag before new requests are refused. A fifth of all lags since the last look
 * must be longer: one long pause in a second is no overload, a second of them is.
 */
export const LOOP_LAG_MS = 200;

/** The share of its memory that a process may fill before new requests are refused: past it, it dies with all of them. */
export const MEMORY_SHARE = 0.9;

/** What a server is burdened with. */
export type Load = {
  readonly lagMs: number;
  /** Of the heap or of all memory, whichever is fuller: from 0 to 1. */
  readonly memoryShare: number;
  readonly running: number;
};

/** Why new requests are not taken under this load, the gravest first; undefined while they are. */
export function reasonToShed(load: Load, runningMax: number): ShedReason | undefined {
  if (load.memoryShare > MEMORY_SHARE) return "memory";
  if (load.lagMs > LOOP_LAG_MS) return "lag";
  return load.running >= runningMax ? "requests" : undefined;
}

/** What is told to who is shed; each says when to come again. */
export const SHED_REFUSALS: Readonly<Record<ShedReason, Refusal>> = {
  lag: refuse("overloaded", "The gateway has too much to do.", { retryAfterMs: 1_000 }),
  memory: refuse("overloaded", "The gateway has no room for more.", { retryAfterMs: 5_000 }),
  requests: refuse("overloaded", "The gateway serves as many requests as it may.", {
    retryAfterMs: 1_000,
  }),
};

/** How full the memory of this process is: its heap against V8's limit, all of it against its control group's. */
export function memoryShare(): number {
  const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
  return Math.max(used / limit, process.memoryUsage.rss() / memoryLimit(totalmem()));
}

/** Bytes that the process may have. Where no group limits it, the system says 0 or more than there is. */
function memoryLimit(installed: number): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, installed) : installed;
}
