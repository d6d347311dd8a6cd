import type { Turn } from "../../../engine/turn.ts";
import type { Json } from "../../../kernel/json.ts";
import { refuse } from "../../refusal.ts";
import { refuseBypasses } from "../bypasses.ts";
import type { Decoded, DecodePolicy, TextDialect } from "../contract.ts";
import { Fields, Problems } from "../fields.ts";
import { readMessages } from "./messages.ts";
import {
  CHOICES_MAX,
  defined,
  OUTPUT_MAX,
  readOutput,
  readSampling,
  readToolChoice,
  readTools,
} from "./options.ts";

/** Fields that clients send and that say nothing to an engine. */
const ASIDE: readonly string[] = [
  "metadata",
  "store",
  "service_tier",
  "prompt_cache_key",
  "prompt_cache_retention",
  "verbosity",
  "prediction",
];

/** Reads a request of the chat dialect. */
export const decodeChat: TextDialect["decode"] = (body, _headers, policy) => {
  const problems = new Problems();
  const fields = new Fields(body, "", problems);
  const output = readOutput(fields);
  const turn = {
    model: fields.needed("model"),
    messages: readMessages(fields),
    tools: readTools(fields),
    output,
    sampling: readSampling(fields),
    choices: fields.integer("n", 1, CHOICES_MAX) ?? 1,
    stream: fields.flag("stream") ?? false,
    hasUsage: fields.fields("stream_options")?.flag("include_usage") ?? false,
    ...defined({
      toolChoice: readToolChoice(fields),
      parallelCalls: fields.flag("parallel_tool_calls"),
      maxOutput:
        fields.integer("max_completion_tokens", 1, OUTPUT_MAX) ??
        fields.integer("max_tokens", 1, OUTPUT_MAX),
      effort: fields.text("reasoning_effort"),
      subject: fields.text("safety_identifier") ?? fields.text("user"),
    }),
  };
  refuseBypasses(fields);
  const aside = ASIDE.filter((name) => fields.has(name));
  return settle(turn, fields, problems, aside, policy);
};

/** Ends the reading of a body: its problems, or its turn with what is left of its fields. */
export function settle<T extends object>(
  turn: T,
  fields: Fields,
  problems: Problems,
  aside: readonly string[],
  policy: DecodePolicy,
): Decoded<T & Pick<Turn, "extra">> {
  const unknown = fields.rest();
  const names = Object.keys(unknown);
  if (policy.unknownFields === "refuse") {
    for (const name of names) problems.add(name, "is not known here");
  }
  if (!problems.isEmpty) {
    const refusal = refuse("bad_request", problems.message, { param: problems.param });
    return { kind: "refused", refusal };
  }
  const isForwarded = policy.unknownFields === "forward";
  const extra: Readonly<Record<string, Json>> = isForwarded ? unknown : {};
  const dropped = isForwarded ? aside : [...aside, ...names];
  return { kind: "read", turn: { ...turn, extra }, dropped };
}
