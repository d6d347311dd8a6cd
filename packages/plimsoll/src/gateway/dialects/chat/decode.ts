import { refuseBypasses } from "../bypasses.ts";
import type { TextDialect } from "../contract.ts";
import { defined } from "../defined.ts";
import { Fields, Problems } from "../fields.ts";
import { readEffort } from "../names.ts";
import { CHOICES_MAX, OUTPUT_MAX, readSampling, readStop, refuseOtherBounds } from "../sampling.ts";
import { settle } from "../settle.ts";
import { readMessages } from "./messages.ts";
import { readLogprobs, readOutput, readToolChoice, readTools } from "./options.ts";

/** Fields that clients send and that say nothing to an engine. */
const ASIDE: ReadonlySet<string> = new Set([
  "prompt_cache_key",
  "prompt_cache_retention",
  "verbosity",
  "prediction",
]);

/** Bounds that this dialect reads. */
const BOUNDS: readonly string[] = ["max_completion_tokens", "max_tokens", "n"];

/** Reads a request of the chat dialect. */
export const decodeChat: TextDialect["decode"] = (body, _headers, policy) => {
  const problems = new Problems();
  const fields = new Fields(body, "", problems);
  // Each is asked for by itself: what is not asked for counts as unknown and goes on to the engine.
  const newBound = fields.integer("max_completion_tokens", 1, OUTPUT_MAX);
  const oldBound = fields.integer("max_tokens", 1, OUTPUT_MAX);
  const subject = fields.text("safety_identifier");
  const user = fields.text("user");
  const turn = {
    model: fields.needed("model"),
    messages: readMessages(fields),
    tools: readTools(fields),
    output: readOutput(fields),
    sampling: readSampling(fields, { stop: readStop(fields), logprobs: readLogprobs(fields) }),
    choices: fields.integer("n", 1, CHOICES_MAX) ?? 1,
    stream: fields.flag("stream") ?? false,
    hasUsage: fields.fields("stream_options")?.flag("include_usage") ?? false,
    ...defined({
      toolChoice: readToolChoice(fields),
      parallelCalls: fields.flag("parallel_tool_calls"),
      maxOutput: newBound ?? oldBound,
      effort: readEffort(fields, "reasoning_effort"),
      subject: subject ?? user,
    }),
  };
  refuseBypasses(fields);
  refuseOtherBounds(fields, BOUNDS);
  return settle(turn, fields, problems, ASIDE, policy);
};
