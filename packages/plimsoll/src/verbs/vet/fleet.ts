import type { VetJob } from "./job.ts";
import type { VetResult } from "./vet.ts";
import { vetWatched, type Watch } from "./watched.ts";

/** Models vetted at the same time: each has a worker with a budget of memory. */
const FLEET_MAX_WORKERS = 4;

/**
 * Vets several models, some at a time, and returns their results in the order asked for.
 * @throws PlimsollError of the first that cannot be vetted at all; the others are then ended.
 */
export async function vetFleet(
  jobs: readonly VetJob[],
  watch: Watch & { readonly cores: number },
): Promise<VetResult[]> {
  const results = new Map<number, VetResult>();
  const pending = jobs.entries();
  const stop = new AbortController();
  const signal =
    watch.signal === undefined ? stop.signal : AbortSignal.any([watch.signal, stop.signal]);
  const lane = async (): Promise<void> => {
    for (const [index, job] of pending)
      results.set(index, await vetWatched(job, { ...watch, signal }));
  };
  const lanes = Math.max(1, Math.min(watch.cores, FLEET_MAX_WORKERS, jobs.length));
  try {
    await Promise.all(Array.from({ length: lanes }, lane));
  } finally {
    stop.abort();
  }
  return jobs.map((_, index) => results.get(index)).filter((result) => result !== undefined);
}
