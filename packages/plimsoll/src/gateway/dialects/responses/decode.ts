import type { Message, OutputForm, Part, Tool, ToolChoice } from "../../../engine/turn.ts";
import { refuseBypasses } from "../bypasses.ts";
import { settle } from "../chat/decode.ts";
import { isDataImage, MESSAGES_MAX, PARTS_MAX } from "../chat/messages.ts";
import { checkSchema, defined, OUTPUT_MAX, TOOLS_MAX } from "../chat/options.ts";
import type { TextDialect } from "../contract.ts";
import { Fields, Problems } from "../fields.ts";

/** Fields that clients send and that say nothing to an engine. */
const ASIDE: readonly string[] = [
  "metadata",
  "store",
  "include",
  "truncation",
  "service_tier",
  "prompt_cache_key",
  "prompt_cache_retention",
  "max_tool_calls",
  "stream_options",
];

/** Fields that need answers to be kept, which this version does not do. */
const KEPT: readonly string[] = ["previous_response_id", "conversation", "prompt"];

/** Reads a request of OpenAI's Responses (openai-node src/resources/responses). */
export const decodeResponses: TextDialect["decode"] = (body, _headers, policy) => {
  const problems = new Problems();
  const fields = new Fields(body, "", problems);
  const turn = {
    model: fields.needed("model"),
    messages: [...readInstructions(fields), ...readInput(fields)],
    tools: readTools(fields),
    output: readOutput(fields),
    sampling: defined({
      temperature: fields.number("temperature", 0, 5),
      topP: fields.number("top_p", 0, 1),
    }),
    choices: 1,
    stream: fields.flag("stream") ?? false,
    hasUsage: true,
    ...defined({
      maxOutput: fields.integer("max_output_tokens", 1, OUTPUT_MAX),
      toolChoice: readChoice(fields),
      parallelCalls: fields.flag("parallel_tool_calls"),
      effort: fields.fields("reasoning")?.text("effort"),
      subject: fields.text("safety_identifier") ?? fields.text("user"),
    }),
  };
  for (const name of KEPT) {
    if (fields.has(name)) fields.problem(name, "is not taken: answers are not kept here");
  }
  if (fields.flag("background") === true) {
    fields.problem("background", "is not taken: answers are not kept here");
  }
  if ((fields.integer("top_logprobs", 0, 20) ?? 0) > 0) {
    fields.problem("top_logprobs", "are told in chat alone");
  }
  refuseBypasses(fields);
  const aside = ASIDE.filter((name) => fields.has(name));
  return settle(turn, fields, problems, aside, policy);
};

function readInstructions(fields: Fields): readonly Message[] {
  const text = fields.text("instructions") ?? "";
  return text === ""
    ? []
    : [{ role: "system", trust: "operator", parts: [{ kind: "text", text }] }];
}

function readInput(fields: Fields): readonly Message[] {
  const input = fields.json("input");
  if (typeof input === "string") {
    return [{ role: "user", trust: "user", parts: [{ kind: "text", text: input }] }];
  }
  const items = fields.objects("input", MESSAGES_MAX);
  if (items === undefined || items.length === 0) fields.problem("input", "must be given");
  return joined((items ?? []).flatMap((item) => readItem(item)));
}

/** Calls that follow each other are one message of the assistant, as engines expect it. */
function joined(messages: readonly Message[]): readonly Message[] {
  const all: Message[] = [];
  for (const message of messages) {
    const last = all.at(-1);
    const isPart =
      message.role === "assistant" && last?.role === "assistant" && last.callId === undefined;
    if (!isPart || last === undefined) {
      all.push(message);
      continue;
    }
    const calls = [...(last.calls ?? []), ...(message.calls ?? [])];
    const parts = [...last.parts, ...message.parts];
    all[all.length - 1] = { ...last, parts, ...(calls.length === 0 ? {} : { calls }) };
  }
  return all;
}

