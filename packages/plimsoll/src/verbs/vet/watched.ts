import { Worker } from "node:worker_threads";

import { PlimsollError } from "../../kernel/error.ts";
import { workerUrl } from "../../kernel/worker-url.ts";
import { Beats, type Place } from "./beats.ts";
import type { VetJob, WorkerEnd, WorkerStart } from "./job.ts";
import { selectChecks } from "./select-checks.ts";
import type { VetResult } from "./vet.ts";

/** Milliseconds that one file or check may take. A file made to stall its reader must not stall its neighbours (CWE-400). */
export const ARTIFACT_MAX_MS = 30_000;

/** Megabytes of values that reading may hold at once; buffers are bounded by the readers' own budgets (CWE-770). */
const WORKER_MAX_MB = 1_024;

/** Megabytes of new values between two collections: headers make many that live for one file only. */
const WORKER_YOUNG_MB = 32;

/** Megabytes of stack: enough for every nesting that readers allow. */
const WORKER_STACK_MB = 4;

/** Files and checks that may stall or burst before the rest is left unread: each costs a new start. */
const MAX_RESTARTS = 8;

/** Milliseconds between two looks at the pulse. */
const LOOK_MS = 50;

/** How a vet is watched. */
export type Watch = {
  /** Ends the vet within a look. */
  readonly signal?: AbortSignal;
  /** Told where the worker is, at most once a look. */
  readonly onPlace?: (place: Place, count: number) => void;
  /** Milliseconds in place of ARTIFACT_MAX_MS, for tests. */
  readonly artifactMs?: number;
  /** A worker in place of the real one, for tests: readers that stall are hard to come by. */
  readonly worker?: URL;
};

/**
 * Vets a model in a worker, so that a file that stalls or bursts its reader is given up alone: it is
 * unread, and everything else is looked at again without it.
 * @throws PlimsollError `interrupted` when the signal fires, and whatever `vet` throws.
 */
export async function vetWatched(job: VetJob, watch: Watch = {}): Promise<VetResult> {
  const skip = { files: new Map<string, string>(), checks: new Map<string, string>() };
  for (let restarts = 0; ; restarts += 1) {
    const end = await runWorker({ job, skip, beats: new Beats().buffer }, watch);
    if (end.kind === "done") return end.result;
    if (end.kind === "refused") throw new PlimsollError(end.code, end.message, end);
    if (end.kind === "broken")
      throw Object.assign(new TypeError(end.message), { stack: end.stack });
    if (end.place === undefined || restarts >= MAX_RESTARTS) {
      throw new PlimsollError("environment", `this model cannot be vetted: ${end.reason}`, {
        hint: "Vet its files one by one, to see which of them stalls the reading.",
      });
    }
    const skipped = end.place.kind === "file" ? skip.files : skip.checks;
    skipped.set(end.place.name, end.reason);
  }
}

type GivenUp = {
  readonly kind: "given-up";
  readonly place: Place | undefined;
  readonly reason: string;
};

function runWorker(start: WorkerStart, watch: Watch): Promise<WorkerEnd | GivenUp> {
  const limit = watch.artifactMs ?? ARTIFACT_MAX_MS;
  const beats = new Beats(start.beats);
  const worker = new Worker(watch.worker ?? workerUrl(import.meta.url, "./vet-worker"), {
    workerData: start,
    resourceLimits: {
      maxOldGenerationSizeMb: WORKER_MAX_MB,
      maxYoungGenerationSizeMb: WORKER_YOUNG_MB,
      stackSizeMb: WORKER_STACK_MB,
    },
  });
  return new Promise((resolve, reject) => {
    let seen = 0;
    let since = performance.now();
    const finish = (act: () => void): void => {
      clearInterval(look);
      watch.signal?.removeEventListener("abort", interrupt);
      act();
    };
    const giveUp = (reason: string): void => {
      void worker.terminate();
      finish(() => {
        resolve({ kind: "given-up", place: beats.place, reason });
      });
    };
    const interrupt = (): void => {
      void worker.terminate();
      finish(() => {
        reject(interrupted(start.job, beats));
      });
    };
    const look = setInterval(() => {
      const { count, place } = beats;
      if (count !== seen) {
        seen = count;
        since = performance.now();
        if (place !== undefined) watch.onPlace?.(place, count);
      } else if (performance.now() - since > (count === 0 ? ARTIFACT_MAX_MS : limit)) {
        giveUp(`limit: ARTIFACT_MAX_MS (${limit}) reached`);
      }
    }, LOOK_MS);
    watch.signal?.addEventListener("abort", interrupt);
    if (watch.signal?.aborted === true) interrupt();
    worker.once("message", (end: WorkerEnd) => {
      // It has nothing left to do and ends by itself.
      finish(() => {
        resolve(end);
      });
    });
    worker.once("error", (error: Error & { code?: string }) => {
      if (error.code === "ERR_WORKER_OUT_OF_MEMORY") {
        giveUp(`limit: WORKER_MAX_MB (${WORKER_MAX_MB}) reached`);
      } else {
        finish(() => {
          reject(error);
        });
      }
    });
  });
}

/** Says where it ended, and which checks have no answer. */
function interrupted(job: VetJob, beats: Beats): PlimsollError {
  const { place } = beats;
  const where = place === undefined ? "before anything was read" : `at ${place.kind} ${place.name}`;
  const open = selectChecks(job.only).slice(Math.max(0, beats.checks - 1));
  const message = `${job.reference} was not vetted to its end: interrupted ${where}; not answered: ${open.map((check) => check.id).join(", ")}`;
  return new PlimsollError("interrupted", message, {
    hint: "Nothing was changed. Run the same command to start again.",
  });
}
