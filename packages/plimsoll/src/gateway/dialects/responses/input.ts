import type { Message, Part } from "../../../engine/turn.ts";
import { MESSAGES_MAX, PARTS_MAX } from "../chat/messages.ts";
import type { Fields } from "../fields.ts";
import { isDataImage, readCallId, readDetail } from "../names.ts";
import { Conversation } from "./conversation.ts";

/** Reads `instructions` and `input` (openai-node src/resources/responses/responses.ts, ResponseInputItem). */
export function readInput(fields: Fields): readonly Message[] {
  const conversation = new Conversation();
  const instructions = fields.text("instructions");
  if (instructions !== undefined && instructions !== "") {
    conversation.say("system", [{ kind: "text", text: instructions }]);
  }
  const input = fields.json("input");
  if (typeof input === "string") conversation.say("user", [{ kind: "text", text: input }]);
  else {
    const items = fields.objects("input", MESSAGES_MAX);
    if (items?.length === 0 || !fields.has("input")) fields.problem("input", "must be given");
    for (const item of items ?? []) readItem(item, conversation);
  }
  return conversation.end();
}

function readItem(item: Fields, conversation: Conversation): void {
  const type = item.text("type") ?? "message";
  switch (type) {
    case "message":
      readMessage(item, conversation);
      return;
    case "reasoning":
      conversation.think(readReasoning(item));
      return;
    case "function_call":
      conversation.call({
        id: readCallId(item, "call_id"),
        name: item.needed("name"),
        args: item.text("arguments") ?? "",
      });
      return;
    case "function_call_output":
      conversation.answer(readCallId(item, "call_id"), readParts(item, "output"));
      return;
    case "item_reference":
      item.problem("type", "must not be a reference: nothing is kept here");
      return;
    default:
      item.problem(
        "type",
        "must be message, reasoning, function_call or function_call_output: no tool is run here",
      );
  }
}

function readMessage(item: Fields, conversation: Conversation): void {
  const role = item.needed("role");
  const parts = readParts(item, "content");
  switch (role) {
    case "user":
    case "system":
    case "developer":
      conversation.say(role, parts);
      return;
    case "assistant":
      conversation.write(parts);
      return;
    default:
      item.problem("role", "must be user, assistant, system or developer");
  }
}

function readParts(item: Fields, name: string): readonly Part[] {
  const content = item.json(name);
  if (content === undefined) item.problem(name, "must be given");
  if (typeof content === "string") return [{ kind: "text", text: content }];
  return (item.objects(name, PARTS_MAX) ?? []).flatMap((part) => readPart(part));
}

function readPart(part: Fields): readonly Part[] {
  switch (part.needed("type")) {
    case "input_text":
    case "output_text":
    case "text":
      return [{ kind: "text", text: part.text("text") ?? "" }];
    case "refusal":
      return [{ kind: "refusal", text: part.text("refusal") ?? "" }];
    case "input_image":
      return readImage(part);
    default:
      part.problem("type", "must be a text or input_image: nothing else can be looked at here");
      return [];
  }
}

function readImage(part: Fields): readonly Part[] {
  const url = part.text("image_url") ?? "";
  const detail = readDetail(part);
  if (part.has("file_id")) part.problem("file_id", "is not taken: nothing is kept here");
  if (!isDataImage(url)) {
    part.problem("image_url", "must be a data: address of an image; nothing is fetched");
  }
  return [{ kind: "image", url, ...(detail === undefined ? {} : { detail }) }];
}

/** What a model thought: its own words, or else their summary. What only its maker can read is left out. */
function readReasoning(item: Fields): readonly Part[] {
  const own = item.objects("content", PARTS_MAX) ?? [];
  const summary = item.objects("summary", PARTS_MAX) ?? [];
  return (own.length > 0 ? own : summary).map((part) => ({
    kind: "reasoning",
    text: part.text("text") ?? "",
  }));
}
