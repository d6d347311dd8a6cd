/** Why the gateway gives no answer. Closed; each dialect has its own words for them (docs/reference/api.md). */
export type RefusalCode =
  | "key_missing"
  | "key_unknown"
  | "key_expired"
  | "not_allowed"
  | "admission_refused"
  | "model_unknown"
  | "bad_request"
  | "field_refused"
  | "body_too_large"
  | "media_unsupported"
  | "route_unknown"
  | "method_unknown"
  | "context_exceeded"
  | "rate_limited"
  | "budget_spent"
  | "guard_blocked"
  | "held_for_review"
  | "overloaded"
  | "burst_denied"
  | "engine_loading"
  | "upstream_failed"
  | "engine_crashed"
  | "upstream_timeout"
  | "audit_unavailable"
  | "store_unavailable"
  | "internal";

/** A refusal as a value: refusing is an answer, not an exception. */
export type Refusal = {
  readonly code: RefusalCode;
  /** One sentence for the caller. Never quotes what a guard found, a credential or an upstream's address. */
  readonly message: string;
  /** The field it is about, as the caller wrote it. */
  readonly param?: string;
  /** Milliseconds after which trying again makes sense. */
  readonly retryAfterMs?: number;
  /** Where a held answer can be asked for. */
  readonly ticket?: string;
};

/** Makes a refusal. */
export function refuse(
  code: RefusalCode,
  message: string,
  detail: Omit<Refusal, "code" | "message"> = {},
): Refusal {
  return { code, message, ...detail };
}
