import type { ChannelKind } from "../../kernel/guard.ts";
import type { Json, JsonObject } from "../../kernel/json.ts";
import type {
  Message,
  OutputForm,
  Part,
  Sampling,
  Tool,
  ToolCall,
  Turn,
} from "../../engine/turn.ts";

/** A text of a request on its way through the guards. */
export type RequestText = {
  readonly channel: ChannelKind;
  readonly isJson: boolean;
  readonly text: string;
};

/** Maps one text to what may be sent. */
export type MapText = (text: RequestText) => string;

/**
 * The same turn with every text that an engine reads put through `map`: messages, reasoning sent back, names,
 * calls with their ids and arguments, descriptions and schemas of tools with all that stands in them, the tool that
 * must be called, stop strings, a long seed, how hard to think, the prompt, and fields that this version does not know.
 */
export function mapTexts(turn: Turn, map: MapText): Turn {
  const { sampling, toolChoice, effort } = turn;
  return {
    ...turn,
    messages: turn.messages.map((message) => mapMessage(message, map)),
    ...(turn.prompt === undefined ? {} : { prompt: plain(turn.prompt, map) }),
    tools: turn.tools.map((tool) => mapTool(tool, map)),
    ...(toolChoice?.kind === "tool"
      ? { toolChoice: { ...toolChoice, name: nameOf(toolChoice.name, map) } }
      : {}),
    output: mapOutput(turn.output, map),
    ...(effort === undefined ? {} : { effort: plain(effort, map) }),
    sampling: mapSampling(sampling, map),
    extra: mapObject(turn.extra, map),
  };
}

/** A seed may be as long as a card's number: one in which something is found is left out. */
function mapSampling({ stop, seed, ...rest }: Sampling, map: MapText): Sampling {
  const isTold = seed === undefined || mapJson(seed, map) === seed;
  return {
    ...rest,
    ...(seed === undefined || !isTold ? {} : { seed }),
    ...(stop === undefined ? {} : { stop: stop.map((text) => plain(text, map)) }),
  };
}

function mapMessage(message: Message, map: MapText): Message {
  const { name, calls, callId } = message;
  return {
    ...message,
    parts: message.parts.map((part) => mapPart(part, map)),
    ...(name === undefined ? {} : { name: plain(name, map) }),
    ...(calls === undefined ? {} : { calls: calls.map((call) => mapCall(call, map)) }),
    ...(callId === undefined ? {} : { callId: plain(callId, map) }),
  };
}

function mapPart(part: Part, map: MapText): Part {
  switch (part.kind) {
    case "text":
    case "reasoning":
    case "refusal":
      return { ...part, text: map({ channel: part.kind, isJson: false, text: part.text }) };
    case "image":
      return part;
  }
}

function mapCall(call: ToolCall, map: MapText): ToolCall {
  return {
    id: plain(call.id, map),
    name: nameOf(call.name, map),
    args: map({ channel: "tool-args", isJson: true, text: call.args }),
  };
}

function mapTool(tool: Tool, map: MapText): Tool {
  const { description, parameters } = tool;
  return {
    ...tool,
    name: nameOf(tool.name, map),
    ...(description === undefined ? {} : { description: plain(description, map) }),
    ...(parameters === undefined ? {} : { parameters: mapObject(parameters, map) }),
  };
}

function mapOutput(output: OutputForm, map: MapText): OutputForm {
  if (output.kind !== "schema") return output;
  const { description } = output;
  return {
    ...output,
    name: plain(output.name, map),
    schema: mapObject(output.schema, map),
    ...(description === undefined ? {} : { description: plain(description, map) }),
  };
}

function mapObject(object: JsonObject, map: MapText): { readonly [key: string]: Json } {
  const entries: [string, Json][] = [];
  for (const [key, value] of Object.entries(object)) {
    if (value !== undefined) entries.push([plain(key, map), mapJson(value, map)]);
  }
  return Object.fromEntries(entries);
}

/** Nesting was bounded when the body was read. A number that says something becomes what stands for it, a text. */
function mapJson(value: Json, map: MapText): Json {
  if (typeof value === "string") return plain(value, map);
  if (typeof value === "number" && Math.abs(value) >= SAYING_NUMBER) {
    const mapped = plain(String(value), map);
    return mapped === String(value) ? value : mapped;
  }
  if (typeof value !== "object" || value === null) return value;
  if (isList(value)) return value.map((item) => mapJson(item, map));
  return mapObject(value, map);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** Numbers with fewer digits are nobody's card and no telephone number. */
const SAYING_NUMBER = 1_000_000;

function nameOf(name: string, map: MapText): string {
  return map({ channel: "tool-name", isJson: false, text: name });
}

function plain(text: string, map: MapText): string {
  return map({ channel: "text", isJson: false, text });
}
