/**
 * Names of the OpenTelemetry GenAI conventions. They are in development and have changed before: every one that we
 * write stands here and nowhere else.
 * @see https://github.com/open-telemetry/semantic-conventions-genai docs/gen-ai (read 2026-11-25)
 */
import type { RequestOutcome } from "../../store/contract.ts";

/** Attributes of a span. */
export const ATTRIBUTE = {
  operation: "gen_ai.operation.name",
  provider: "gen_ai.provider.name",
  requestModel: "gen_ai.request.model",
  responseId: "gen_ai.response.id",
  finishReasons: "gen_ai.response.finish_reasons",
  timeToFirstChunk: "gen_ai.response.time_to_first_chunk",
  inputTokens: "gen_ai.usage.input_tokens",
  outputTokens: "gen_ai.usage.output_tokens",
  errorType: "error.type",
} as const;

/** Attributes that are ours. */
export const OWN_ATTRIBUTE = {
  alias: "plimsoll.alias",
  upstream: "plimsoll.upstream",
  team: "plimsoll.team",
  outcome: "plimsoll.outcome",
  /** What the client was told; `http.response.status_code` of a client span would be the upstream's. */
  status: "plimsoll.status",
  dialect: "plimsoll.dialect",
  isEstimated: "plimsoll.usage.estimated",
  nanos: "plimsoll.cost.nanos",
  currency: "plimsoll.cost.currency",
  auditSequence: "plimsoll.audit.sequence",
  /** How often a guard's rule came to the same result in one request. */
  count: "plimsoll.count",
} as const;

/** The event that a guard's result is, and its attributes. */
export const GUARDRAIL = {
  event: "gen_ai.guardrail.result",
  component: "gen_ai.guardrail.component.name",
  policy: "gen_ai.guardrail.policy.id",
  type: "gen_ai.guardrail.result.type",
  value: "gen_ai.guardrail.result.value",
  source: "gen_ai.guardrail.source",
} as const;

/** What is spoken to every upstream: the conventions name the dialect where the company behind it is not known. */
export const PROVIDER = "openai";

/** The operation of a dialect. */
export function operationOf(dialect: string): "chat" | "text_completion" | "embeddings" {
  if (dialect === "embeddings") return "embeddings";
  return dialect === "completions" ? "text_completion" : "chat";
}

/** `error.type` of a request; undefined for one that ended as the policy wants it. */
export function errorTypeOf(outcome: RequestOutcome): RequestOutcome | undefined {
  return outcome === "answered" || outcome === "blocked" || outcome === "held"
    ? undefined
    : outcome;
}
