import { eventsIn, membersOf, type SentEvent } from "./answers.ts";

/** What a client put together of an answer: texts by kind, and calls in their order. */
export type ReadAnswer = {
  readonly text: string;
  readonly reasoning: string;
  readonly refusal: string;
  readonly calls: readonly { readonly name: string; readonly args: string }[];
  readonly end: string | undefined;
  /** True when the stream's repeats (`.done`, `completed`) say the same as its pieces. */
  readonly isConsistent: boolean;
};

/** Dialects whose answers are read here. */
export type ReadDialect = "chat" | "messages" | "responses";

type Members = Readonly<Record<string, unknown>>;

/** Puts an answer together as a client of the dialect does, from a stream's bytes or from one body. */
export function readAnswer(dialect: ReadDialect, sent: string): ReadAnswer {
  const isStream = !sent.startsWith("{");
  switch (dialect) {
    case "chat":
      return isStream ? chatStream(eventsIn(sent)) : chatBody(membersOf(JSON.parse(sent)));
    case "messages":
      return isStream ? messagesStream(eventsIn(sent)) : messagesBody(membersOf(JSON.parse(sent)));
    case "responses":
      return isStream ? responsesStream(eventsIn(sent)) : itemsOf(membersOf(JSON.parse(sent)));
  }
}

class Reading {
  text = "";
  reasoning = "";
  refusal = "";
  readonly calls: { name: string; args: string }[] = [];
  end: string | undefined;
  isConsistent = true;

  callAt(at: number): { name: string; args: string } {
    return (this.calls[at] ??= { name: "", args: "" });
  }
}

function chatStream(events: readonly SentEvent[]): Reading {
  const read = new Reading();
  for (const { data } of events) {
    if (data === "[DONE]") continue;
    for (const choice of listOf(membersOf(data)["choices"])) {
      addChat(read, objectOf(choice["delta"]));
      read.end = textOf(choice["finish_reason"]) || read.end;
    }
  }
  return read;
}

function chatBody(body: Members): Reading {
  const read = new Reading();
  const [choice] = listOf(body["choices"]);
  addChat(read, objectOf(choice?.["message"]));
  read.end = textOf(choice?.["finish_reason"]);
  return read;
}

function addChat(read: Reading, message: Members): void {
  read.text += textOf(message["content"]);
  read.reasoning += textOf(message["reasoning_content"]);
  read.refusal += textOf(message["refusal"]);
  for (const [at, call] of listOf(message["tool_calls"]).entries()) {
    const own = read.callAt(typeof call["index"] === "number" ? call["index"] : at);
    const named = objectOf(call["function"]);
    own.name += textOf(named["name"]);
    own.args += textOf(named["arguments"]);
  }
}

function messagesStream(events: readonly SentEvent[]): Reading {
  const read = new Reading();
  const calls = new Map<unknown, { name: string; args: string }>();
  for (const { data } of events) {
    const event = membersOf(data);
    const block = objectOf(event["content_block"]);
    if (block["type"] === "tool_use") {
      const call = { name: textOf(block["name"]), args: "" };
      calls.set(event["index"], call);
      read.calls.push(call);
    }
    const delta = objectOf(event["delta"]);
    read.text += textOf(delta["text"]);
    read.reasoning += textOf(delta["thinking"]);
    const call = calls.get(event["index"]);
    if (call !== undefined) call.args += textOf(delta["partial_json"]);
    read.end = textOf(delta["stop_reason"]) || read.end;
  }
  return read;
}

function messagesBody(body: Members): Reading {
  const read = new Reading();
  for (const block of listOf(body["content"])) {
    read.text += textOf(block["text"]);
    read.reasoning += textOf(block["thinking"]);
    if (block["type"] !== "tool_use") continue;
    read.calls.push({ name: textOf(block["name"]), args: JSON.stringify(block["input"]) });
  }
  read.end = textOf(body["stop_reason"]);
  return read;
}

function responsesStream(events: readonly SentEvent[]): Reading {
  const read = new Reading();
  const calls = new Map<unknown, { name: string; args: string }>();
  let whole: Reading | undefined;
  for (const { event, data } of events) {
    const members = membersOf(data);
    const item = objectOf(members["item"]);
    if (event === "response.output_item.added" && item["type"] === "function_call") {
      const call = { name: textOf(item["name"]), args: "" };
      calls.set(members["output_index"], call);
      read.calls.push(call);
    }
    const delta = textOf(members["delta"]);
    if (event === "response.output_text.delta") read.text += delta;
    if (event === "response.reasoning_text.delta") read.reasoning += delta;
    if (event === "response.refusal.delta") read.refusal += delta;
    const call = calls.get(members["output_index"]);
    if (event === "response.function_call_arguments.delta" && call !== undefined)
      call.args += delta;
    if (members["response"] !== undefined) whole = itemsOf(objectOf(members["response"]));
  }
  read.end = whole?.end;
  read.isConsistent = whole !== undefined && saidIn(whole) === saidIn(read);
  return read;
}

function saidIn({ text, reasoning, refusal, calls, end }: Reading): string {
  return JSON.stringify([text, reasoning, refusal, calls, end]);
}

function itemsOf(response: Members): Reading {
  const read = new Reading();
  for (const item of listOf(response["output"])) {
    if (item["type"] === "function_call") {
      read.calls.push({ name: textOf(item["name"]), args: textOf(item["arguments"]) });
    }
    for (const part of listOf(item["content"])) {
      if (part["type"] === "output_text") read.text += textOf(part["text"]);
      if (part["type"] === "reasoning_text") read.reasoning += textOf(part["text"]);
      read.refusal += textOf(part["refusal"]);
    }
  }
  read.end =
    textOf(objectOf(response["incomplete_details"])["reason"]) || textOf(response["status"]);
  return read;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function objectOf(value: unknown): Members {
  return typeof value === "object" && value !== null ? membersOf(value) : {};
}

function listOf(value: unknown): readonly Members[] {
  return Array.isArray(value) ? value.map((one: unknown) => objectOf(one)) : [];
}
