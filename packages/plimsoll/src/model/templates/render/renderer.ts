import { Worker } from "node:worker_threads";

import { workerUrl } from "../../../kernel/worker-url.ts";
import { packBatch } from "./batch.ts";
import {
  RENDER_MS,
  type ChatRequest,
  type RenderBudget,
  type Renderer,
  type RenderResult,
} from "./contract.ts";
import { Pulse } from "./pulse.ts";
import { runBatch } from "./run-batch.ts";

/**
 * Megabytes of values that the thread may hold. A rendering may make 64 MB (RENDER_MAX_MADE_CHARS); this is the
 * wall behind, far enough that one step of a rendering does not run into it: what does ends the process (CWE-770).
 */
const WORKER_MAX_MB = 256;

/** Megabytes of new values between two collections. */
const WORKER_YOUNG_MB = 32;

/** Megabytes of stack: enough for every nesting that the parser lets through. */
const WORKER_STACK_MB = 4;

/** Requests in one message: more would be lost together when one of them stalls. */
const BATCH_MAX = 256;

const DEFAULT_BUDGET: RenderBudget = { ms: RENDER_MS };
const CLOSED: RenderResult = { kind: "failed", message: "the renderer was closed" };

/**
 * Opens a renderer with a thread of its own, which starts with its first request, or at once where one is sure to come.
 *
 * A template that takes too long or too much ends its thread and not its neighbours: the next request gets
 * a new one.
 */
export function openRenderer({ startsAtOnce = false } = {}): Renderer {
  const threads = new Threads();
  if (startsAtOnce) threads.take();
  let last: Promise<unknown> = Promise.resolve();
  const renderMany: Renderer["renderMany"] = (requests, budget = DEFAULT_BUDGET) => {
    // One batch at a time: the pulse of a worker tells of one.
    const next = last.then(() => renderAll(requests, budget, threads));
    last = next;
    return next;
  };
  return {
    renderMany,
    renderChat: async (request, budget) => (await renderMany([request], budget))[0] ?? CLOSED,
    close: async () => {
      await threads.close();
    },
  };
}

type Thread = { readonly worker: Worker; readonly pulse: Pulse };

/** The one thread of a renderer, made anew when it was given up. */
class Threads {
  #thread: Thread | undefined;
  #isClosed = false;

  get isClosed(): boolean {
    return this.#isClosed;
  }

  take(): Thread {
    this.#thread ??= startThread();
    return this.#thread;
  }

  /** Ends the thread; the next one is taken from new. */
  async giveUp(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.worker.terminate();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.giveUp();
  }
}

function startThread(): Thread {
  const pulse = new Pulse();
  const worker = new Worker(workerUrl(import.meta.url, "./render-worker"), {
    workerData: pulse.buffer,
    // Foreign templates have no business with this process's settings or secrets; where compiled code lies is neither.
    env: compiledCode(process.env),
    execArgv: [],
    resourceLimits: {
      maxOldGenerationSizeMb: WORKER_MAX_MB,
      maxYoungGenerationSizeMb: WORKER_YOUNG_MB,
      stackSizeMb: WORKER_STACK_MB,
    },
  });
  // A late fault of a thread that is given up must not end the process.
  worker.on("error", () => {});
  return { worker, pulse };
}

function compiledCode({ NODE_COMPILE_CACHE: folder }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: folder };
}

async function renderAll(
  requests: readonly ChatRequest[],
  budget: RenderBudget,
  threads: Threads,
): Promise<readonly RenderResult[]> {
  const until = performance.now() + (budget.totalMs ?? Number.POSITIVE_INFINITY);
  const results = new Map<number, RenderResult>();
  let open = requests.map((request, index) => ({ request, index }));
  while (open.length > 0 && !threads.isClosed) {
    const sent = open.slice(0, BATCH_MAX);
    const { worker, pulse } = threads.take();
    pulse.beat("idle", 0);
    const end = await runBatch(worker, packBatch(sent.map(({ request }) => request)), {
      pulse,
      budget,
      until,
    });
    for (const [at, { index }] of sent.entries()) {
      const result = end.stopped?.index === at ? end.stopped.result : end.results[at];
      if (result !== undefined) results.set(index, result);
    }
    open = open.filter(({ index }) => !results.has(index));
    if (end.stopped !== undefined || end.rest !== undefined) await threads.giveUp();
    if (end.rest !== undefined) return settle(requests, results, end.rest);
  }
  return settle(requests, results, CLOSED);
}

function settle(
  requests: readonly ChatRequest[],
  results: ReadonlyMap<number, RenderResult>,
  rest: RenderResult,
): readonly RenderResult[] {
  return requests.map((_, index) => results.get(index) ?? rest);
}
