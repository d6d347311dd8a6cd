import type { OutputForm, Tool, ToolChoice } from "../../../engine/turn.ts";
import { refuseBypasses } from "../bypasses.ts";
import { TOOLS_MAX } from "../chat/options.ts";
import type { TextDialect } from "../contract.ts";
import { defined } from "../defined.ts";
import { Fields, Problems } from "../fields.ts";
import { readEffort } from "../names.ts";
import {
  LOGPROBS_MAX,
  OUTPUT_MAX,
  readSampling,
  readStop,
  refuseOtherBounds,
} from "../sampling.ts";
import { checkSchema } from "../schema-limits.ts";
import { settle } from "../settle.ts";
import { readInput } from "./input.ts";

/** Fields that clients send and that say nothing to an engine. */
const ASIDE: ReadonlySet<string> = new Set([
  "access_programs",
  "context_management",
  "max_tool_calls",
  "moderation",
  "prompt_cache_key",
  "prompt_cache_options",
  "prompt_cache_retention",
  "stream_options",
  "truncation",
]);

/** Fields that need answers or prompts that were kept: nothing is kept here. */
const STORED: readonly string[] = ["previous_response_id", "conversation", "prompt"];

/** Things that may be asked to be told besides (CWE-770). */
const INCLUDES_MAX = 64;

/** Reads a request of the responses dialect. */
export const decodeResponses: TextDialect["decode"] = (body, _headers, policy) => {
  const problems = new Problems();
  const fields = new Fields(body, "", problems);
  const text = fields.fields("text");
  const subject = fields.text("safety_identifier");
  const user = fields.text("user");
  const turn = {
    model: fields.needed("model"),
    messages: readInput(fields),
    tools: readTools(fields),
    output: readOutput(text),
    sampling: readSampling(fields, { stop: readStop(fields), logprobs: readLogprobs(fields) }),
    choices: 1,
    stream: fields.flag("stream") ?? false,
    // Streams of this dialect always end with it.
    hasUsage: true,
    ...defined({
      toolChoice: readToolChoice(fields),
      parallelCalls: fields.flag("parallel_tool_calls"),
      maxOutput: fields.integer("max_output_tokens", 1, OUTPUT_MAX),
      effort: readReasoning(fields.fields("reasoning")),
      subject: subject ?? user,
    }),
  };
  for (const name of STORED) {
    if (fields.has(name)) fields.problem(name, "is not taken: nothing is kept to go on from");
  }
  if (fields.flag("background") === true) {
    fields.problem("background", "is not taken: answers come at once, or as a stream");
  }
  refuseBypasses(fields);
  refuseOtherBounds(fields, ["max_output_tokens"]);
  return settle(turn, fields, problems, ASIDE, policy);
};

function readReasoning(reasoning: Fields | undefined): string | undefined {
  return reasoning === undefined ? undefined : readEffort(reasoning, "effort");
}

function readLogprobs(fields: Fields): number | undefined {
  const includes = fields.texts("include", INCLUDES_MAX) ?? [];
  const top = fields.integer("top_logprobs", 0, LOGPROBS_MAX);
  return includes.includes("message.output_text.logprobs") ? (top ?? 0) : undefined;
}

function readTools(fields: Fields): readonly Tool[] {
  return (fields.objects("tools", TOOLS_MAX) ?? []).map((tool) => {
    if (tool.needed("type") !== "function") {
      tool.problem("type", "must be function: no tool is run here");
    }
    const parameters = tool.object("parameters");
    if (parameters !== undefined) checkSchema(tool, "parameters", parameters);
    const description = tool.text("description");
    const strict = tool.flag("strict");
    return { name: tool.needed("name"), ...defined({ description, parameters, strict }) };
  });
}

function readToolChoice(fields: Fields): ToolChoice | undefined {
  const choice = fields.json("tool_choice");
  if (choice === undefined) return undefined;
  if (choice === "auto" || choice === "none" || choice === "required") return { kind: choice };
  const named = typeof choice === "object" ? fields.fields("tool_choice") : undefined;
  if (named?.text("type") === "function") return { kind: "tool", name: named.needed("name") };
  fields.problem("tool_choice", "must be auto, none, required or a function");
  return undefined;
}

function readOutput(text: Fields | undefined): OutputForm {
  const format = text?.fields("format");
  const type = format?.text("type") ?? "text";
  if (type === "text") return { kind: "text" };
  if (type === "json_object") return { kind: "json" };
  const schema = format?.object("schema");
  if (type !== "json_schema") {
    format?.problem("type", "must be text, json_object or json_schema");
    return { kind: "text" };
  }
  if (format === undefined || schema === undefined) {
    format?.problem("schema", "must be given");
    return { kind: "text" };
  }
  checkSchema(format, "schema", schema);
  const strict = format.flag("strict");
  const description = format.text("description");
  return {
    kind: "schema",
    name: format.needed("name"),
    schema,
    ...defined({ strict, description }),
  };
}
