import type { AuditLog } from "../../audit/contract.ts";
import type { EngineFailure, EngineFailureCode } from "../../engine/contract.ts";
import type { Delta, FinishReason, Usage } from "../../engine/delta.ts";
import type { Turn } from "../../engine/turn.ts";
import type { RequestRow, Settlement } from "../../store/contract.ts";
import type { TextDialect } from "../dialects/contract.ts";
import type { KeptBody } from "../bodies/gather.ts";
import type { BurstPolicies } from "../burst/policy.ts";
import type { Queue } from "../burst/queue.ts";
import type { Caller } from "../keys/contract.ts";
import type { Limits } from "../limits/contract.ts";
import type { AppliedEdit, Halt, PolicyGuard } from "../pipeline/guards.ts";
import type { PassedRequest } from "../pipeline/request.ts";
import type { ChannelTally } from "../pipeline/tally.ts";
import type { Refusal } from "../refusal.ts";
import type { ReleasedDelta } from "../released.ts";
import type { ReviewAnswer } from "../review/policy.ts";
import type { Route, Router } from "../routing/contract.ts";
import type { Receipts } from "./receipt.ts";
import type { Turns } from "./turns.ts";

/** What a policy came to, compiled. Immutable: a reload makes another, and running requests keep theirs. */
export type Snapshot = {
  readonly router: Router;
  readonly guards: readonly PolicyGuard[];
  /** SHA-256 of the policy, hex. */
  readonly policyDigest: string;
  /** True when an answer may wait for a person. */
  readonly hasReview: boolean;
  /** When requests may leave for a server of somebody else. */
  readonly burst: BurstPolicies;
  /** True when what was asked and answered is kept, sealed. */
  readonly keepsBodies: boolean;
  /** What a client gets while its answer waits. */
  readonly review: ReviewAnswer;
};

/** An answer that waits for a person, or a request that waits before any engine sees it. */
export type HeldAnswer = {
  readonly requestId: string;
  readonly caller: Caller;
  readonly alias: string;
  readonly dialect: TextDialect["name"];
  readonly side: "answer" | "request";
  /** As an engine may have it: surrogates stand in it. */
  readonly turn: Turn;
  /** The answer as a person may let it out, without what guards take out; empty for a request. */
  readonly deltas: readonly Delta[];
  readonly halt: Halt;
  readonly edits: readonly AppliedEdit[];
  readonly tallies: readonly ChannelTally[];
  /** What surrogates stand for. */
  readonly originals: ReadonlyMap<string, string>;
  readonly policyDigest: string;
  readonly usage: { readonly usage: Usage; readonly isEstimated: boolean };
  readonly hasUsage: boolean;
  readonly bodyBytes: number;
};

/** What holding came to. */
export type HeldTicket =
  | { readonly kind: "held"; readonly ticket: string }
  /** More than a person reads, or than is kept. */
  | { readonly kind: "too-large" | "too-many" };

/** What somebody who waits for a decision is told. */
export type Verdict =
  /** A person let the answer out, as it is or as they wrote it. */
  | { readonly kind: "released" | "edited"; readonly deltas: readonly ReleasedDelta[] }
  /** A person let the request go on to an engine, as it is here. */
  | { readonly kind: "may-go"; readonly scanned: PassedRequest }
  | { readonly kind: "refused" }
  /** Nobody decided as long as one may wait. */
  | { readonly kind: "open" };

