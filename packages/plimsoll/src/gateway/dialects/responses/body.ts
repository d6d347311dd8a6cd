import type { Usage } from "../../../engine/delta.ts";
import type { Turn } from "../../../engine/turn.ts";
import type { AnswerFacts } from "../contract.ts";

/** How far a response came. */
export type Status =
  | { readonly kind: "in_progress" | "completed" }
  | { readonly kind: "incomplete"; readonly reason: "max_output_tokens" | "content_filter" }
  | {
      readonly kind: "failed";
      readonly code: string;
      readonly message: string;
      /** Where a held answer can be asked for. */
      readonly ticket?: string | undefined;
    };

/**
 * A response as JSON. What the caller set is told again, but not what was said: instructions and input are not
 * repeated. `output` are items that are JSON already.
 */
export function responseBody(
  turn: Turn,
  facts: AnswerFacts,
  status: Status,
  output: readonly string[],
  usage: Usage | undefined,
): string {
  const failed = status.kind === "failed" ? errorOf(status) : null;
  const incomplete = status.kind === "incomplete" ? { reason: status.reason } : null;
  const before = {
    id: `resp_${facts.requestId.slice(-24)}`,
    object: "response",
    created_at: facts.created,
    status: status.kind,
    background: false,
    error: failed,
    incomplete_details: incomplete,
    instructions: null,
    max_output_tokens: turn.maxOutput ?? null,
    metadata: {},
    model: facts.model,
  };
  const after = {
    parallel_tool_calls: turn.parallelCalls ?? true,
    previous_response_id: null,
    reasoning: { effort: turn.effort ?? null, summary: null },
    store: false,
    temperature: turn.sampling.temperature ?? null,
    text: { format: formatOf(turn.output) },
    tool_choice: choiceOf(turn.toolChoice),
    tools: turn.tools.map(toolOf),
    top_p: turn.sampling.topP ?? null,
    truncation: "disabled",
    usage: usage === undefined ? null : usageOf(usage),
  };
  const [head, tail] = [JSON.stringify(before).slice(0, -1), JSON.stringify(after).slice(1)];
  return `${head},"output":[${output.join(",")}],${tail}`;
}

function usageOf({ input, output, cached, reasoning }: Usage): object {
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cached ?? 0, cache_write_tokens: 0 },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning ?? 0 },
    total_tokens: input + output,
  };
}

function formatOf(output: Turn["output"]): object {
  switch (output.kind) {
    case "text":
      return { type: "text" };
    case "json":
      return { type: "json_object" };
    case "schema": {
      const { name, schema, strict, description } = output;
      const described = description === undefined ? {} : { description };
      return { type: "json_schema", name, schema, strict: strict ?? false, ...described };
    }
  }
}

function choiceOf(choice: Turn["toolChoice"]): string | object {
  if (choice === undefined) return "auto";
  return choice.kind === "tool" ? { type: "function", name: choice.name } : choice.kind;
}

function toolOf({ name, description, parameters, strict }: Turn["tools"][number]): object {
  return {
    type: "function",
    name,
    description: description ?? null,
    parameters: parameters ?? null,
    strict: strict ?? false,
  };
}

function errorOf({ code, message, ticket }: Status & { readonly kind: "failed" }): object {
  return { code, message, ...(ticket === undefined ? {} : { ticket }) };
}
