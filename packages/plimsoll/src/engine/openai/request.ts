import type { Json } from "../../kernel/json.ts";
import type { EmbeddingTurn, Message, Part, Turn } from "../turn.ts";

/** The path and body of a turn as a compatible server takes it; always made anew, never what a client sent. */
export function turnRequest(turn: Turn): { readonly path: string; readonly body: string } {
  const shared = {
    // What this version does not know comes first, so that it can replace nothing.
    ...turn.extra,
    model: turn.model,
    ...samplingOf(turn),
    n: turn.choices === 1 ? undefined : turn.choices,
    stream: turn.stream,
    // Always asked for: what an answer took must be known, whether the client wants to know it or not.
    stream_options: turn.stream ? { include_usage: true } : undefined,
  };
  if (turn.prompt !== undefined) {
    const { logprobs } = turn.sampling;
    const body = { ...shared, prompt: turn.prompt, max_tokens: turn.maxOutput, logprobs };
    return { path: "/completions", body: JSON.stringify(body) };
  }
  const { logprobs } = turn.sampling;
  const body = {
    ...shared,
    messages: turn.messages.map(messageOf),
    max_tokens: turn.maxOutput,
    tools: turn.tools.length === 0 ? undefined : turn.tools.map(toolOf),
    tool_choice: choiceOf(turn.toolChoice),
    parallel_tool_calls: turn.parallelCalls,
    response_format: formatOf(turn.output),
    reasoning_effort: turn.effort,
    logprobs: logprobs === undefined ? undefined : true,
    top_logprobs: logprobs === undefined || logprobs === 0 ? undefined : logprobs,
  };
  return { path: "/chat/completions", body: JSON.stringify(body) };
}

/** The path and body of a request for vectors; always as numbers, whatever the client wants. */
export function embeddingRequest(turn: EmbeddingTurn): {
  readonly path: string;
  readonly body: string;
} {
  const body = {
    ...turn.extra,
    model: turn.model,
    input: turn.inputs,
    dimensions: turn.dimensions,
    encoding_format: "float",
  };
  return { path: "/embeddings", body: JSON.stringify(body) };
}

function samplingOf({ sampling }: Turn): Readonly<Record<string, unknown>> {
  return {
    temperature: sampling.temperature,
    top_p: sampling.topP,
    top_k: sampling.topK,
    min_p: sampling.minP,
    seed: sampling.seed,
    frequency_penalty: sampling.frequencyPenalty,
    presence_penalty: sampling.presencePenalty,
    repetition_penalty: sampling.repetitionPenalty,
    stop: sampling.stop,
    logit_bias: sampling.logitBias,
  };
}

function messageOf(message: Message): object {
  const { role, name, calls, callId } = message;
  const reasoning = textOf(message.parts, "reasoning");
  const refusal = textOf(message.parts, "refusal");
  return {
    role,
    content: contentOf(message.parts),
    name,
    ...(reasoning === "" ? {} : { reasoning_content: reasoning }),
    ...(refusal === "" ? {} : { refusal }),
    tool_call_id: callId,
    tool_calls: calls?.map((call) => ({
      id: call.id,
      type: "function",
      function: { name: call.name, arguments: call.args },
    })),
  };
}

/** One text as it is, several parts as parts: servers differ in what they make of a list. */
function contentOf(parts: readonly Part[]): string | null | readonly object[] {
  const shown = parts.filter(({ kind }) => kind === "text" || kind === "image");
  if (shown.length === 0) return null;
  const [only] = shown;
  if (shown.length === 1 && only?.kind === "text") return only.text;
  return shown.map((part) => partOf(part));
}

function partOf(part: Part): object {
  if (part.kind !== "image") return { type: "text", text: part.text };
  const detail = part.detail === undefined ? {} : { detail: part.detail };
  return { type: "image_url", image_url: { url: part.url, ...detail } };
}

function textOf(parts: readonly Part[], kind: "reasoning" | "refusal"): string {
  return parts.map((part) => (part.kind === kind ? part.text : "")).join("");
}

function toolOf({ name, description, parameters, strict }: Turn["tools"][number]): object {
  return { type: "function", function: { name, description, parameters, strict } };
}

function choiceOf(choice: Turn["toolChoice"]): Json | undefined {
  if (choice === undefined) return undefined;
  return choice.kind === "tool"
    ? { type: "function", function: { name: choice.name } }
    : choice.kind;
}

function formatOf(output: Turn["output"]): object | undefined {
  switch (output.kind) {
    case "text":
      return undefined;
    case "json":
      return { type: "json_object" };
    case "schema": {
      const { name, schema, strict, description } = output;
      return { type: "json_schema", json_schema: { name, schema, strict, description } };
    }
  }
}
