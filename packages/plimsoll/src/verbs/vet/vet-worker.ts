import { setFlagsFromString } from "node:v8";
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

/**
 * Percent by which memory grows between two whole collections. Evidence stays until a vet ends, so that to collect at
 * every doubling finds nothing, and takes a tenth of the time. The worker's own limit bounds it all the same.
 */
const MEMORY_GROWS_BY = 400;

/**
 * Files that are opened before memory grows faster. Not at once: after a flag is set, the engine takes no compiled code
 * from before for its own any more, and the thread that renders templates starts with that.
 */
const MANY_FILES = 64;

let filesOpened = 0;

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
        filesOpened += 1;
        if (filesOpened === MANY_FILES) {
          setFlagsFromString(`--heap-growing-percent=${MEMORY_GROWS_BY}`);
        }
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
