import type { Worker } from "node:worker_threads";

import { reasonOf } from "../../../kernel/error.ts";
import type { RenderBatch } from "./batch.ts";
import type { RenderBudget, RenderResult } from "./contract.ts";
import type { Pulse } from "./pulse.ts";

/** Milliseconds that a worker may take to start and to receive a batch. */
const START_MS = 10_000;

/** Milliseconds that parsing one template may take at least: a large one takes longer than its rendering (CWE-400). */
const PARSE_MS = 2_000;

/** Milliseconds between two looks at the pulse. */
const LOOK_MS = 10;

/** How a batch ended. `results` are those of its first requests; without `stopped` they are all. */
export type BatchEnd = {
  readonly results: readonly RenderResult[];
  /** The request that ended the worker, and what became of it. */
  readonly stopped?: { readonly index: number; readonly result: RenderResult };
  /** What the rest comes to without being tried: time is over, or no worker will do it. */
  readonly rest?: RenderResult;
};

/** Has a worker render one batch, and watches it. A worker that is stopped must be ended by the caller. */
export function runBatch(
  worker: Worker,
  batch: RenderBatch,
  watch: { readonly pulse: Pulse; readonly budget: RenderBudget; readonly until: number },
): Promise<BatchEnd> {
  const { pulse, budget, until } = watch;
  const results: RenderResult[] = [];
  return new Promise((resolve) => {
    let seen = pulse.count;
    let since = performance.now();
    const end = (ending: Omit<BatchEnd, "results">): void => {
      clearInterval(look);
      // Only our own: a worker without the listeners that Node put there hears nothing any more.
      worker.off("message", take).off("error", fail).off("exit", leave);
      resolve({ results, ...ending });
    };
    const stop = (result: RenderResult): void => {
      const index = Math.max(results.length, pulse.index);
      // A worker that ends before it begins would end again.
      end(pulse.phase === "idle" ? { rest: result } : { stopped: { index, result } });
    };
    const look = setInterval(() => {
      const now = performance.now();
      if (pulse.count !== seen) {
        seen = pulse.count;
        since = now;
      }
      if (now > until) end({ rest: { kind: "late" } });
      else if (now - since > allowed(pulse, budget)) stop({ kind: "late" });
    }, LOOK_MS);
    const take = (more: readonly RenderResult[]): void => {
      results.push(...more);
      if (results.length >= batch.requests.length) end({});
    };
    const fail = (error: Error & { readonly code?: string }): void => {
      const isFull = error.code === "ERR_WORKER_OUT_OF_MEMORY";
      stop(isFull ? { kind: "too-large" } : { kind: "failed", message: reasonOf(error) });
    };
    const leave = (): void => {
      stop({ kind: "failed", message: "the thread that rendered it was ended" });
    };
    worker.on("message", take).on("error", fail).on("exit", leave);
    worker.postMessage(batch);
  });
}

function allowed({ phase }: Pulse, { ms }: RenderBudget): number {
  if (phase === "idle") return START_MS;
  return phase === "parsing" ? Math.max(ms, PARSE_MS) : ms;
}
