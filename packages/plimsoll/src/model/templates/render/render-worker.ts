import { parentPort, workerData } from "node:worker_threads";

import { BatchRunner, type RenderBatch } from "./batch.ts";
import { Pulse } from "./pulse.ts";

const port = parentPort;
// The thread that started this worker made it, in `openRenderer`.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const pulse = new Pulse(workerData as SharedArrayBuffer);
const runner = new BatchRunner();

port?.on("message", (batch: RenderBatch) => {
  runner.run(batch, pulse, (results) => {
    port.postMessage(results);
  });
});
