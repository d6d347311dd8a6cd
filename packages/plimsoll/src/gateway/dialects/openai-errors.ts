import type { Refusal, RefusalCode } from "../refusal.ts";
import type { RefusalAnswer } from "./contract.ts";

/** HTTP status, `type` and `code` of a refusal as OpenAI's clients know them; `retry` says whether they shall try again. */
type OpenAiError = {
  readonly status: number;
  readonly type: string;
  readonly code?: string;
  readonly retry?: true;
};

const INVALID = "invalid_request_error";

const ERRORS: Readonly<Record<RefusalCode, OpenAiError>> = {
  key_missing: { status: 401, type: "authentication_error" },
  key_unknown: { status: 401, type: "authentication_error" },
  key_expired: { status: 401, type: "authentication_error" },
  not_allowed: { status: 403, type: "permission_error" },
  admission_refused: { status: 403, type: "permission_error" },
  model_unknown: { status: 404, type: INVALID, code: "model_not_found" },
  bad_request: { status: 400, type: INVALID },
  field_refused: { status: 400, type: INVALID },
  body_too_large: { status: 413, type: INVALID },
  media_unsupported: { status: 415, type: INVALID },
  route_unknown: { status: 404, type: INVALID },
  method_unknown: { status: 405, type: INVALID },
  context_exceeded: { status: 400, type: INVALID, code: "context_length_exceeded" },
  rate_limited: { status: 429, type: "rate_limit_error", code: "rate_limit_exceeded", retry: true },
  budget_spent: { status: 429, type: "insufficient_quota", code: "insufficient_quota" },
  guard_blocked: { status: 400, type: INVALID, code: "content_filter" },
  held_for_review: { status: 403, type: "permission_error" },
  overloaded: { status: 503, type: "server_error", retry: true },
  burst_denied: { status: 503, type: "server_error", retry: true },
  engine_loading: { status: 503, type: "server_error", retry: true },
  upstream_failed: { status: 502, type: "server_error", retry: true },
  engine_crashed: { status: 502, type: "server_error", retry: true },
  upstream_timeout: { status: 504, type: "server_error", retry: true },
  audit_unavailable: { status: 503, type: "server_error", retry: true },
  store_unavailable: { status: 503, type: "server_error", retry: true },
  internal: { status: 500, type: "server_error" },
};

/** The body of a refusal in OpenAI's form. */
export function openAiError({ code, message, param, ticket }: Refusal, requestId: string): object {
  const error = ERRORS[code];
  return {
    error: {
      message,
      type: error.type,
      param: param ?? null,
      code: error.code ?? code,
      request_id: requestId,
      ...(ticket === undefined ? {} : { ticket }),
    },
  };
}

/** A refusal as OpenAI's clients understand it. */
export function openAiRefusal(refusal: Refusal, requestId: string): RefusalAnswer {
  const { status, retry } = ERRORS[refusal.code];
  return {
    status,
    headers: {
      "content-type": "application/json",
      ...retryHeaders(refusal, retry === true),
    },
    body: JSON.stringify(openAiError(refusal, requestId)),
  };
}

/** Seconds are rounded up: a client that comes too early is refused again. */
const SECOND_MS = 1_000;

/** The headers that tell a client whether to try again, and when. Both families of clients know them. */
export function retryHeaders(
  { retryAfterMs }: Refusal,
  retry: boolean,
): Readonly<Record<string, string>> {
  return {
    "x-should-retry": String(retry),
    ...(retryAfterMs === undefined
      ? {}
      : {
          "retry-after-ms": String(Math.ceil(retryAfterMs)),
          "retry-after": String(Math.ceil(retryAfterMs / SECOND_MS)),
        }),
  };
}
