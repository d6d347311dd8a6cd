import type { OutputForm, Sampling, Tool, ToolChoice } from "../../../engine/turn.ts";
import type { Json } from "../../../kernel/json.ts";
import type { Fields } from "../fields.ts";
import { hasRemoteReference, SCHEMA_MAX_CHARS } from "../schema-limits.ts";

/** Tools of one request (CWE-770). */
export const TOOLS_MAX = 256;

/** Answers to one request: each costs as much as a request of its own. */
export const CHOICES_MAX = 8;

/** Texts that end an answer. */
const STOPS_MAX = 16;

/** Tokens whose chance is changed. */
const BIASES_MAX = 1_024;

/** Tokens that any answer may have; a larger number is a slip or an attempt to overflow one. */
export const OUTPUT_MAX = 1_048_576;

/** Reads how tokens are drawn. */
export function readSampling(fields: Fields): Sampling {
  const wantsLogprobs = fields.flag("logprobs") === true;
  const top = fields.integer("top_logprobs", 0, 20);
  return defined({
    temperature: fields.number("temperature", 0, 5),
    topP: fields.number("top_p", 0, 1),
    topK: fields.integer("top_k", -1, 1_000_000),
    minP: fields.number("min_p", 0, 1),
    seed: fields.integer("seed", Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
    frequencyPenalty: fields.number("frequency_penalty", -2, 2),
    presencePenalty: fields.number("presence_penalty", -2, 2),
    repetitionPenalty: fields.number("repetition_penalty", 0, 10),
    stop: readStops(fields),
    logitBias: readBias(fields),
    logprobs: wantsLogprobs ? (top ?? 0) : undefined,
  });
}

function readStops(fields: Fields): readonly string[] | undefined {
  const stop = fields.json("stop");
  if (typeof stop === "string") return [stop];
  return stop === undefined ? undefined : fields.texts("stop", STOPS_MAX);
}

function readBias(fields: Fields): Readonly<Record<string, number>> | undefined {
  const object = fields.object("logit_bias");
  if (object === undefined) return undefined;
  const entries: [string, number][] = [];
  for (const [token, bias] of Object.entries(object)) {
    if (/^\d{1,7}$/u.test(token) && typeof bias === "number" && Math.abs(bias) <= 100) {
      entries.push([token, bias]);
    } else fields.problem("logit_bias", "must map numbers of tokens to numbers from -100 to 100");
  }
  if (entries.length > BIASES_MAX) fields.problem("logit_bias", `may name ${BIASES_MAX} tokens`);
  return Object.fromEntries(entries);
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

/** Complains of a schema that is too large, or that would have the engine fetch something. */
export function checkSchema(fields: Fields, name: string, schema: Json): void {
  if (JSON.stringify(schema).length > SCHEMA_MAX_CHARS) {
    fields.problem(name, `may have ${SCHEMA_MAX_CHARS} characters at most`);
  }
  if (hasRemoteReference(schema)) {
    fields.problem(name, "must not refer to another document: nothing is fetched");
  }
}

/** The members that are not undefined. */
export function defined<T extends object>(object: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  // The same members, less those that are undefined.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.fromEntries(entries) as { [K in keyof T]?: NonNullable<T[K]> };
}
