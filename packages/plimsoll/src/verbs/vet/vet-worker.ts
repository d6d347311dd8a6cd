import { parentPort, workerData } from "node:worker_threads";

import { PlimsollError, reasonOf } from "../../kernel/error.ts";
import { thisSystem } from "../../machine/system.ts";
import { Beats } from "./beats.ts";
import type { WorkerEnd, WorkerStart } from "./job.ts";
import { vet } from "./vet.ts";

// The thread that started this worker made it, in `vetWatched`.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const { job, skip, beats: buffer } = workerData as WorkerStart;
const beats = new Beats(buffer);

// Not awaited at the top level: in the bundle, what this loads later would wait for this to end.
void run().then((end) => parentPort?.postMessage(end));

async function run(): Promise<WorkerEnd> {
  try {
    const result = await vet({
      ...job,
      skip,
      system: thisSystem(),
      onFile: (name) => {
        beats.beat({ kind: "file", name });
      },
      onCheck: (name) => {
        beats.beat({ kind: "check", name });
      },
    });
    return { kind: "done", result };
  } catch (error) {
    if (PlimsollError.isInstance(error)) {
      const { code, message, hint, docs } = error;
      return { kind: "refused", code, message, hint, docs };
    }
    const stack = error instanceof Error ? error.stack : undefined;
    return { kind: "broken", message: reasonOf(error), stack };
  }
}
