import type { OutputForm } from "../../../engine/turn.ts";
import { refuseBypasses } from "../bypasses.ts";
import type { TextDialect } from "../contract.ts";
import { defined } from "../defined.ts";
import { Fields, Problems } from "../fields.ts";
import { OUTPUT_MAX, readSampling, refuseOtherBounds, STOPS_MAX } from "../sampling.ts";
import { checkSchema } from "../schema-limits.ts";
import { settle } from "../settle.ts";
import { readConversation } from "./conversation.ts";
import { readToolChoice, readTools } from "./tools.ts";

/** Fields that clients send and that say nothing to an engine. */
const ASIDE: ReadonlySet<string> = new Set([
  "cache_control",
  "context_management",
  "diagnostics",
  "inference_geo",
  "speed",
]);

/** Fields that would have tools or code run somewhere else. */
const HOSTED: readonly string[] = ["container", "mcp_servers"];

/** Tokens of thinking up to which an effort counts as low, and as medium. */
const LOW_BUDGET = 2_048;
const MEDIUM_BUDGET = 8_192;

/** Reads a request of the messages dialect. */
export const decodeMessages: TextDialect["decode"] = (body, _headers, policy) => {
  const problems = new Problems();
  const fields = new Fields(body, "", problems);
  const { toolChoice, parallelCalls } = readToolChoice(fields);
  const stop = fields.texts("stop_sequences", STOPS_MAX);
  const thinking = readThinking(fields);
  const config = fields.fields("output_config");
  const turn = {
    model: fields.needed("model"),
    messages: readConversation(fields),
    tools: readTools(fields),
    output: readOutput(config),
    sampling: readSampling(fields, { stop, logprobs: undefined }),
    choices: 1,
    stream: fields.flag("stream") ?? false,
    // Streams of this dialect always end with it.
    hasUsage: true,
    ...defined({
      toolChoice,
      parallelCalls,
      maxOutput: fields.integer("max_tokens", 1, OUTPUT_MAX),
      effort: readEffort(config) ?? thinking,
      subject: fields.fields("metadata")?.text("user_id"),
    }),
  };
  for (const name of HOSTED) {
    if (fields.has(name)) fields.problem(name, "is not taken: nothing is run for a caller here");
  }
  refuseBypasses(fields);
  refuseOtherBounds(fields, ["max_tokens"]);
  return settle(turn, fields, problems, ASIDE, policy);
};

/** The effort that a thinking budget comes to: engines have words for it, and no numbers. */
function readThinking(fields: Fields): string | undefined {
  const thinking = fields.fields("thinking");
  if (thinking === undefined) return undefined;
  switch (thinking.needed("type")) {
    case "enabled": {
      const budget = thinking.integer("budget_tokens", 1, OUTPUT_MAX);
      if (budget === undefined) {
        if (!thinking.has("budget_tokens")) thinking.problem("budget_tokens", "must be given");
        return undefined;
      }
      if (budget <= LOW_BUDGET) return "low";
      return budget <= MEDIUM_BUDGET ? "medium" : "high";
    }
    case "adaptive":
    case "disabled":
      return undefined;
    default:
      thinking.problem("type", "must be enabled, adaptive or disabled");
      return undefined;
  }
}

/** The effort in the words of engines: they have none above high. */
function readEffort(config: Fields | undefined): string | undefined {
  const effort = config?.text("effort");
  switch (effort) {
    case undefined:
    case "low":
    case "medium":
    case "high":
      return effort;
    case "xhigh":
    case "max":
      return "high";
    default:
      config?.problem("effort", "must be low, medium, high, xhigh or max");
      return undefined;
  }
}

function readOutput(config: Fields | undefined): OutputForm {
  const format = config?.fields("format");
  if (format === undefined) return { kind: "text" };
  const schema = format.object("schema");
  if (format.needed("type") !== "json_schema") format.problem("type", "must be json_schema");
  if (schema === undefined) {
    format.problem("schema", "must be given");
    return { kind: "text" };
  }
  checkSchema(format, "schema", schema);
  return { kind: "schema", name: "answer", schema, strict: true };
}
