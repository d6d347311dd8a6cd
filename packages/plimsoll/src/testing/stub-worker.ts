import { parentPort, workerData } from "node:worker_threads";

import { Beats } from "../verbs/vet/beats.ts";
import type { WorkerStart } from "../verbs/vet/job.ts";

/** Stands for a vet of a file that stalls its reader, until it is told to leave the file alone. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- tests start it as vetWatched does
const { job, skip, beats } = workerData as WorkerStart;

if (skip.files.size > 0 && !job.reference.includes("always")) {
  parentPort?.postMessage({ kind: "done", result: { report: [...skip.files] } });
} else {
  new Beats(beats).beat({
    kind: "file",
    name: skip.files.size === 0 ? "a.pkl" : `${skip.files.size}`,
  });
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
