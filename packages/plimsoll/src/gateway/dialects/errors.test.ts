import { expect, test } from "vitest";

import { refuse, type RefusalCode } from "../refusal.ts";
import { anthropicRefusal } from "./messages/errors.ts";
import { openAiRefusal } from "./openai-errors.ts";

/** Our code; status, type and code for OpenAI's clients; status and type for Anthropic's; whether to try again. */
const TABLE: readonly (readonly [RefusalCode, number, string, string, number, string, boolean])[] =
  [
    ["key_missing", 401, "authentication_error", "key_missing", 401, "authentication_error", false],
    ["key_unknown", 401, "authentication_error", "key_unknown", 401, "authentication_error", false],
    ["key_expired", 401, "authentication_error", "key_expired", 401, "authentication_error", false],
    ["not_allowed", 403, "permission_error", "not_allowed", 403, "permission_error", false],
    [
      "admission_refused",
      403,
      "permission_error",
      "admission_refused",
      403,
      "permission_error",
      false,
    ],
    [
      "model_unknown",
      404,
      "invalid_request_error",
      "model_not_found",
      404,
      "not_found_error",
      false,
    ],
    [
      "bad_request",
      400,
      "invalid_request_error",
      "bad_request",
      400,
      "invalid_request_error",
      false,
    ],
    [
      "field_refused",
      400,
      "invalid_request_error",
      "field_refused",
      400,
      "invalid_request_error",
      false,
    ],
    [
      "body_too_large",
      413,
      "invalid_request_error",
      "body_too_large",
      413,
      "request_too_large",
      false,
    ],
    [
      "media_unsupported",
      415,
      "invalid_request_error",
      "media_unsupported",
      415,
      "invalid_request_error",
      false,
    ],
    ["route_unknown", 404, "invalid_request_error", "route_unknown", 404, "not_found_error", false],
    [
      "method_unknown",
      405,
      "invalid_request_error",
      "method_unknown",
      405,
      "invalid_request_error",
      false,
    ],
    [
      "context_exceeded",
      400,
      "invalid_request_error",
      "context_length_exceeded",
      400,
      "invalid_request_error",
      false,
    ],
    ["rate_limited", 429, "rate_limit_error", "rate_limit_exceeded", 429, "rate_limit_error", true],
    ["budget_spent", 429, "insufficient_quota", "insufficient_quota", 402, "billing_error", false],
    [
      "guard_blocked",
      400,
      "invalid_request_error",
      "content_filter",
      400,
      "invalid_request_error",
      false,
    ],
    ["held_for_review", 403, "permission_error", "held_for_review", 403, "permission_error", false],
    ["overloaded", 503, "server_error", "overloaded", 529, "overloaded_error", true],
    ["burst_denied", 503, "server_error", "burst_denied", 529, "overloaded_error", true],
    ["engine_loading", 503, "server_error", "engine_loading", 529, "overloaded_error", true],
    ["upstream_failed", 502, "server_error", "upstream_failed", 502, "api_error", true],
    ["engine_crashed", 502, "server_error", "engine_crashed", 502, "api_error", true],
    ["upstream_timeout", 504, "server_error", "upstream_timeout", 504, "timeout_error", true],
    ["audit_unavailable", 503, "server_error", "audit_unavailable", 503, "api_error", true],
    ["store_unavailable", 503, "server_error", "store_unavailable", 503, "api_error", true],
    ["internal", 500, "server_error", "internal", 500, "api_error", false],
  ];

test.each(TABLE)("%s", (code, status, type, word, otherStatus, otherType, again) => {
  const refusal = refuse(code, "No.", { param: "model" });
  const openai = openAiRefusal(refusal, "req_1");
  expect(openai.status).toBe(status);
  expect(JSON.parse(openai.body)).toEqual({
    error: { message: "No.", type, param: "model", code: word, request_id: "req_1" },
  });
  const anthropic = anthropicRefusal(refusal, "req_1");
  expect(anthropic.status).toBe(otherStatus);
  expect(JSON.parse(anthropic.body)).toEqual({
    type: "error",
    error: { type: otherType, message: "No.", code },
    request_id: "req_1",
  });
  for (const { headers } of [openai, anthropic]) {
    expect(headers).toEqual({
      "content-type": "application/json",
      "x-should-retry": String(again),
    });
  }
});

test("when to come again is told in both units, and never too early", () => {
  const refusal = refuse("rate_limited", "No.", { retryAfterMs: 1_000.5 });
  for (const { headers } of [openAiRefusal(refusal, "r"), anthropicRefusal(refusal, "r")]) {
    expect(headers).toMatchObject({ "retry-after-ms": "1001", "retry-after": "2" });
  }
});

test("a held answer's ticket is told to both", () => {
  const refusal = refuse("held_for_review", "It waits.", { ticket: "/v1/plimsoll/held/h1" });
  for (const { body } of [openAiRefusal(refusal, "r"), anthropicRefusal(refusal, "r")]) {
    expect(JSON.parse(body)).toMatchObject({ error: { ticket: "/v1/plimsoll/held/h1" } });
  }
});
