import type { Released } from "../../released.ts";
import type { Block, BlockWriter } from "../blocks.ts";
import type { AnswerFacts } from "../contract.ts";

/** Ids of calls are ours: what an upstream calls them was not looked at. */
function toolId({ requestId }: AnswerFacts, { at }: Block): string {
  return `toolu_${requestId.slice(-24)}_${at}`;
}

/** A named event of a stream; `more` are its members after its type. */
export function event(type: string, more: string): string {
  return `event: ${type}\ndata: {"type":"${type}"${more === "" ? "" : `,${more}`}}\n\n`;
}

/** Writes blocks as events. */
export function streamWriter(facts: AnswerFacts): BlockWriter {
  return {
    open: (block) =>
      event(
        "content_block_start",
        `"index":${block.at},"content_block":${emptyBlock(block, facts)}`,
      ),
    piece: (block, text) =>
      `event: content_block_delta\ndata: {"type":"content_block_delta","index":${block.at},"delta":${deltaOf(block, text)}}\n\n`,
    close: (block) => {
      const signed =
        block.kind === "reasoning"
          ? event(
              "content_block_delta",
              `"index":${block.at},"delta":{"type":"signature_delta","signature":${quote(facts.requestId)}}`,
            )
          : "";
      return `${signed}${event("content_block_stop", `"index":${block.at}`)}`;
    },
  };
}

function emptyBlock(block: Block, facts: AnswerFacts): string {
  switch (block.kind) {
    case "text":
    case "refusal":
      return '{"type":"text","text":"","citations":null}';
    case "reasoning":
      return '{"type":"thinking","thinking":"","signature":""}';
    case "tool":
      return `{"type":"tool_use","id":${quote(toolId(facts, block))},"name":${quote(block.name ?? "")},"input":{}}`;
  }
}

function deltaOf({ kind }: Block, text: Released): string {
  switch (kind) {
    case "text":
    case "refusal":
      return `{"type":"text_delta","text":${quote(text)}}`;
    case "reasoning":
      return `{"type":"thinking_delta","thinking":${quote(text)}}`;
    case "tool":
      return `{"type":"input_json_delta","partial_json":${quote(text)}}`;
  }
}

/** A block of a whole answer, as it grows. */
export type Gathered = { readonly block: Block; text: string };

/** Gathers blocks for one body. */
export function gatherer(gathered: Gathered[]): BlockWriter {
  return {
    open: (block) => {
      gathered.push({ block, text: "" });
      return "";
    },
    piece: (block, text) => {
      const last = gathered[block.at];
      if (last !== undefined) last.text += text;
      return "";
    },
    close: () => "",
  };
}

/** A gathered block as JSON. The signature is no proof of anything: clients demand one, and it is never checked. */
export function blockBody({ block, text }: Gathered, facts: AnswerFacts): string {
  switch (block.kind) {
    case "text":
    case "refusal":
      return `{"type":"text","text":${quote(text)},"citations":null}`;
    case "reasoning":
      return `{"type":"thinking","thinking":${quote(text)},"signature":${quote(facts.requestId)}}`;
    case "tool":
      return `{"type":"tool_use","id":${quote(toolId(facts, block))},"name":${quote(block.name ?? "")},"input":${inputOf(text)}}`;
  }
}

/**
 * Arguments as an object. What is none is wrapped, as Anthropic's pages tell clients to: an empty object would
 * have a tool run with nothing where something was meant.
 */
function inputOf(args: string): string {
  if (args.trim() === "") return "{}";
  try {
    const value: unknown = JSON.parse(args);
    // As it was written: numbers keep their digits.
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return args;
  } catch {
    // Cut off, or no JSON.
  }
  return `{"INVALID_JSON":${quote(args)}}`;
}

function quote(text: string): string {
  return JSON.stringify(text);
}
