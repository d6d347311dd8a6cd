import type { IncomingHttpHeaders } from "node:http";

import type { EmbeddingResult } from "../../engine/contract.ts";
import type { Usage } from "../../engine/delta.ts";
import type { EmbeddingTurn, Turn } from "../../engine/turn.ts";
import type { JsonObject } from "../../kernel/json.ts";
import type { Refusal } from "../refusal.ts";
import type { ReleasedDelta } from "../released.ts";

/** The dialects that are spoken. */
export type DialectName = "chat" | "completions" | "responses" | "messages" | "embeddings";

/** What a route lets through besides what every route does. */
export type DecodePolicy = {
  /** `forward` for local engines, `drop` for a cloud, `refuse` when strict: fields that this version does not know. */
  readonly unknownFields: "forward" | "drop" | "refuse";
};

/** A request that was read; `dropped` names top-level fields that were left out, for the receipt. */
export type Decoded<T> =
  | { readonly kind: "read"; readonly turn: T; readonly dropped: readonly string[] }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** What an encoder says of the answer as a whole. */
export type AnswerFacts = {
  /** Our own: `req_` and 24 characters. */
  readonly requestId: string;
  /** The name that the client asked for. */
  readonly model: string;
  /** Seconds since 1970. */
  readonly created: number;
  /** Address of the receipt. */
  readonly receipt: string;
  /** True where the client asked for usage in a stream. */
  readonly hasUsage: boolean;
};

/** How an answer ended, after its last delta. */
export type AnswerEnd =
  | { readonly kind: "whole"; readonly usage: Usage }
  /** A guard let nothing more out: content filter, incomplete or refusal, as the dialect calls it. */
  | { readonly kind: "filtered"; readonly usage: Usage };

/**
 * Writes one answer in a dialect, from what may leave.
 *
 * A streaming encoder returns bytes with every call. One for a whole answer keeps what it gets and returns
 * everything with `end`; its `fail` returns an error body, as nothing was sent.
 */
export type AnswerEncoder = {
  readonly contentType: string;
  /** True when the status line may go out with the first `delta`. */
  readonly isStream: boolean;
  /** What comes before the first delta. */
  readonly begin: () => string;
  readonly delta: (delta: ReleasedDelta) => string;
  /** A comment or event that keeps a connection alive while text is held. */
  readonly heartbeat: () => string;
  readonly end: (end: AnswerEnd) => string;
  /** The end of an answer that broke off after its first byte: an error event, and never a clean end. */
  readonly fail: (refusal: Refusal) => string;
};

/** A refusal as HTTP carries it. */
export type RefusalAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** A dialect that writes text. */
export type TextDialect = {
  readonly name: Exclude<DialectName, "embeddings">;
  /** Reads a body that is JSON already: no duplicate keys, not too deep. Collects every problem into one sentence. */
  readonly decode: (
    body: JsonObject,
    headers: IncomingHttpHeaders,
    policy: DecodePolicy,
  ) => Decoded<Turn & { readonly hasUsage: boolean }>;
  readonly encoder: (turn: Turn, facts: AnswerFacts) => AnswerEncoder;
  readonly refusal: (refusal: Refusal, requestId: string) => RefusalAnswer;
};

/** The dialect of vectors. */
export type VectorDialect = {
  readonly name: "embeddings";
  readonly decode: (
    body: JsonObject,
    headers: IncomingHttpHeaders,
    policy: DecodePolicy,
  ) => Decoded<EmbeddingTurn>;
  readonly encode: (turn: EmbeddingTurn, result: EmbeddingResult) => string;
  readonly refusal: (refusal: Refusal, requestId: string) => RefusalAnswer;
};
