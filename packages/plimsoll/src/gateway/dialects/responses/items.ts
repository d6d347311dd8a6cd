import type { FinishReason, Usage } from "../../../engine/delta.ts";
import type { JsonObject } from "../../../kernel/json.ts";
import { callId } from "../chat/encode.ts";
import type { AnswerEnd, AnswerFacts } from "../contract.ts";

/** An item of the answer as it grows, from released text alone. */
export type Item =
  | {
      readonly kind: "message";
      readonly id: string;
      readonly part: "output_text" | "refusal";
      text: string;
    }
  | { readonly kind: "reasoning"; readonly id: string; text: string }
  | {
      readonly kind: "call";
      readonly id: string;
      readonly index: number;
      readonly name: string;
      text: string;
    };

/** The item as the answer has it. */
export function itemBody(item: Item, facts: AnswerFacts, isDone: boolean): JsonObject {
  const status = isDone ? "completed" : "in_progress";
  switch (item.kind) {
    case "message":
      return {
        id: item.id,
        type: "message",
        role: "assistant",
        status,
        content: isDone ? [partBody(item)] : [],
      };
    case "reasoning":
      return {
        id: item.id,
        type: "reasoning",
        summary: [],
        content: isDone ? [{ type: "reasoning_text", text: item.text }] : [],
        status,
      };
    case "call":
      return {
        id: item.id,
        type: "function_call",
        call_id: callId(facts, 0, item.index),
        name: item.name,
        arguments: isDone ? item.text : "",
        status,
      };
  }
}

/** The one part of a message. */
export function partBody(item: Item & { readonly kind: "message" }): JsonObject {
  return item.part === "refusal"
    ? { type: "refusal", refusal: item.text }
    : { type: "output_text", text: item.text, annotations: [], logprobs: [] };
}

/** The whole answer, or what of it there is. */
export function responseBody(
  facts: AnswerFacts,
  items: readonly Item[],
  end: {
    readonly status: string;
    readonly reason?: string;
    readonly usage?: Usage;
    readonly error?: JsonObject;
  },
): JsonObject {
  const { usage } = end;
  return {
    id: `resp_${facts.requestId}`,
    object: "response",
    created_at: facts.created,
    status: end.status,
    error: end.error ?? null,
    incomplete_details: end.reason === undefined ? null : { reason: end.reason },
    instructions: null,
    metadata: {},
    model: facts.model,
    output: items.map((item) => itemBody(item, facts, true)),
    parallel_tool_calls: true,
    temperature: null,
    tool_choice: "auto",
    tools: [],
    top_p: null,
    usage:
      usage === undefined
        ? null
        : {
            input_tokens: usage.input,
            input_tokens_details: { cached_tokens: usage.cached ?? 0 },
            output_tokens: usage.output,
            output_tokens_details: { reasoning_tokens: usage.reasoning ?? 0 },
            total_tokens: usage.input + usage.output,
          },
  };
}

/** How an answer ended, in this dialect's words. */
export function statusOf(
  reason: FinishReason | undefined,
  { kind }: AnswerEnd,
): { readonly status: string; readonly reason?: string } {
  if (kind === "filtered" || reason === "content-filter") {
    return { status: "incomplete", reason: "content_filter" };
  }
  return reason === "length"
    ? { status: "incomplete", reason: "max_output_tokens" }
    : { status: "completed" };
}
