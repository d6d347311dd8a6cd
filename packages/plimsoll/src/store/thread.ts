import { Worker } from "node:worker_threads";

import { PlimsollError, reasonOf } from "../kernel/error.ts";
import { workerUrl } from "../kernel/worker-url.ts";
import type {
  SentStatement,
  StoreAnswer,
  StoreAsk,
  StoreReady,
  StoreStatement,
  UnitResult,
} from "./messages.ts";

type AskBody = StoreAsk extends infer A ? (A extends unknown ? Omit<A, "id"> : never) : never;

/** The thread that the file lives in: a commit takes milliseconds, in which no stream may stop. */
export class StoreThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<
    number,
    { readonly resolve: (answer: StoreAnswer) => void; readonly reject: (error: unknown) => void }
  >();
  /** Texts that the thread knows, by the order that it came to know them in. */
  readonly #texts = new Map<string, number>();
  #next = 1;
  #fault: string | undefined;

  /** Its first word. */
  readonly ready: Promise<StoreReady>;

  constructor(worker: Worker) {
    this.#worker = worker;
    const { promise, resolve: settle } = Promise.withResolvers<StoreReady>();
    this.ready = promise;
    worker.once("message", (ready: StoreReady) => {
      settle(ready);
      worker.on("message", (answer: StoreAnswer) => {
        this.#settle(answer);
      });
    });
    const end = (reason: string): void => {
      settle({ kind: "refused", message: reason });
      this.#fail(reason);
    };
    worker.on("error", (error) => {
      end(reasonOf(error));
    });
    worker.on("exit", () => {
      end("its thread ended");
    });
  }

  /** Questions that were not answered yet. */
  get waiting(): number {
    return this.#waiting.size;
  }

  get isAvailable(): boolean {
    return this.#fault === undefined;
  }

  /** Runs statements together, and resolves when they are on the disk. */
  async unit(statements: readonly StoreStatement[]): Promise<UnitResult> {
    const answer = await this.#ask({
      kind: "unit",
      statements: statements.map((one) => this.#sent(one)),
    });
    return answer.kind === "unit" ? answer.result : { kind: "conflict" };
  }

  async read(statement: StoreStatement): Promise<readonly unknown[]> {
    const answer = await this.#ask({ kind: "read", statement: this.#sent(statement) });
    return answer.kind === "read" ? answer.rows : [];
  }

  async version(): Promise<number> {
    const answer = await this.#ask({ kind: "version" });
    return answer.kind === "version" ? answer.version : 0;
  }

  /** Gives some free pages back to the disk; returns how many are left. */
  async vacuum(): Promise<number> {
    const answer = await this.#ask({ kind: "vacuum" });
    return answer.kind === "vacuumed" ? answer.free : 0;
  }

  /** Ends the thread, also one that failed: it would keep the process from its end. */
  async close(): Promise<void> {
    try {
      if (this.#fault === undefined) await this.#ask({ kind: "close" });
    } finally {
      this.#fault ??= "it was closed";
      await this.#worker.terminate();
    }
  }

  /** Queries are ours and take their values as parameters, so that there are few texts. */
  #sent(one: StoreStatement): SentStatement {
    const known = this.#texts.get(one.sql);
    if (known !== undefined) return { ...one, sql: known };
    this.#texts.set(one.sql, this.#texts.size);
    return one;
  }

  #ask(body: AskBody): Promise<StoreAnswer> {
    if (this.#fault !== undefined) return Promise.reject(unavailable(this.#fault));
    const id = this.#next;
    this.#next += 1;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ ...body, id });
    });
  }

  #settle(answer: StoreAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.kind !== "failed") waiting?.resolve(answer);
    else {
      // A full or failing disk does not heal by itself: nothing more is taken until somebody looked.
      this.#fault ??= answer.message;
      waiting?.reject(unavailable(answer.message));
    }
  }

  #fail(reason: string): void {
    this.#fault ??= reason;
    for (const { reject } of this.#waiting.values()) reject(unavailable(reason));
    this.#waiting.clear();
  }
}

/**
 * Starts the thread over a file.
 * @throws PlimsollError `store-newer`, `store-unavailable`.
 */
export async function openThread(path: string, now: number): Promise<StoreThread> {
  const worker = new Worker(workerUrl(import.meta.url, "./store-worker"), {
    workerData: { path, now },
    env: {},
  });
  const thread = new StoreThread(worker);
  const ready = await thread.ready;
  if (ready.kind === "ready") return thread;
  if (ready.kind === "newer") {
    throw new PlimsollError("store-newer", `${path} was written by a newer version`, {
      hint: "Use that version, or another PLIMSOLL_HOME. Nothing was touched.",
    });
  }
  throw unavailable(`${path}: ${ready.message}`);
}

function unavailable(reason: string): PlimsollError {
  return new PlimsollError("store-unavailable", `the store cannot be used: ${reason}`, {
    hint: "PLIMSOLL_HOME must lie on a local disk with room; network file systems do not do.",
  });
}
