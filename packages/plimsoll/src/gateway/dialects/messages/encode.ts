import type { FinishReason, Usage } from "../../../engine/delta.ts";
import type { ReleasedDelta } from "../../released.ts";
import type { AnswerEncoder, AnswerEnd, AnswerFacts } from "../contract.ts";
import { callId } from "../chat/encode.ts";
import { anthropicError } from "./errors.ts";

const STOP: Readonly<Record<FinishReason, string>> = {
  stop: "end_turn",
  length: "max_tokens",
  "tool-calls": "tool_use",
  "content-filter": "refusal",
  unknown: "end_turn",
};

function stopOf(reason: FinishReason | undefined, { kind }: AnswerEnd): string {
  return kind === "filtered" ? "refusal" : STOP[reason ?? "stop"];
}

function usageOf({ input, output, cached }: Usage): object {
  return {
    input_tokens: input - (cached ?? 0),
    output_tokens: output,
    cache_read_input_tokens: cached ?? 0,
    cache_creation_input_tokens: 0,
  };
}

function event(name: string, data: object): string {
  return `event: ${name}\ndata: ${JSON.stringify({ type: name, ...data })}\n\n`;
}

/** A block that is being written. */
type OpenBlock = { readonly kind: "text" | "thinking" | "tool"; readonly tool: number };

/** Writes an answer as Anthropic's stream: one block after another, each begun, written and ended. */
export function messagesStream(facts: AnswerFacts): AnswerEncoder {
  let block: OpenBlock | undefined;
  let index = -1;
  let reason: FinishReason | undefined;
  const close = (): string => {
    if (block === undefined) return "";
    block = undefined;
    return event("content_block_stop", { index });
  };
  const open = (next: OpenBlock, start: object): string => {
    const before = close();
    block = next;
    index += 1;
    return before + event("content_block_start", { index, content_block: start });
  };
  const write = (kind: "text" | "thinking", text: string): string => {
    const start =
      kind === "text"
        ? { type: "text", text: "" }
        : { type: "thinking", thinking: "", signature: "" };
    const begin = block?.kind === kind ? "" : open({ kind, tool: -1 }, start);
    const delta =
      kind === "text" ? { type: "text_delta", text } : { type: "thinking_delta", thinking: text };
    return begin + event("content_block_delta", { index, delta });
  };
  const tool = (delta: ReleasedDelta & { readonly kind: "tool" }): string => {
    const begin =
      delta.name === undefined
        ? ""
        : open(
            { kind: "tool", tool: delta.index },
            {
              type: "tool_use",
              id: callId(facts, delta.choice, delta.index),
              name: delta.name,
              input: {},
            },
          );
    if (delta.args === undefined) return begin;
    return (
      begin +
      event("content_block_delta", {
        index,
        delta: { type: "input_json_delta", partial_json: delta.args },
      })
    );
  };
  return {
    contentType: "text/event-stream; charset=utf-8",
    isStream: true,
    begin: () =>
      event("message_start", {
        message: {
          id: `msg_${facts.requestId}`,
          type: "message",
          role: "assistant",
          model: facts.model,
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: usageOf({ input: 0, output: 0 }),
        },
      }),
    delta: (delta) => {
      if (delta.kind === "usage" || delta.choice !== 0) return "";
      switch (delta.kind) {
        case "text":
        case "refusal":
          return write("text", delta.text);
        case "reasoning":
          return write("thinking", delta.text);
        case "tool":
          return tool(delta);
        case "finish":
          ({ reason } = delta);
          return "";
      }
    },
    heartbeat: () => event("ping", {}),
    end: (end) =>
      close() +
      event("message_delta", {
        delta: { stop_reason: stopOf(reason, end), stop_sequence: null },
        usage: usageOf(end.usage),
      }) +
      event("message_stop", {}) +
      `: plimsoll-receipt ${facts.receipt}\n\n`,
    fail: (refusal) =>
      `event: error\ndata: ${JSON.stringify(anthropicError(refusal, facts.requestId))}\n\n`,
  };
}

type Block = { readonly kind: "text" | "thinking"; text: string } | CallBlock;
type CallBlock = { readonly kind: "tool"; readonly index: number; name: string; args: string };

/** Writes an answer as one message. */
export function messagesWhole(facts: AnswerFacts): AnswerEncoder {
  const blocks: Block[] = [];
  let reason: FinishReason | undefined;
  return {
    contentType: "application/json",
    isStream: false,
    begin: () => "",
    delta: (delta) => {
      if (delta.kind === "finish" && delta.choice === 0) ({ reason } = delta);
      else if (delta.kind !== "usage" && delta.choice === 0) add(blocks, delta);
      return "";
    },
    heartbeat: () => "",
    end: (end) =>
      JSON.stringify({
        id: `msg_${facts.requestId}`,
        type: "message",
        role: "assistant",
        model: facts.model,
        content: blocks.map((block) => blockBody(block, facts)),
        stop_reason: stopOf(reason, end),
        stop_sequence: null,
        usage: usageOf(end.usage),
      }),
    fail: (refusal) => JSON.stringify(anthropicError(refusal, facts.requestId)),
  };
}

function add(blocks: Block[], delta: Exclude<ReleasedDelta, { readonly kind: "usage" }>): void {
  const last = blocks.at(-1);
  if (delta.kind === "finish") return;
  if (delta.kind !== "tool") {
    const kind = delta.kind === "reasoning" ? "thinking" : "text";
    if (last?.kind === kind) last.text += delta.text;
    else blocks.push({ kind, text: delta.text });
    return;
  }
  let call: CallBlock | undefined = blocks.find((block): block is CallBlock =>
    isCall(block, delta.index),
  );
  if (call === undefined) {
    call = { kind: "tool", index: delta.index, name: "", args: "" };
    blocks.push(call);
  }
  call.name += delta.name ?? "";
  call.args += delta.args ?? "";
}

function isCall(block: Block, index: number): block is CallBlock {
  return block.kind === "tool" && block.index === index;
}

function blockBody(block: Block, facts: AnswerFacts): object {
  if (block.kind !== "tool") {
    return block.kind === "text"
      ? { type: "text", text: block.text }
      : { type: "thinking", thinking: block.text, signature: "" };
  }
  return {
    type: "tool_use",
    id: callId(facts, 0, block.index),
    name: block.name,
    input: inputOf(block.args),
  };
}

/** This dialect has arguments as an object: what a model wrote that is none is told as it is. */
function inputOf(args: string): object {
  if (args === "") return {};
  try {
    const value: unknown = JSON.parse(args);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Told below.
  }
  return { arguments: args };
}
