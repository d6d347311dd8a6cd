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
  let thread: Thread | undefined;
  return {
    hash: (batch, onBytes) => {
      if (thread === undefined || thread.isEnded()) thread = startThread();
      return thread.hash(batch, onBytes);
    },
    close: async () => {
      await thread?.end();
    },
  };
}

/** One thread, from its start to its end. */
type Thread = {
  readonly hash: Hasher["hash"];
  readonly isEnded: () => boolean;
  readonly end: () => Promise<void>;
};

/** A batch that a thread has not answered yet. */
type Pending = {
  readonly batch: readonly HashJob[];
  readonly onBytes: (count: number) => void;
  readonly answer: (answers: readonly HashAnswer[]) => void;
};

function startThread(): Thread {
  const worker = new Worker(workerUrl(import.meta.url, "./hash-worker"), { execArgv: [] });
  let pending: Pending | undefined;
  let isEnded = false;
  const settle = (answers: readonly HashAnswer[]): void => {
    const waiting = pending;
    pending = undefined;
    waiting?.answer(answers);
  };
  const giveUp = (reason: string): void => {
    isEnded = true;
    settle(pending?.batch.map(() => ({ kind: "unread", reason: `io: ${reason}` })) ?? []);
  };
  // These stay for the life of the thread: taking the last listener away stops its messages for good.
  worker.on("message", (message: HashMessage) => {
    if (message.kind === "bytes") pending?.onBytes(message.count);
    else settle(message.answers);
  });
  worker.on("error", (error) => {
    giveUp(`the thread that hashed it failed: ${reasonOf(error)}`);
  });
  worker.on("exit", () => {
    giveUp("the thread that hashed it was ended");
  });
  return {
    hash: (batch, onBytes) =>
      new Promise((resolve) => {
        pending = { batch, onBytes, answer: resolve };
        worker.postMessage(batch);
      }),
    isEnded: () => isEnded,
    end: async () => {
      await worker.terminate();
    },
  };
}
