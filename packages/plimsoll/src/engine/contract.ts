import type { Delta } from "./delta.ts";
import type { EmbeddingTurn, Turn } from "./turn.ts";

/** Why an engine gave no answer, or broke off. Closed. */
export type EngineFailureCode =
  /** It could not be reached, or refused the connection: another may be asked. */
  | "unreachable"
  /** It took longer than it may, before or between pieces. */
  | "timeout"
  /** It broke off: what came is not the whole answer. */
  | "cut"
  /** It sent what is not its own dialect. */
  | "malformed"
  /** It has too much to do (429, 503). */
  | "overloaded"
  /** It failed by itself (5xx). */
  | "failed"
  /** It refuses this request (4xx): the caller's fault, and no other engine is asked. */
  | "rejected"
  /** The prompt is longer than its context. */
  | "context-exceeded"
  /** It does not know the model. */
  | "model-unknown"
  /** It refuses our credentials: the operator's fault. */
  | "unauthorised"
  /** The gateway ended it. */
  | "aborted";

/** An engine's failure, as plain data. */
export type EngineFailure = {
  readonly code: EngineFailureCode;
  /** One sentence for a log; what an upstream said is foreign text and is never sent on to a client unscanned. */
  readonly message: string;
  /** HTTP status it answered with. */
  readonly status?: number;
  /** Milliseconds after which it wants to be asked again. */
  readonly retryAfterMs?: number;
};

/** Takes what an engine writes. Exactly one of `end` and `fail` comes, once, and nothing after it. */
export type EngineSink = {
  /** The engine accepted the request. What is refused earlier may be tried elsewhere. */
  readonly accept: () => void;
  readonly delta: (delta: Delta) => void;
  /** The answer is whole. */
  readonly end: () => void;
  readonly fail: (failure: EngineFailure) => void;
};

/** A running answer. */
export type EngineRun = {
  /** Asks the engine to wait: the client reads slowly. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** Ends it; the sink gets `fail` with `aborted` unless it already ended. Takes effect within 100 ms upstream. */
  readonly abort: () => void;
};

/** What an answer may take of time, in milliseconds. */
export type EngineLimits = {
  /** To the first piece. */
  readonly firstTokenMs: number;
  /** Between two pieces. */
  readonly stallMs: number;
};

/** Vectors for inputs, in their order, with what they took. */
export type EmbeddingResult = {
  readonly vectors: readonly (readonly number[])[];
  readonly inputTokens: number | undefined;
};

/** What an engine says of itself. */
export type EngineHealth = {
  readonly state: "ready" | "loading" | "failing" | "unknown";
  /** Requests it runs and that wait there; undefined where it does not tell. */
  readonly running?: number;
  readonly waiting?: number;
  /** Share of its KV cache in use, 0 to 1. */
  readonly kvCacheUse?: number;
};

/** What answers: an embedded model or a server. */
export type Engine = {
  /** Starts an answer; the turn was redacted and is sent as it is. Never throws: what goes wrong reaches the sink. */
  readonly run: (turn: Turn, limits: EngineLimits, sink: EngineSink) => EngineRun;
  /** @returns vectors, or why not. */
  readonly embed: (
    turn: EmbeddingTurn,
    limits: EngineLimits,
    signal: AbortSignal,
  ) => Promise<
    | { readonly kind: "embedded"; readonly result: EmbeddingResult }
    | { readonly kind: "failed"; readonly failure: EngineFailure }
  >;
  readonly health: () => EngineHealth;
  readonly close: () => Promise<void>;
};
