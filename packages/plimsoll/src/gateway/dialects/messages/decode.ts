import type {
  Message,
  OutputForm,
  Part,
  Tool,
  ToolCall,
  ToolChoice,
} from "../../../engine/turn.ts";
import type { Json } from "../../../kernel/json.ts";
import { refuseBypasses } from "../bypasses.ts";
import { settle } from "../chat/decode.ts";
import { CALLS_MAX, MESSAGES_MAX, PARTS_MAX } from "../chat/messages.ts";
import { checkSchema, defined, OUTPUT_MAX, TOOLS_MAX } from "../chat/options.ts";
import type { TextDialect } from "../contract.ts";
import { Fields, Problems } from "../fields.ts";

/** Texts that end an answer. */
const STOPS_MAX = 16;

/** Fields that clients send and that say nothing to an engine. */
const ASIDE: readonly string[] = [
  "service_tier",
  "container",
  "context_management",
  "inference_geo",
];

/** Reads a request of Anthropic's Messages (anthropic-sdk-typescript src/resources/messages/messages.ts). */
export const decodeMessages: TextDialect["decode"] = (body, _headers, policy) => {
  const problems = new Problems();
  const fields = new Fields(body, "", problems);
  const maxOutput = fields.integer("max_tokens", 1, OUTPUT_MAX);
  if (maxOutput === undefined && !fields.has("max_tokens"))
    fields.problem("max_tokens", "must be given");
  const choice = readChoice(fields);
  const turn = {
    model: fields.needed("model"),
    messages: [...readSystem(fields), ...readMessages(fields)],
    tools: readTools(fields),
    output: readOutput(fields),
    sampling: defined({
      temperature: fields.number("temperature", 0, 2),
      topP: fields.number("top_p", 0, 1),
      topK: fields.integer("top_k", 0, 1_000_000),
      stop: fields.texts("stop_sequences", STOPS_MAX),
    }),
    choices: 1,
    stream: fields.flag("stream") ?? false,
    hasUsage: true,
    ...defined({
      maxOutput,
      toolChoice: choice.choice,
      parallelCalls: choice.parallel,
      subject: fields.fields("metadata")?.text("user_id"),
    }),
  };
  readThinking(fields);
  refuseBypasses(fields);
  if (fields.has("mcp_servers")) fields.problem("mcp_servers", "are not taken: nothing is fetched");
  const aside = ASIDE.filter((name) => fields.has(name));
  return settle(turn, fields, problems, aside, policy);
};

function readSystem(fields: Fields): readonly Message[] {
  const parts = readBlocks(fields, "system", (block) => readText(block));
  return parts.length === 0 ? [] : [{ role: "system", trust: "operator", parts }];
}

function readMessages(fields: Fields): readonly Message[] {
  const items = fields.objects("messages", MESSAGES_MAX);
  if (items === undefined || items.length === 0) fields.problem("messages", "must be given");
  return (items ?? []).flatMap((item) => readMessage(item));
}

/** One message may become several: results of tools are messages of their own in the normal form. */
function readMessage(fields: Fields): readonly Message[] {
  const role = fields.needed("role");
  if (role !== "user" && role !== "assistant") {
    fields.problem("role", "must be user or assistant");
    return [];
  }
  const results: Message[] = [];
  const calls: ToolCall[] = [];
  const parts = readBlocks(fields, "content", (block) => {
    const type = block.needed("type");
    switch (type) {
      case "text":
        return readText(block);
      case "image":
        return readImage(block);
      case "thinking":
        // The signature goes: an upstream refuses one whose text was changed, and ours may have been.
        block.text("signature");
        return [{ kind: "reasoning", text: block.text("thinking") ?? "" }];
      case "redacted_thinking":
        return [];
      case "tool_use":
        if (calls.length < CALLS_MAX) calls.push(readUse(block));
        return [];
      case "tool_result":
        results.push(readResult(block));
        return [];
      default:
        block.problem(
          "type",
          "must be text, image, thinking, tool_use or tool_result: nothing else can be looked at here",
        );
        return [];
    }
  });
  const own: Message = {
    role,
    trust: role === "user" ? "user" : "model",
    parts,
    ...(calls.length === 0 ? {} : { calls }),
  };
  const isEmpty = parts.length === 0 && calls.length === 0;
  return isEmpty && results.length > 0 ? results : [...results, own];
}

