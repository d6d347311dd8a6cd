import { Pool } from "undici";

import { reasonOf } from "../../kernel/error.ts";
import type {
  Engine,
  EngineFailure,
  EngineHealth,
  EngineLimits,
  EngineRun,
  EngineSink,
} from "../contract.ts";
import type { EmbeddingTurn, Turn } from "../turn.ts";
import { Exchange, type ExchangeSink, type ExchangeTimes } from "./exchange.ts";
import { embeddingRequest, turnRequest } from "./request.ts";
import { takeAnswer } from "./take-answer.ts";
import { vectorsOf } from "./vectors.ts";
import { MALFORMED, TOO_LONG, Whole } from "./whole.ts";

/** Milliseconds to a connection. */
const CONNECT_MS = 10_000;

/** Milliseconds between two questions whether a server lives. */
const HEALTH_MS = 5_000;

/** Milliseconds that the answer to such a question may take. */
const HEALTH_WAIT_MS = 2_000;

/** How a compatible server is reached. */
export type OpenAiOptions = {
  /** Address up to and with `/v1`; it comes from the configuration alone. */
  readonly url: string;
  /** Sent as a bearer to this address and nowhere else. */
  readonly key: string | undefined;
  /** Connections at the same time. */
  readonly parallel: number;
  /** How it is asked whether it lives. */
  readonly health: "models" | "health" | "off";
  /** Milliseconds since any moment, for time limits. */
  readonly now: () => number;
};

/** Opens an engine over any server that speaks OpenAI's dialect. Nothing is sent before it is asked. */
export function openOpenAi(options: OpenAiOptions): Engine {
  return new OpenAiEngine(options);
}

class OpenAiEngine implements Engine {
  readonly #pool: Pool;
  readonly #path: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #now: () => number;
  readonly #health: OpenAiOptions["health"];
  readonly #beat: NodeJS.Timeout | undefined;
  #state: EngineHealth["state"] = "unknown";

  constructor(options: OpenAiOptions) {
    const url = new URL(options.url);
    this.#path = url.pathname.replace(/\/+$/u, "");
    this.#now = options.now;
    this.#health = options.health;
    this.#headers = {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...(options.key === undefined ? {} : { authorization: `Bearer ${options.key}` }),
    };
    this.#pool = new Pool(url.origin, {
      connections: options.parallel,
      pipelining: 1,
      connect: { timeout: CONNECT_MS },
      // Ours know pauses and the route's times.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    if (options.health === "off") return;
    this.#beat = setInterval(() => {
      this.#ask();
    }, HEALTH_MS);
    this.#beat.unref();
  }

  run(turn: Turn, limits: EngineLimits, sink: EngineSink): EngineRun {
    const { path, body } = turnRequest(turn);
    const times = { firstMs: limits.firstTokenMs, stallMs: limits.stallMs };
    let exchange: Exchange | undefined;
    const taken = takeAnswer(sink, turn.choices, {
      refuse: (failure) => exchange?.refuse(failure),
      finish: () => exchange?.finish(),
    });
    const watched: ExchangeSink = {
      ...taken,
      open: (type) => {
        this.#state = "ready";
        return taken.open(type);
      },
      fail: (failure) => {
        this.#sawFailure(failure);
        taken.fail(failure);
      },
    };
    exchange = this.#send("POST", this.#path + path, body, times, watched);
    return exchange;
  }

  embed(
    turn: EmbeddingTurn,
    limits: EngineLimits,
    signal: AbortSignal,
  ): ReturnType<Engine["embed"]> {
    const { path, body } = embeddingRequest(turn);
    const times = { firstMs: limits.firstTokenMs, stallMs: limits.stallMs };
    return new Promise((resolve) => {
      const whole = new Whole();
      const fail = (failure: EngineFailure): void => {
        this.#sawFailure(failure);
        resolve({ kind: "failed", failure });
      };
      const exchange = this.#send("POST", this.#path + path, body, times, {
        open: (type) => type.startsWith("application/json"),
        data: (chunk) => {
          if (!whole.add(chunk)) exchange.refuse(TOO_LONG);
          return whole.isMore();
        },
        end: () => {
          const result = vectorsOf(whole.json(), turn.inputs.length);
          if (result === undefined) fail(MALFORMED);
          else resolve({ kind: "embedded", result });
        },
        fail,
      });
      signal.addEventListener("abort", () => {
        exchange.abort();
      });
      if (signal.aborted) exchange.abort();
    });
  }

  health(): EngineHealth {
    return { state: this.#state };
  }

  async close(): Promise<void> {
    clearInterval(this.#beat);
    await this.#pool.destroy();
  }

  #send(
    method: "GET" | "POST",
    path: string,
    body: string | null,
    times: ExchangeTimes,
    sink: ExchangeSink,
  ): Exchange {
    const exchange = new Exchange(sink, times, this.#now);
    const request = { path, method, headers: this.#headers, body };
    try {
      this.#pool.dispatch(request, exchange);
    } catch (error) {
      exchange.refuse({ code: "unreachable", message: reasonOf(error) });
    }
    return exchange;
  }

  /** Only what says something of the server: a refused request is its caller's fault. */
  #sawFailure({ code }: EngineFailure): void {
    if (code === "unreachable" || code === "failed" || code === "timeout") this.#state = "failing";
  }

  #ask(): void {
    // Servers that have one keep it beside `/v1`, not within.
    const beside = `${this.#path.replace(/\/v1$/u, "")}/health`;
    const path = this.#health === "health" ? beside : `${this.#path}/models`;
    const times = { firstMs: HEALTH_WAIT_MS, stallMs: HEALTH_WAIT_MS };
    this.#send("GET", path, null, times, {
      open: () => true,
      data: () => false,
      end: () => {
        this.#state = "ready";
      },
      fail: ({ code, status }) => {
        if (status === 503) this.#state = "loading";
        else if (code === "unreachable" || code === "timeout" || code === "failed") {
          this.#state = "failing";
        } else if (status !== undefined) this.#state = "ready";
      },
    });
  }
}
