import { Worker } from "node:worker_threads";

import { reasonOf } from "../../kernel/error.ts";
import { workerUrl } from "../../kernel/worker-url.ts";
import type { HashAnswer, HashJob } from "./hash-file.ts";
import type { HashMessage } from "./hash-worker.ts";

/** Hashes one batch of files at a time, in order. */
export type Hasher = {
  /** Answers in the order of the batch; never rejects. `onBytes` hears what was read since it last heard. */
  readonly hash: (
    batch: readonly HashJob[],
    onBytes: (count: number) => void,
  ) => Promise<readonly HashAnswer[]>;
  /** Ends it at once; a batch in progress is answered with unread. */
  readonly close: () => Promise<void>;
};

/**
 * A hasher in a thread of its own, which starts with its first batch.
 *
 * When the thread dies its batch is unread, and the next batch gets a new thread.
 */
export function workerHasher(): Hasher {
  let worker: Worker | undefined;
  return {
    hash: (batch, onBytes) =>
      new Promise((resolve) => {
        worker ??= new Worker(workerUrl(import.meta.url, "./hash-worker"), { execArgv: [] });
        const thread = worker;
        const settle = (answers: readonly HashAnswer[]): void => {
          thread.removeAllListeners();
          // A late fault of a thread that is given up must not end the process.
          thread.on("error", () => {});
          resolve(answers);
        };
        const giveUp = (reason: string): void => {
          if (worker === thread) worker = undefined;
          settle(batch.map(() => ({ kind: "unread", reason: `io: ${reason}` })));
        };
        thread.on("message", (message: HashMessage) => {
          if (message.kind === "bytes") onBytes(message.count);
          else settle(message.answers);
        });
        thread.on("error", (error) => {
          giveUp(`the thread that hashed it failed: ${reasonOf(error)}`);
        });
        thread.on("exit", () => {
          giveUp("the thread that hashed it was ended");
        });
        thread.postMessage(batch);
      }),
    close: async () => {
      await worker?.terminate();
    },
  };
}
