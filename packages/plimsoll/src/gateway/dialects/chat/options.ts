import type { OutputForm, Tool, ToolChoice } from "../../../engine/turn.ts";
import { defined } from "../defined.ts";
import type { Fields } from "../fields.ts";
import { LOGPROBS_MAX } from "../sampling.ts";
import { checkSchema } from "../schema-limits.ts";

/** Tools of one request (CWE-770). */
export const TOOLS_MAX = 256;

/** Reads how many alternatives are told beside each token; undefined for no log-probabilities at all. */
export function readLogprobs(fields: Fields): number | undefined {
  const wantsLogprobs = fields.flag("logprobs") === true;
  const top = fields.integer("top_logprobs", 0, LOGPROBS_MAX);
  return wantsLogprobs ? (top ?? 0) : undefined;
}

/** Reads the tools of a request. */
export function readTools(fields: Fields): readonly Tool[] {
  if (fields.has("functions") || fields.has("function_call")) {
    fields.problem("functions", "are not taken any more: send tools");
  }
  return (fields.objects("tools", TOOLS_MAX) ?? []).map((tool) => {
    if (tool.needed("type") !== "function") tool.problem("type", "must be function");
    const named = tool.fields("function");
    if (named === undefined) tool.problem("function", "must be given");
    const description = named?.text("description");
    const parameters = named?.object("parameters");
    const strict = named?.flag("strict");
    if (parameters !== undefined) checkSchema(tool, "function.parameters", parameters);
    return {
      name: named?.needed("name") ?? "",
      ...defined({ description, parameters, strict }),
    };
  });
}

/** Reads which tools may or must be called. */
export function readToolChoice(fields: Fields): ToolChoice | undefined {
  const choice = fields.json("tool_choice");
  if (choice === undefined) return undefined;
  if (choice === "auto" || choice === "none" || choice === "required") return { kind: choice };
  const name = fields.fields("tool_choice")?.fields("function")?.needed("name");
  if (name === undefined) {
    fields.problem("tool_choice", "must be auto, none, required or a function");
    return undefined;
  }
  return { kind: "tool", name };
}

/** Reads what shape the answer must have. */
export function readOutput(fields: Fields): OutputForm {
  const format = fields.fields("response_format");
  const type = format?.text("type") ?? "text";
  if (type === "text") return { kind: "text" };
  if (type === "json_object") return { kind: "json" };
  if (type !== "json_schema") {
    format?.problem("type", "must be text, json_object or json_schema");
    return { kind: "text" };
  }
  const named = format?.fields("json_schema");
  const schema = named?.object("schema");
  if (named === undefined || schema === undefined) {
    format?.problem("json_schema.schema", "must be given");
    return { kind: "text" };
  }
  checkSchema(named, "schema", schema);
  return {
    kind: "schema",
    name: named.needed("name"),
    schema,
    ...defined({ strict: named.flag("strict"), description: named.text("description") }),
  };
}
