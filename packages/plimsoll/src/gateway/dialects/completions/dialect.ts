import type { FinishReason } from "../../../engine/delta.ts";
import { settle } from "../chat/decode.ts";
import { usageOf } from "../chat/encode.ts";
import { CHOICES_MAX, defined, OUTPUT_MAX, readSampling } from "../chat/options.ts";
import { refuseBypasses } from "../bypasses.ts";
import type { AnswerEncoder, AnswerFacts, TextDialect } from "../contract.ts";
import { Fields, Problems } from "../fields.ts";
import { openAiError, openAiRefusal } from "../openai-errors.ts";

const FINISH: Readonly<Record<FinishReason, string>> = {
  stop: "stop",
  length: "length",
  "tool-calls": "stop",
  "content-filter": "content_filter",
  unknown: "stop",
};

/** OpenAI's older completions: a bare prompt (openai-node src/resources/completions). */
export const completions: TextDialect = {
  name: "completions",
  decode: (body, _headers, policy) => {
    const problems = new Problems();
    const fields = new Fields(body, "", problems);
    const turn = {
      model: fields.needed("model"),
      messages: [],
      prompt: promptOf(fields),
      tools: [],
      output: { kind: "text" as const },
      sampling: readSampling(fields),
      choices: fields.integer("n", 1, CHOICES_MAX) ?? 1,
      stream: fields.flag("stream") ?? false,
      hasUsage: fields.fields("stream_options")?.flag("include_usage") ?? false,
      ...defined({
        maxOutput: fields.integer("max_tokens", 1, OUTPUT_MAX),
        subject: fields.text("safety_identifier") ?? fields.text("user"),
      }),
    };
    // A count in this dialect, and told in chat alone.
    if (fields.has("logprobs")) fields.problem("logprobs", "are told in chat alone");
    refuseBypasses(fields);
    if (fields.has("suffix")) fields.problem("suffix", "is not taken here");
    if ((fields.integer("best_of", 1, CHOICES_MAX) ?? 1) > 1) {
      fields.problem("best_of", "is not taken here: ask for n answers");
    }
    return settle(turn, fields, problems, [], policy);
  },
  encoder: ({ stream }, facts) => (stream ? streamed(facts) : whole(facts)),
  refusal: openAiRefusal,
};

function promptOf(fields: Fields): string {
  const prompt = fields.json("prompt");
  if (typeof prompt === "string" && prompt !== "") return prompt;
  if (Array.isArray(prompt) && prompt.length === 1 && typeof prompt[0] === "string")
    return prompt[0];
  fields.problem("prompt", "must be one text: numbers of tokens cannot be looked at here");
  return "";
}

function streamed(facts: AnswerFacts): AnswerEncoder {
  const head = headOf(facts);
  const finished = new Set<number>();
  const finish = (choice: number, reason: FinishReason): string => {
    finished.add(choice);
    return `data: ${head}[{"text":"","index":${choice},"logprobs":null,"finish_reason":"${FINISH[reason]}"}]}\n\n`;
  };
  return {
    contentType: "text/event-stream; charset=utf-8",
    isStream: true,
    begin: () => "",
    delta: (delta) => {
      if (delta.kind === "finish") return finish(delta.choice, delta.reason);
      if (delta.kind !== "text") return "";
      const text = JSON.stringify(delta.text);
      return `data: ${head}[{"text":${text},"index":${delta.choice},"logprobs":null,"finish_reason":null}]}\n\n`;
    },
    heartbeat: () => ": hold\n\n",
    end: ({ kind, usage }) => {
      const last =
        finished.size > 0 && kind === "whole"
          ? ""
          : finish(0, kind === "filtered" ? "content-filter" : "stop");
      const counted = facts.hasUsage ? `data: ${head}[],"usage":${usageOf(usage)}}\n\n` : "";
      return `${last}${counted}: plimsoll-receipt ${facts.receipt}\n\ndata: [DONE]\n\n`;
    },
    fail: (refusal) => `data: ${JSON.stringify(openAiError(refusal, facts.requestId))}\n\n`,
  };
}

function whole(facts: AnswerFacts): AnswerEncoder {
  const texts = new Map<number, string>();
  const reasons = new Map<number, FinishReason>();
  return {
    contentType: "application/json",
    isStream: false,
    begin: () => "",
    delta: (delta) => {
      if (delta.kind === "text")
        texts.set(delta.choice, (texts.get(delta.choice) ?? "") + delta.text);
      if (delta.kind === "finish") reasons.set(delta.choice, delta.reason);
      return "";
    },
    heartbeat: () => "",
    end: ({ kind, usage }) => {
      if (texts.size === 0) texts.set(0, "");
      const open = kind === "filtered" ? "content-filter" : "stop";
      const choices = [...texts]
        .toSorted(([a], [b]) => a - b)
        .map(([index, text]) => ({
          text,
          index,
          logprobs: null,
          finish_reason: FINISH[reasons.get(index) ?? open],
        }));
      return `${headOf(facts)}${JSON.stringify(choices)},"usage":${usageOf(usage)}}`;
    },
    fail: (refusal) => JSON.stringify(openAiError(refusal, facts.requestId)),
  };
}

function headOf({ requestId, created, model }: AnswerFacts): string {
  return `{"id":${JSON.stringify(`cmpl-${requestId}`)},"object":"text_completion","created":${created},"model":${JSON.stringify(model)},"choices":`;
}
