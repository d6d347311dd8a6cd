import { Worker } from "node:worker_threads";

import { PlimsollError } from "../kernel/error.ts";
import { workerUrl } from "../kernel/worker-url.ts";
import { signedCheckpoint, type ConsistencyAnswer, type SignedCheckpoint } from "./consistency.ts";
import type { ExportOptions } from "./export.ts";
import type { EventPage, EventsAsk } from "./page.ts";
import type { ReaderAnswer, ReaderAsk } from "./reader-messages.ts";

/** Threads that answer at the same time, and as many that export; who comes later is asked to come again (CWE-770). */
const READERS_MAX = 2;

/** Megabytes that reading may take: a log of some million events is proven within them. */
const HEAP_MAX_MB = 1_024;

/**
 * Reads a log beside the one who writes it, each time in a thread of its own: to prove one event of a million takes
 * seconds, in which no stream may stop.
 * Each may reject with a PlimsollError: `audit-altered`, `usage`, `environment`.
 */
export class LogReader {
  readonly #folder: string;
  #running = 0;
  #exporting = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The last checkpoint. @throws PlimsollError `audit-altered`. */
  checkpoint(): SignedCheckpoint {
    return signedCheckpoint(this.#folder);
  }

  /** Undefined while too many read. */
  async events(ask: EventsAsk): Promise<EventPage | undefined> {
    const answer = await this.#once({ kind: "events", ask });
    return answer?.kind === "events" ? answer.page : undefined;
  }

  /** A proof of one event (C2SP tlog-proof.md), by its request or its number; undefined while too many read. */
  async prove(what: string): Promise<string | undefined> {
    const answer = await this.#once({ kind: "prove", what });
    return answer?.kind === "proof" ? answer.text : undefined;
  }

  /** A proof that an older log is the beginning of this one; undefined while too many read. */
  async consistency(first: number): Promise<ConsistencyAnswer | undefined> {
    const answer = await this.#once({ kind: "consistency", first });
    return answer?.kind === "consistency" ? bytesOf(answer.proven) : undefined;
  }

  /** The events as text, piece by piece; undefined while too many read. */
  export(options: ExportOptions): AsyncGenerator<string, void> | undefined {
    if (this.#exporting >= READERS_MAX) return undefined;
    this.#exporting += 1;
    return this.#pieces(options);
  }

  async *#pieces(options: ExportOptions): AsyncGenerator<string, void> {
    const thread = new ReaderThread(this.#folder, { kind: "export", options });
    try {
      for (;;) {
        const answer = await thread.next();
        if (answer.kind !== "piece") return;
        yield answer.text;
      }
    } finally {
      this.#exporting -= 1;
      await thread.close();
    }
  }

  async #once(ask: ReaderAsk): Promise<ReaderAnswer | undefined> {
    if (this.#running >= READERS_MAX) return undefined;
    this.#running += 1;
    const thread = new ReaderThread(this.#folder, ask);
    try {
      return await thread.next();
    } finally {
      this.#running -= 1;
      await thread.close();
    }
  }
}

/** One thread with one question; it says the next thing when it is asked for it. */
class ReaderThread {
  readonly #worker: Worker;
  #settle:
    | { resolve: (answer: ReaderAnswer) => void; reject: (error: unknown) => void }
    | undefined;
  #fault: PlimsollError | undefined;

  constructor(folder: string, ask: ReaderAsk) {
    this.#worker = new Worker(workerUrl(import.meta.url, "./reader-worker"), {
      workerData: { folder, ask },
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MAX_MB },
    });
    this.#worker.on("message", (answer: ReaderAnswer) => {
      if (answer.kind === "failed") this.#settle?.reject(faultOf(answer));
      else this.#settle?.resolve(answer);
      this.#settle = undefined;
    });
    const end = (): void => {
      this.#fault = UNREADABLE;
      this.#settle?.reject(UNREADABLE);
    };
    this.#worker.on("error", end);
    this.#worker.on("exit", end);
  }

  next(): Promise<ReaderAnswer> {
    if (this.#fault !== undefined) return Promise.reject(this.#fault);
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#worker.postMessage("next");
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

const UNREADABLE = new PlimsollError("environment", "the audit log could not be read to its end", {
  hint: "Read it on the machine itself: plimsoll audit",
});

/** What crosses a thread is plain: the error is made anew. */
function faultOf({ code, message }: Extract<ReaderAnswer, { kind: "failed" }>): PlimsollError {
  return new PlimsollError(code, message, { hint: "Run: plimsoll audit verify" });
}

/** Hashes came as plain bytes. */
function bytesOf(proven: ConsistencyAnswer): ConsistencyAnswer {
  const { checkpoint } = proven;
  return {
    ...proven,
    firstRoot: Buffer.from(proven.firstRoot),
    proof: proven.proof.map((hash) => Buffer.from(hash)),
    checkpoint: { ...checkpoint, root: Buffer.from(checkpoint.root) },
  };
}