/** What serving a turn stands on. */
export type HotPorts = {
  readonly limits: Limits;
  readonly audit: AuditLog;
  /** Keeps a request and what it cost, a moment later: the log has it already, and the store can be made from it. */
  readonly settle: (row: RequestRow, settlements: readonly Settlement[]) => void;
  /** Seals what waits and returns its ticket; rejects when the store or the log cannot keep it. */
  readonly hold: (held: HeldAnswer) => Promise<HeldTicket>;
  /**
   * Waits for the decision, at most so many milliseconds, and no longer than its signal lets it. A request that may
   * go is taken by the request `as`.
   */
  readonly decided: (
    ticket: string,
    ms: number,
    signal: AbortSignal,
    as: string,
  ) => Promise<Verdict>;
  /** Gives back a request that was taken and that no engine answered. */
  readonly giveBackHeld: (ticket: string) => Promise<void>;
  readonly receipts: Receipts;
  /** Keeps a body, a moment later; called only where the policy keeps them. */
  readonly keepBody: (body: KeptBody) => void;
  /** Requests that wait for a server of ours before they may leave. */
  readonly queue: Queue;
  /** What runs now. */
  readonly turns: Turns;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A line for the operator's log. */
  readonly log: (level: "info" | "warn" | "error", event: string, fields: LogFields) => void;
  /** Told of every request that ended, for metrics and spans; never of what was said. */
  readonly observe: (row: RequestRow, observed: Observed) => void;
  /** Told of every attempt that failed, also where another upstream then answers. */
  readonly upstreamFailed: (upstream: string, code: EngineFailureCode) => void;
};

/** What telemetry is told of a request beside its row. */
export type Observed = {
  readonly requestTallies: readonly ChannelTally[];
  readonly tallies: readonly ChannelTally[];
  readonly edits: readonly AppliedEdit[];
  /** So many of `edits`, the first, are of the request. */
  readonly requestEdits: number;
  readonly halt: Halt | undefined;
  readonly finishReasons: readonly FinishReason[];
  readonly policyDigest: string;
  /** `traceparent` as the client sent it: foreign text. */
  readonly trace: string | undefined;
};

/** Fields of a log line: never a body, a credential or what a guard found. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** A request that was authenticated and read. */
export type HotRequest = {
  readonly id: string;
  readonly caller: Caller;
  readonly dialect: TextDialect;
  readonly turn: Turn;
  readonly hasUsage: boolean;
  readonly dropped: readonly string[];
  readonly route: Route;
  /** Bytes of the body: no tokenizer makes more tokens of it. */
  readonly bodyBytes: number;
  readonly startedAt: number;
  /** Of a request that waited for a person, who let it go: it is not scanned anew. */
  readonly released?: { readonly ticket: string; readonly scanned: PassedRequest };
  /** `traceparent` as the client sent it: foreign text. */
  readonly trace: string | undefined;
};

/** What is told to who asks, or still waits, when the server ends. */
export const ENDING: Refusal = {
  code: "overloaded",
  message: "The gateway is ending.",
  retryAfterMs: 5_000,
};

/** How the gateway tells a client of an engine's failure. */
export function refusalOf(failure: EngineFailure): Refusal {
  const { retryAfterMs } = failure;
  const again = retryAfterMs === undefined ? {} : { retryAfterMs };
  switch (failure.code) {
    case "context-exceeded":
      return {
        code: "context_exceeded",
        message: "The conversation is longer than the model's context.",
      };
    case "rejected":
      return { code: "bad_request", message: "The model's server refused this request." };
    case "model-unknown":
    case "unauthorised":
      return {
        code: "upstream_failed",
        message: "The model's server is not set up for this name. Tell the operator.",
      };
    case "overloaded":
      return { code: "overloaded", message: "The model has too much to do.", ...again };
    case "timeout":
      return { code: "upstream_timeout", message: "The model took too long.", ...again };
    case "unreachable":
    case "cut":
    case "malformed":
    case "failed":
    case "aborted":
      return { code: "upstream_failed", message: "The model's server failed.", ...again };
  }
}

/** How an attempt that failed is told to the router. What a caller can bring about counts against no upstream. */
export function reportOf({ code }: EngineFailure): "failed" | "busy" | "rejected" | "left" {
  switch (code) {
    case "aborted":
      return "left";
    case "overloaded":
      return "busy";
    case "rejected":
    case "context-exceeded":
    case "model-unknown":
    case "unauthorised":
      return "rejected";
    case "unreachable":
    case "timeout":
    case "cut":
    case "malformed":
    case "failed":
      return "failed";
  }
}

/** True when an upstream may have worked on a request that failed, so that what it took is paid for. */
export function mayHaveWorked({ code, status }: EngineFailure): boolean {
  return status === undefined && code !== "unreachable";
}

/** True for a failure that another upstream may not have. */
export function mayBeTriedElsewhere({ code }: EngineFailure): boolean {
  return !["rejected", "context-exceeded", "aborted"].includes(code);
}
