import type { Refusal, RefusalCode } from "../../refusal.ts";
import type { RefusalAnswer } from "../contract.ts";
import { retryHeaders } from "../openai-errors.ts";

/** HTTP status and `type` of a refusal as Anthropic's clients know them; `retry` says whether they shall try again. */
type AnthropicError = { readonly status: number; readonly type: string; readonly retry?: true };

const INVALID = "invalid_request_error";
const KEY: AnthropicError = { status: 401, type: "authentication_error" };
const BUSY: AnthropicError = { status: 529, type: "overloaded_error", retry: true };
const FAILED: AnthropicError = { status: 502, type: "api_error", retry: true };

/** anthropic-sdk-typescript src/core/error.ts; the statuses are those of Anthropic's own server. */
const ERRORS: Readonly<Record<RefusalCode, AnthropicError>> = {
  key_missing: KEY,
  key_unknown: KEY,
  key_expired: KEY,
  not_allowed: { status: 403, type: "permission_error" },
  admission_refused: { status: 403, type: "permission_error" },
  model_unknown: { status: 404, type: "not_found_error" },
  bad_request: { status: 400, type: INVALID },
  field_refused: { status: 400, type: INVALID },
  body_too_large: { status: 413, type: "request_too_large" },
  media_unsupported: { status: 415, type: INVALID },
  route_unknown: { status: 404, type: "not_found_error" },
  method_unknown: { status: 405, type: INVALID },
  context_exceeded: { status: 400, type: INVALID },
  rate_limited: { status: 429, type: "rate_limit_error", retry: true },
  budget_spent: { status: 402, type: "billing_error" },
  guard_blocked: { status: 400, type: INVALID },
  held_for_review: { status: 403, type: "permission_error" },
  overloaded: BUSY,
  burst_denied: BUSY,
  engine_loading: BUSY,
  upstream_failed: FAILED,
  engine_crashed: FAILED,
  upstream_timeout: { status: 504, type: "timeout_error", retry: true },
  audit_unavailable: { status: 503, type: "api_error", retry: true },
  store_unavailable: { status: 503, type: "api_error", retry: true },
  internal: { status: 500, type: "api_error" },
};

/** The body of a refusal in Anthropic's form, with our own code beside theirs. */
export function anthropicError({ code, message, ticket }: Refusal, requestId: string): object {
  return {
    type: "error",
    error: {
      type: ERRORS[code].type,
      message,
      code,
      ...(ticket === undefined ? {} : { ticket }),
    },
    request_id: requestId,
  };
}

/** A refusal as Anthropic's clients understand it. */
export function anthropicRefusal(refusal: Refusal, requestId: string): RefusalAnswer {
  const { status, retry } = ERRORS[refusal.code];
  return {
    status,
    headers: { "content-type": "application/json", ...retryHeaders(refusal, retry === true) },
    body: JSON.stringify(anthropicError(refusal, requestId)),
  };
}
