import type { Message, Part, ToolCall } from "../../../engine/turn.ts";
import { MESSAGES_MAX, PARTS_MAX } from "../chat/messages.ts";
import type { Fields } from "../fields.ts";
import { readCallId } from "../names.ts";
import { readImage } from "./images.ts";

/** Reads `system` and `messages` (anthropic-sdk-typescript src/resources/messages/messages.ts, MessageParam). */
export function readConversation(fields: Fields): readonly Message[] {
  const system = readSystem(fields);
  const items = fields.objects("messages", MESSAGES_MAX);
  if (items === undefined || items.length === 0) {
    if (!fields.has("messages") || items?.length === 0) fields.problem("messages", "must be given");
    return system;
  }
  return [...system, ...items.flatMap((item) => readMessage(item))];
}

function readSystem(fields: Fields): readonly Message[] {
  const system = fields.json("system");
  if (system === undefined || system === "") return [];
  const parts: readonly Part[] =
    typeof system === "string"
      ? [{ kind: "text", text: system }]
      : (fields.objects("system", PARTS_MAX) ?? []).map((block) => readTextBlock(block));
  return parts.length === 0 ? [] : [{ role: "system", trust: "operator", parts }];
}

function readTextBlock(block: Fields): Part {
  if (block.needed("type") !== "text") block.problem("type", "must be text");
  return { kind: "text", text: readText(block, "text") };
}

function readMessage(fields: Fields): readonly Message[] {
  const role = fields.needed("role");
  const content = fields.json("content");
  if (content === undefined) fields.problem("content", "must be given");
  const blocks = Array.isArray(content) ? (fields.objects("content", PARTS_MAX) ?? []) : [];
  const said: readonly Part[] =
    typeof content === "string" ? [{ kind: "text", text: content }] : [];
  if (content !== undefined && typeof content !== "string" && !Array.isArray(content)) {
    fields.problem("content", "must be a text or a list of blocks");
  }
  switch (role) {
    case "assistant":
      return [readAssistant(said, blocks)];
    case "system":
      return [{ role, trust: "operator", parts: [...said, ...blocks.map(readTextBlock)] }];
    case "user":
      return readUser(said, blocks);
    default:
      fields.problem("role", "must be user or assistant");
      return [];
  }
}

/** A user's message; what tools answered within it becomes messages of their own, in their order. */
function readUser(said: readonly Part[], blocks: readonly Fields[]): readonly Message[] {
  const messages: Message[] = [];
  let parts: Part[] = [...said];
  const flush = (): void => {
    if (parts.length > 0) messages.push({ role: "user", trust: "user", parts });
    parts = [];
  };
  for (const block of blocks) {
    const type = block.needed("type");
    if (type === "tool_result") {
      flush();
      messages.push(readToolResult(block));
    } else if (type === "text") parts.push({ kind: "text", text: readText(block, "text") });
    else if (type === "image") parts.push(readImage(block));
    else
      block.problem("type", "must be text, image or tool_result: nothing else is looked at here");
  }
  flush();
  return messages;
}

function readToolResult(block: Fields): Message {
  const content = block.json("content");
  const parts: readonly Part[] =
    content === undefined || typeof content === "string"
      ? [{ kind: "text", text: content ?? "" }]
      : (block.objects("content", PARTS_MAX) ?? []).flatMap((part) => readResultPart(part));
  return { role: "tool", trust: "untrusted", parts, callId: readCallId(block, "tool_use_id") };
}

function readResultPart(part: Fields): readonly Part[] {
  const type = part.needed("type");
  if (type === "text") return [{ kind: "text", text: readText(part, "text") }];
  if (type === "image") return [readImage(part)];
  part.problem("type", "must be text or image: nothing else is looked at here");
  return [];
}

/**
 * A model's message. Its thinking goes on as text, without the signature: what guards changed would not match it.
 * Thinking that only its maker can read is left out, since no guard can.
 */
function readAssistant(said: readonly Part[], blocks: readonly Fields[]): Message {
  const parts: Part[] = [...said];
  const calls: ToolCall[] = [];
  for (const block of blocks) {
    switch (block.needed("type")) {
      case "text":
        parts.push({ kind: "text", text: readText(block, "text") });
        break;
      case "thinking":
        parts.push({ kind: "reasoning", text: readText(block, "thinking") });
        break;
      case "redacted_thinking":
        break;
      case "tool_use":
        calls.push(readCall(block));
        break;
      default:
        block.problem("type", "must be text, thinking, redacted_thinking or tool_use");
    }
  }
  const called = calls.length === 0 ? {} : { calls };
  return { role: "assistant", trust: "model", parts, ...called };
}

function readCall(block: Fields): ToolCall {
  const input = block.object("input");
  return {
    id: readCallId(block, "id"),
    name: block.needed("name"),
    args: JSON.stringify(input ?? {}),
  };
}

/** A text that may be empty and must be there. */
function readText(block: Fields, name: string): string {
  const text = block.text(name);
  if (text === undefined && !block.has(name)) block.problem(name, "must be given");
  return text ?? "";
}
