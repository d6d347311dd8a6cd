import type { OutputForm } from "../../../engine/turn.ts";
import { refuseBypasses } from "../bypasses.ts";
import type { TextDialect } from "../contract.ts";
import { defined } from "../defined.ts";
import { Fields, Problems } from "../fields.ts";
import {
  CHOICES_MAX,
  LOGPROBS_MAX,
  OUTPUT_MAX,
  readSampling,
  readStop,
  refuseOtherBounds,
} from "../sampling.ts";
import { NOTHING_ASIDE, settle } from "../settle.ts";

const TEXT: OutputForm = { kind: "text" };

/** Reads a request of the completions dialect. */
export const decodeCompletions: TextDialect["decode"] = (body, _headers, policy) => {
  const problems = new Problems();
  const fields = new Fields(body, "", problems);
  const logprobs = fields.integer("logprobs", 0, LOGPROBS_MAX);
  const subject = fields.text("safety_identifier");
  const user = fields.text("user");
  const turn = {
    model: fields.needed("model"),
    messages: [],
    prompt: readPrompt(fields),
    tools: [],
    output: TEXT,
    sampling: readSampling(fields, { stop: readStop(fields), logprobs }),
    choices: fields.integer("n", 1, CHOICES_MAX) ?? 1,
    stream: fields.flag("stream") ?? false,
    hasUsage: fields.fields("stream_options")?.flag("include_usage") ?? false,
    ...defined({
      maxOutput: fields.integer("max_tokens", 1, OUTPUT_MAX),
      subject: subject ?? user,
    }),
  };
  refuseBypasses(fields);
  refuseOtherBounds(fields, ["max_tokens", "n"]);
  return settle(turn, fields, problems, NOTHING_ASIDE, policy);
};

/** One text, bare or alone in a list. Numbers of tokens cannot be looked at, and several prompts are several requests. */
function readPrompt(fields: Fields): string {
  const prompt = fields.json("prompt");
  if (typeof prompt === "string") return prompt;
  if (prompt === undefined) fields.problem("prompt", "must be given");
  else if (Array.isArray(prompt) && prompt.length === 1 && typeof prompt[0] === "string") {
    return prompt[0];
  } else fields.problem("prompt", "must be one text, and not numbers of tokens");
  return "";
}
