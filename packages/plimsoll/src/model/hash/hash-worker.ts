import { parentPort } from "node:worker_threads";

import { HASH_READ_BYTES, hashFile, type HashAnswer, type HashJob } from "./hash-file.ts";

/** What a worker says: how much it has read since it last spoke, or the answers to a batch, in its order. */
export type HashMessage =
  | { readonly kind: "bytes"; readonly count: number }
  | { readonly kind: "answers"; readonly answers: readonly HashAnswer[] };

/** Bytes between two words of progress: some 200 messages a second at full speed, some every second on a slow disk. */
const SPEAK_EVERY = 8_388_608;

const port = parentPort;
const buffer = new Uint8Array(HASH_READ_BYTES);

port?.on("message", (batch: readonly HashJob[]) => {
  let unsaid = 0;
  const say = (): void => {
    port.postMessage({ kind: "bytes", count: unsaid } satisfies HashMessage);
    unsaid = 0;
  };
  const answers = batch.map((job) =>
    hashFile(job, buffer, (count) => {
      unsaid += count;
      if (unsaid >= SPEAK_EVERY) say();
    }),
  );
  say();
  port.postMessage({ kind: "answers", answers } satisfies HashMessage);
});
