import type { Message, Part, ToolCall, Trust } from "../../../engine/turn.ts";
import type { Fields } from "../fields.ts";
import { isDataImage, readCallId, readDetail } from "../names.ts";

/** Messages of one conversation (CWE-770). */
export const MESSAGES_MAX = 4_096;

/** Parts of one message (CWE-770). */
export const PARTS_MAX = 1_024;

/** Calls of tools in one message (CWE-770). */
export const CALLS_MAX = 256;

const TRUST: Readonly<Record<Message["role"], Trust>> = {
  system: "operator",
  developer: "operator",
  user: "user",
  assistant: "model",
  tool: "untrusted",
};

/** Reads `messages` of the chat dialect (openai-node src/resources/chat/completions). */
export function readMessages(fields: Fields): readonly Message[] {
  const items = fields.objects("messages", MESSAGES_MAX);
  if (items === undefined || items.length === 0) {
    if (!fields.has("messages") || items?.length === 0) fields.problem("messages", "must be given");
    return [];
  }
  return items.map(readMessage);
}

function readMessage(fields: Fields): Message {
  const role = readRole(fields);
  const name = fields.text("name");
  const callId = role === "tool" ? readCallId(fields, "tool_call_id") : undefined;
  const calls = readCalls(fields);
  const reasoning = fields.text("reasoning_content") ?? fields.text("reasoning");
  const refusal = fields.text("refusal");
  const parts: Part[] = [
    ...(reasoning === undefined ? [] : [{ kind: "reasoning" as const, text: reasoning }]),
    ...readContent(fields),
    ...(refusal === undefined ? [] : [{ kind: "refusal" as const, text: refusal }]),
  ];
  if (fields.has("function_call")) {
    fields.problem("function_call", "is not taken any more: send tool_calls");
  }
  return {
    role,
    trust: TRUST[role],
    parts,
    ...(name === undefined ? {} : { name }),
    ...(calls.length === 0 ? {} : { calls }),
    ...(callId === undefined ? {} : { callId }),
  };
}

function readRole(fields: Fields): Message["role"] {
  const role = fields.needed("role");
  switch (role) {
    case "system":
    case "developer":
    case "user":
    case "assistant":
    case "tool":
      return role;
    default:
      fields.problem("role", "must be system, developer, user, assistant or tool");
      return "user";
  }
}

function readContent(fields: Fields): readonly Part[] {
  const content = fields.json("content");
  if (content === undefined) return [];
  if (typeof content === "string") return [{ kind: "text", text: content }];
  return (fields.objects("content", PARTS_MAX) ?? []).flatMap((part) => readPart(part));
}

function readPart(fields: Fields): readonly Part[] {
  const type = fields.needed("type");
  switch (type) {
    case "text":
      return [{ kind: "text", text: fields.text("text") ?? "" }];
    case "refusal":
      return [{ kind: "refusal", text: fields.text("refusal") ?? "" }];
    case "image_url":
      return readImage(fields);
    default:
      fields.problem("type", "must be text or image_url: nothing else can be looked at here");
      return [];
  }
}

function readImage(fields: Fields): readonly Part[] {
  const image = fields.fields("image_url");
  const url = image?.needed("url") ?? "";
  const detail = readDetail(image);
  if (!isDataImage(url)) {
    (image ?? fields).problem("url", "must be a data: address of an image; nothing is fetched");
  }
  return [{ kind: "image", url, ...(detail === undefined ? {} : { detail }) }];
}

function readCalls(fields: Fields): readonly ToolCall[] {
  return (fields.objects("tool_calls", CALLS_MAX) ?? []).map((call) => {
    const named = call.fields("function");
    if (named === undefined) call.problem("function", "must be given");
    return {
      id: readCallId(call, "id"),
      name: named?.needed("name") ?? "",
      args: named?.text("arguments") ?? "",
    };
  });
}
