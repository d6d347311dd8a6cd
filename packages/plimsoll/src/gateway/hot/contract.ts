import type { AuditLog } from "../../audit/contract.ts";
import type { EngineFailure, EngineFailureCode } from "../../engine/contract.ts";
import type { Delta, FinishReason } from "../../engine/delta.ts";
import type { Turn } from "../../engine/turn.ts";
import type { RequestRow, Settlement } from "../../store/contract.ts";
import type { TextDialect } from "../dialects/contract.ts";
import type { KeptBody } from "../bodies/gather.ts";
import type { BurstPolicies } from "../burst/policy.ts";
import type { Queue } from "../burst/queue.ts";
import type { Caller } from "../keys/contract.ts";
import type { Limits } from "../limits/contract.ts";
import type { AppliedEdit, Halt, PolicyGuard } from "../pipeline/guards.ts";
import type { ChannelTally } from "../pipeline/tally.ts";
import type { Refusal } from "../refusal.ts";
import type { Route, Router } from "../routing/contract.ts";
import type { Receipts } from "./receipt.ts";

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
};

/** An answer that waits for a person: the whole of it, as the engine wrote it. */
export type HeldAnswer = {
  readonly requestId: string;
  readonly caller: Caller;
  readonly alias: string;
  readonly dialect: TextDialect["name"];
  readonly turn: Turn;
  readonly deltas: readonly Delta[];
  readonly halt: Halt;
  readonly edits: readonly AppliedEdit[];
  readonly originals: ReadonlyMap<string, string>;
  readonly policyDigest: string;
};

/** What serving a turn stands on. */
export type HotPorts = {
  readonly limits: Limits;
  readonly audit: AuditLog;
  /** Keeps a request and what it cost, a moment later: the log has it already, and the store can be made from it. */
  readonly settle: (row: RequestRow, settlements: readonly Settlement[]) => void;
  /** Seals a held answer and returns its ticket; rejects when it cannot be kept. */
  readonly hold: (held: HeldAnswer) => Promise<string>;
  readonly receipts: Receipts;
  /** Keeps a body, a moment later; called only where the policy keeps them. */
  readonly keepBody: (body: KeptBody) => void;
  /** Requests that wait for a server of ours before they may leave. */
  readonly queue: Queue;
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
  /** `traceparent` as the client sent it: foreign text. */
  readonly trace: string | undefined;
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

/** True for a failure that another upstream may not have. */
export function mayBeTriedElsewhere({ code }: EngineFailure): boolean {
  return !["rejected", "context-exceeded", "aborted"].includes(code);
}