function readBlocks(
  fields: Fields,
  name: string,
  read: (block: Fields) => readonly Part[],
): readonly Part[] {
  const content = fields.json(name);
  if (content === undefined) return [];
  if (typeof content === "string") return content === "" ? [] : [{ kind: "text", text: content }];
  return (fields.objects(name, PARTS_MAX) ?? []).flatMap((block) => read(block));
}

function readText(block: Fields): readonly Part[] {
  const text = block.text("text") ?? "";
  return text === "" ? [] : [{ kind: "text", text }];
}

function readImage(block: Fields): readonly Part[] {
  const source = block.fields("source");
  const type = source?.text("media_type") ?? "";
  const data = source?.text("data") ?? "";
  if (source?.text("type") !== "base64" || !/^image\/[a-z0-9.+-]{1,40}$/u.test(type)) {
    block.problem("source", "must be base64 data of an image; nothing is fetched");
    return [];
  }
  return [{ kind: "image", url: `data:${type};base64,${data}` }];
}

function readUse(block: Fields): ToolCall {
  const input = block.json("input");
  return {
    id: block.needed("id"),
    name: block.needed("name"),
    args: input === undefined ? "{}" : JSON.stringify(input),
  };
}

function readResult(block: Fields): Message {
  const isError = block.flag("is_error") === true;
  const parts = readBlocks(block, "content", (inner) => {
    const type = inner.needed("type");
    if (type === "text") return readText(inner);
    if (type === "image") return readImage(inner);
    inner.problem("type", "must be text or image");
    return [];
  });
  const mark: readonly Part[] = isError ? [{ kind: "text", text: "Error: " }] : [];
  return {
    role: "tool",
    trust: "untrusted",
    parts: [...mark, ...parts],
    callId: block.needed("tool_use_id"),
  };
}

function readTools(fields: Fields): readonly Tool[] {
  return (fields.objects("tools", TOOLS_MAX) ?? []).map((tool) => {
    const type = tool.text("type") ?? "custom";
    if (type !== "custom")
      tool.problem("type", "must be custom: tools of the provider do not run here");
    const parameters = tool.object("input_schema");
    if (parameters === undefined) tool.problem("input_schema", "must be given");
    else checkSchema(tool, "input_schema", parameters);
    return {
      name: tool.needed("name"),
      ...defined({
        description: tool.text("description"),
        parameters,
        strict: tool.flag("strict"),
      }),
    };
  });
}

const CHOICES: Readonly<Record<string, ToolChoice>> = {
  auto: { kind: "auto" },
  any: { kind: "required" },
  none: { kind: "none" },
};

function readChoice(fields: Fields): { readonly choice?: ToolChoice; readonly parallel?: boolean } {
  const choice = fields.fields("tool_choice");
  if (choice === undefined) return {};
  const disabled = choice.flag("disable_parallel_tool_use");
  const parallel = disabled === undefined ? {} : { parallel: !disabled };
  const type = choice.needed("type");
  if (type === "tool")
    return { choice: { kind: "tool", name: choice.needed("name") }, ...parallel };
  const known = Object.hasOwn(CHOICES, type) ? CHOICES[type] : undefined;
  if (known === undefined) choice.problem("type", "must be auto, any, none or tool");
  return known === undefined ? parallel : { choice: known, ...parallel };
}

function readOutput(fields: Fields): OutputForm {
  const format = fields.fields("output_config")?.fields("format");
  if (format === undefined) return { kind: "text" };
  const schema = format.object("schema");
  if (format.text("type") !== "json_schema" || schema === undefined) {
    format.problem("type", "must be json_schema, with a schema");
    return { kind: "text" };
  }
  checkSchema(format, "schema", schema);
  return { kind: "schema", name: "answer", schema };
}

/** How long to think is the engine's own affair here; what is asked for must at least make sense. */
function readThinking(fields: Fields): void {
  const thinking = fields.fields("thinking");
  const type: Json | undefined = thinking?.json("type");
  if (thinking === undefined || type === "disabled" || type === "adaptive") return;
  if (type !== "enabled") thinking.problem("type", "must be enabled, adaptive or disabled");
  thinking.integer("budget_tokens", 1, OUTPUT_MAX);
}