function readItem(item: Fields): readonly Message[] {
  const type = item.text("type") ?? "message";
  switch (type) {
    case "message":
      return readMessage(item);
    case "function_call":
      return [
        {
          role: "assistant",
          trust: "model",
          parts: [],
          calls: [
            {
              id: item.needed("call_id"),
              name: item.needed("name"),
              args: item.text("arguments") ?? "",
            },
          ],
        },
      ];
    case "function_call_output":
      return [
        {
          role: "tool",
          trust: "untrusted",
          parts: readContent(item, "output"),
          callId: item.needed("call_id"),
        },
      ];
    case "reasoning":
      return readReasoning(item);
    default:
      item.problem("type", "must be message, function_call, function_call_output or reasoning");
      return [];
  }
}

function readMessage(item: Fields): readonly Message[] {
  const role = item.needed("role");
  const parts = readContent(item, "content");
  if (role === "assistant") return [{ role, trust: "model", parts }];
  if (role === "user") return [{ role, trust: "user", parts }];
  if (role === "system" || role === "developer") return [{ role, trust: "operator", parts }];
  item.problem("role", "must be system, developer, user or assistant");
  return [];
}

function readContent(item: Fields, name: string): readonly Part[] {
  const content = item.json(name);
  if (content === undefined) return [];
  if (typeof content === "string") return content === "" ? [] : [{ kind: "text", text: content }];
  return (item.objects(name, PARTS_MAX) ?? []).flatMap((part): readonly Part[] => {
    const type = part.needed("type");
    switch (type) {
      case "input_text":
      case "output_text":
      case "text":
        return [{ kind: "text", text: part.text("text") ?? "" }];
      case "refusal":
        return [{ kind: "refusal", text: part.text("refusal") ?? "" }];
      case "input_image": {
        const url = part.text("image_url") ?? "";
        const detail = part.text("detail");
        if (!isDataImage(url))
          part.problem("image_url", "must be a data: address of an image; nothing is fetched");
        return [{ kind: "image", url, ...(detail === undefined ? {} : { detail }) }];
      }
      default:
        part.problem("type", "must be a text or an image: nothing else can be looked at here");
        return [];
    }
  });
}

/** What was thought comes back as text; what an upstream sealed is nobody's to read, and goes. */
function readReasoning(item: Fields): readonly Message[] {
  const texts = [
    ...(item.objects("content", PARTS_MAX) ?? []),
    ...(item.objects("summary", PARTS_MAX) ?? []),
  ];
  const text = texts.map((part) => part.text("text") ?? "").join("");
  if (text === "") return [];
  return [{ role: "assistant", trust: "model", parts: [{ kind: "reasoning", text }] }];
}

function readTools(fields: Fields): readonly Tool[] {
  return (fields.objects("tools", TOOLS_MAX) ?? []).map((tool) => {
    if (tool.needed("type") !== "function") {
      tool.problem("type", "must be function: tools of the provider do not run here");
    }
    const parameters = tool.object("parameters");
    if (parameters !== undefined) checkSchema(tool, "parameters", parameters);
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

function readChoice(fields: Fields): ToolChoice | undefined {
  const choice = fields.json("tool_choice");
  if (choice === undefined) return undefined;
  if (choice === "auto" || choice === "none" || choice === "required") return { kind: choice };
  const named = fields.fields("tool_choice");
  if (named?.text("type") === "function") return { kind: "tool", name: named.needed("name") };
  fields.problem("tool_choice", "must be auto, none, required or a function");
  return undefined;
}

function readOutput(fields: Fields): OutputForm {
  const format = fields.fields("text")?.fields("format");
  const type = format?.text("type") ?? "text";
  if (format === undefined || type === "text") return { kind: "text" };
  if (type === "json_object") return { kind: "json" };
  const schema = format.object("schema");
  if (type !== "json_schema" || schema === undefined) {
    format.problem("type", "must be text, json_object or json_schema with a schema");
    return { kind: "text" };
  }
  checkSchema(format, "schema", schema);
  return {
    kind: "schema",
    name: format.needed("name"),
    schema,
    ...defined({ strict: format.flag("strict"), description: format.text("description") }),
  };
}
