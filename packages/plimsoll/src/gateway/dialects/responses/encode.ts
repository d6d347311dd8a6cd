import type { FinishReason } from "../../../engine/delta.ts";
import type { JsonObject } from "../../../kernel/json.ts";
import type { ReleasedDelta } from "../../released.ts";
import type { AnswerEncoder, AnswerFacts } from "../contract.ts";
import { openAiError } from "../openai-errors.ts";
import { itemBody, partBody, responseBody, statusOf, type Item } from "./items.ts";

/** Writes an answer as the stream of Responses: every repeat of a text is made of what was released. */
export function responsesStream(facts: AnswerFacts): AnswerEncoder {
  const items: Item[] = [];
  let isOpen = false;
  let sequence = 0;
  let reason: FinishReason | undefined;
  const event = (type: string, data: JsonObject): string => {
    const told = JSON.stringify({ type, sequence_number: sequence, ...data });
    sequence += 1;
    return `event: ${type}\ndata: ${told}\n\n`;
  };
  const placed = (item: Item): JsonObject => ({ item_id: item.id, output_index: items.length - 1 });
  const close = (): string => {
    const item = items.at(-1);
    if (!isOpen || item === undefined) return "";
    isOpen = false;
    const done = event("response.output_item.done", {
      output_index: items.length - 1,
      item: itemBody(item, facts, true),
    });
    return doneEvents(item, placed(item), event) + done;
  };
  const open = (item: Item): string => {
    const before = close();
    items.push(item);
    isOpen = true;
    const added = event("response.output_item.added", {
      output_index: items.length - 1,
      item: itemBody(item, facts, false),
    });
    const part = item.kind === "message" ? partBody({ ...item, text: "" }) : undefined;
    const begun =
      part === undefined
        ? ""
        : event("response.content_part.added", { ...placed(item), content_index: 0, part });
    return before + added + begun;
  };
  return {
    contentType: "text/event-stream; charset=utf-8",
    isStream: true,
    begin: () => {
      const response = responseBody(facts, [], { status: "in_progress" });
      return event("response.created", { response }) + event("response.in_progress", { response });
    },
    delta: (delta) => {
      if (delta.kind === "finish" && delta.choice === 0) ({ reason } = delta);
      if (delta.kind === "finish" || delta.kind === "usage" || delta.choice !== 0) return "";
      const begin = fits(isOpen ? items.at(-1) : undefined, delta)
        ? ""
        : open(newItem(delta, items.length, facts));
      const item = items.at(-1);
      const text = delta.kind === "tool" ? (delta.args ?? "") : delta.text;
      if (item === undefined || text === "") return begin;
      item.text += text;
      return (
        begin + event(DELTAS[kindOf(item)], { ...placed(item), ...extraOf(item), delta: text })
      );
    },
    heartbeat: () => ": hold\n\n",
    end: (end) => {
      const last = close();
      const { status, ...why } = statusOf(reason, end);
      const response = responseBody(facts, items, { status, ...why, usage: end.usage });
      return `${last}${event(`response.${status}`, { response })}: plimsoll-receipt ${facts.receipt}\n\n`;
    },
    fail: (refusal) => {
      const { message, code } = refusal;
      const response = responseBody(facts, items, { status: "failed", error: { code, message } });
      return close() + event("response.failed", { response });
    },
  };
}

type ItemKind = "output_text" | "refusal" | "reasoning" | "call";

const DELTAS: Readonly<Record<ItemKind, string>> = {
  output_text: "response.output_text.delta",
  refusal: "response.refusal.delta",
  reasoning: "response.reasoning_text.delta",
  call: "response.function_call_arguments.delta",
};

function kindOf(item: Item): ItemKind {
  return item.kind === "message" ? item.part : item.kind;
}

function extraOf(item: Item): JsonObject {
  if (item.kind === "call") return {};
  return kindOf(item) === "output_text" ? { content_index: 0, logprobs: [] } : { content_index: 0 };
}

function doneEvents(
  item: Item,
  placed: JsonObject,
  event: (type: string, data: JsonObject) => string,
): string {
  const at = { ...placed, content_index: 0 };
  switch (item.kind) {
    case "call":
      return event("response.function_call_arguments.done", {
        ...placed,
        name: item.name,
        arguments: item.text,
      });
    case "reasoning":
      return event("response.reasoning_text.done", { ...at, text: item.text });
    case "message": {
      const isRefusal = item.part === "refusal";
      const text = isRefusal
        ? event("response.refusal.done", { ...at, refusal: item.text })
        : event("response.output_text.done", { ...at, text: item.text, logprobs: [] });
      return text + event("response.content_part.done", { ...at, part: partBody(item) });
    }
  }
}

type TextDelta = Exclude<ReleasedDelta, { readonly kind: "finish" | "usage" }>;

/** True when a delta goes on with the item that is being written. */
function fits(item: Item | undefined, delta: TextDelta): boolean {
  if (item === undefined) return false;
  if (delta.kind === "tool") {
    return item.kind === "call" && item.index === delta.index && delta.name === undefined;
  }
  if (delta.kind === "reasoning") return item.kind === "reasoning";
  return (
    item.kind === "message" && item.part === (delta.kind === "refusal" ? "refusal" : "output_text")
  );
}

function newItem(delta: TextDelta, place: number, { requestId }: AnswerFacts): Item {
  const tail = `${requestId.slice(-12)}_${place}`;
  if (delta.kind === "tool") {
    return { kind: "call", id: `fc_${tail}`, index: delta.index, name: delta.name ?? "", text: "" };
  }
  if (delta.kind === "reasoning") return { kind: "reasoning", id: `rs_${tail}`, text: "" };
  const part = delta.kind === "refusal" ? "refusal" : "output_text";
  return { kind: "message", id: `msg_${tail}`, part, text: "" };
}

/** Writes an answer as one body. */
export function responsesWhole(facts: AnswerFacts): AnswerEncoder {
  const items: Item[] = [];
  let reason: FinishReason | undefined;
  return {
    contentType: "application/json",
    isStream: false,
    begin: () => "",
    delta: (delta) => {
      if (delta.kind === "finish" && delta.choice === 0) ({ reason } = delta);
      if (delta.kind === "finish" || delta.kind === "usage" || delta.choice !== 0) return "";
      let item = items.at(-1);
      if (item === undefined || !fits(item, delta)) {
        item = newItem(delta, items.length, facts);
        items.push(item);
      }
      item.text += delta.kind === "tool" ? (delta.args ?? "") : delta.text;
      return "";
    },
    heartbeat: () => "",
    end: (end) => {
      const { status, ...why } = statusOf(reason, end);
      return JSON.stringify(responseBody(facts, items, { status, ...why, usage: end.usage }));
    },
    fail: (refusal) => JSON.stringify(openAiError(refusal, facts.requestId)),
  };
}
