import { existsSync } from "node:fs";

import { Pool } from "undici";

import { openScripted } from "../../../packages/plimsoll/src/testing/upstream/scripted.ts";
import { startGateway, type RunningGateway } from "../gateway.ts";
import { answerAtOnce, MODEL } from "./load.ts";
import { residentBytes } from "./memory.ts";

/** How a gateway's memory went while it served. */
export type ServeSoak = {
  readonly requests: number;
  /** Requests that were answered, refused as they had to be, and left in the middle. */
  readonly answered: number;
  readonly refused: number;
  readonly left: number;
  /** Resident memory of the gateway in megabytes after so many requests. */
  readonly curve: readonly {
    readonly requests: number;
    readonly seconds: number;
    readonly megabytes: number;
  }[];
};

/** Requests at the same time. */
const WORKERS = 16;

const messages = [{ role: "user", content: "tell grace@example.org of it" }];
const chat = { model: MODEL, messages };

type Wish = {
  readonly path: string;
  readonly body: string;
  readonly status: number;
  readonly leaves?: true;
};

/** What is asked in turn: each way through the gateway that could keep something. */
const WISHES: readonly Wish[] = [
  wish("/v1/chat/completions", { ...chat, stream: true }),
  wish("/v1/chat/completions", chat),
  wish("/v1/messages", { ...chat, max_tokens: 16, stream: true }),
  wish("/v1/chat/completions", chat),
  wish("/v1/responses", { model: MODEL, input: "tell me", stream: true }),
  wish("/v1/embeddings", { model: MODEL, input: "tell me" }),
  wish("/v1/completions", { model: MODEL, prompt: "tell me" }),
  wish("/v1/chat/completions", { ...chat, model: "nobody" }, 404),
  wish("/v1/chat/completions", { ...chat, messages: 7 }, 400),
  { ...wish("/v1/chat/completions", { ...chat, stream: true }), leaves: true },
];

function wish(path: string, body: object, status = 200): Wish {
  return { path, body: JSON.stringify(body), status };
}

/**
 * Has a gateway in a home serve so many requests, and looks at its memory after every `step`.
 * `told` is called with what is known so far: a soak that is stopped has not been for nothing.
 * @throws TypeError when it answers otherwise than it must.
 */
export async function soakServer(
  home: string,
  asked: {
    readonly requests: number;
    readonly step: number;
    readonly from?: number;
    /** Ends it behind the step that runs. */
    readonly signal?: AbortSignal;
  },
  told: (soak: ServeSoak) => void = () => {},
): Promise<ServeSoak> {
  const upstream = await openScripted(answerAtOnce);
  const gateway = await startGateway(["--upstream", `${MODEL}=${upstream.url}`], home);
  const pool = new Pool(gateway.url, { connections: WORKERS, pipelining: 1 });
  const soak = new Soak(gateway, pool, asked.from ?? 0);
  try {
    while (soak.requests < asked.requests && asked.signal?.aborted !== true) {
      await soak.run(Math.min(asked.step, asked.requests - soak.requests));
      // What the scripted server remembers is ours, and not to be kept for a million requests.
      upstream.forget();
      told(soak.result());
    }
  } finally {
    await pool.destroy();
    await gateway.end();
    await upstream.close();
  }
  return soak.result();
}

class Soak {
  readonly #gateway: RunningGateway;
  readonly #pool: Pool;
  readonly #start = performance.now();
  readonly #curve: ServeSoak["curve"][number][] = [];
  readonly #counts = { answered: 0, refused: 0, left: 0 };
  requests: number;

  constructor(gateway: RunningGateway, pool: Pool, from: number) {
    this.#gateway = gateway;
    this.#pool = pool;
    this.requests = from;
  }

  async run(count: number): Promise<void> {
    const last = this.requests + count;
    const work = async (): Promise<void> => {
      while (this.requests < last) {
        this.requests += 1;
        await this.#ask(WISHES[this.requests % WISHES.length] ?? WISHES[0]);
      }
    };
    await Promise.all(Array.from({ length: WORKERS }, work));
    const bytes = residentBytes(this.#gateway.child.pid ?? 0);
    const seconds = Math.round((performance.now() - this.#start) / 1_000);
    this.#curve.push({
      requests: this.requests,
      seconds,
      megabytes: Math.round(bytes / 1_048_576),
    });
  }

  result(): ServeSoak {
    return { requests: this.requests, ...this.#counts, curve: [...this.#curve] };
  }

  async #ask(one: Wish | undefined): Promise<void> {
    if (one === undefined) return;
    const { path, body, status, leaves } = one;
    for (;;) {
      const headers = { "content-type": "application/json" };
      const response = await this.#pool.request({ path, method: "POST", headers, body });
      if (response.statusCode === 503 || response.statusCode === 529) {
        // A machine that has too much to do: it is asked again, and the request counts once.
        await response.body.dump();
        await new Promise((resolve) => setTimeout(resolve, 100));
        continue;
      }
      if (response.statusCode !== status) {
        throw new TypeError(`${path}: ${response.statusCode} ${await response.body.text()}`);
      }
      if (leaves === true) {
        response.body.on("error", () => {});
        response.body.destroy();
        this.#counts.left += 1;
        return;
      }
      await response.body.dump({ limit: 1_048_576 });
      if (status === 200) this.#counts.answered += 1;
      else this.#counts.refused += 1;
      return;
    }
  }
}

/** Share of a curve that is warming up: code is compiled and caches fill. */
const WARM = 0.1;

/** Megabytes by which the end of a curve lies above its beginning, both as the median of a tenth, after it warmed up. */
export function growthOf({ curve }: Pick<ServeSoak, "curve">): number {
  const warm = curve.slice(Math.floor(curve.length * WARM));
  const tenth = Math.max(1, Math.floor(warm.length / 10));
  return medianOf(warm.slice(-tenth)) - medianOf(warm.slice(0, tenth));
}

function medianOf(points: ServeSoak["curve"]): number {
  const sorted = points.map(({ megabytes }) => megabytes).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** True where memory can be read. */
export const canSeeMemory = existsSync("/proc/self/status");
