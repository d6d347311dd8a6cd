import type { FinishReason, TokenLogprob } from "../../../engine/delta.ts";
import type { ReleasedDelta } from "../../released.ts";
import { usageOf } from "../chat/encode.ts";
import type { AnswerEncoder, AnswerFacts } from "../contract.ts";
import { openAiError } from "../openai-errors.ts";

/** This dialect has no word for calls; a bare prompt has no tools. */
const FINISH: Readonly<Record<FinishReason, string>> = {
  stop: "stop",
  length: "length",
  "tool-calls": "stop",
  "content-filter": "content_filter",
  unknown: "stop",
};

/** Writes an answer to a bare prompt as a stream of chunks. Thinking and refusals have no place in this dialect. */
export function completionsStream(facts: AnswerFacts): AnswerEncoder {
  const head = headOf(facts);
  const offsets = new Map<number, number>();
  /** Choices that began, and why they ended: told with the end, since until then the answer may still break off. */
  const ends = new Map<number, FinishReason | undefined>();
  const finish = (choice: number, reason: FinishReason): string =>
    `data: ${head}{"text":"","index":${choice},"logprobs":null,"finish_reason":"${FINISH[reason]}"}]}\n\n`;
  return {
    contentType: "text/event-stream; charset=utf-8",
    isStream: true,
    begin: () => "",
    delta: (delta) => {
      if (delta.kind === "finish") {
        ends.set(delta.choice, ends.get(delta.choice) ?? delta.reason);
        return "";
      }
      if (delta.kind !== "text") return "";
      const { choice, text, logprobs } = delta;
      if (!ends.has(choice)) ends.set(choice, undefined);
      const offset = offsets.get(choice) ?? 0;
      offsets.set(choice, offset + text.length);
      const told = logprobs === undefined ? "null" : JSON.stringify(logprobsOf(logprobs, offset));
      return `data: ${head}{"text":${JSON.stringify(text)},"index":${choice},"logprobs":${told},"finish_reason":null}]}\n\n`;
    },
    heartbeat: () => ": hold\n\n",
    end: ({ kind, usage }) => {
      const reason = kind === "filtered" ? "content-filter" : "stop";
      if (ends.size === 0) ends.set(0, undefined);
      const last = [...ends].map(([choice, why]) => finish(choice, why ?? reason)).join("");
      const counted = facts.hasUsage ? `data: ${head}],"usage":${usageOf(usage)}}\n\n` : "";
      return `${last}${counted}: plimsoll-receipt ${facts.receipt}\n\ndata: [DONE]\n\n`;
    },
    fail: (refusal) => `data: ${JSON.stringify(openAiError(refusal, facts.requestId))}\n\n`,
  };
}

/** One choice of a whole answer, as it grows. */
type Choice = {
  text: string;
  readonly logprobs: { readonly told: readonly TokenLogprob[]; readonly offset: number }[];
  finish: FinishReason | undefined;
};

/** Writes an answer to a bare prompt as one body. */
export function completionsWhole(facts: AnswerFacts): AnswerEncoder {
  const choices = new Map<number, Choice>();
  return {
    contentType: "application/json",
    isStream: false,
    begin: () => "",
    delta: (delta) => {
      if (delta.kind !== "usage") add(choiceOf(choices, delta.choice), delta);
      return "";
    },
    heartbeat: () => "",
    end: ({ kind, usage }) => {
      if (choices.size === 0) choiceOf(choices, 0);
      const open = kind === "filtered" ? "content-filter" : "stop";
      const told = [...choices]
        .toSorted(([a], [b]) => a - b)
        .map(([index, choice]) => choiceBody(index, choice, open));
      return `${headOf(facts)}${told.map((one) => JSON.stringify(one)).join(",")}],"usage":${usageOf(usage)}}`;
    },
    fail: (refusal) => JSON.stringify(openAiError(refusal, facts.requestId)),
  };
}

function headOf({ requestId, created, model }: AnswerFacts): string {
  const id = JSON.stringify(`cmpl-${requestId}`);
  return `{"id":${id},"object":"text_completion","created":${created},"model":${JSON.stringify(model)},"choices":[`;
}

function choiceOf(choices: Map<number, Choice>, index: number): Choice {
  const choice = choices.get(index) ?? { text: "", logprobs: [], finish: undefined };
  choices.set(index, choice);
  return choice;
}

function add(choice: Choice, delta: Exclude<ReleasedDelta, { readonly kind: "usage" }>): void {
  if (delta.kind === "finish") choice.finish = delta.reason;
  if (delta.kind !== "text") return;
  if (delta.logprobs !== undefined) {
    choice.logprobs.push({ told: delta.logprobs, offset: choice.text.length });
  }
  choice.text += delta.text;
}

function choiceBody(index: number, choice: Choice, open: FinishReason): object {
  const told = choice.logprobs.map(({ told: tokens, offset }) => logprobsOf(tokens, offset));
  return {
    text: choice.text,
    index,
    logprobs:
      told.length === 0
        ? null
        : {
            tokens: told.flatMap(({ tokens }) => tokens),
            token_logprobs: told.flatMap(({ token_logprobs: own }) => own),
            top_logprobs: told.flatMap(({ top_logprobs: top }) => top),
            text_offset: told.flatMap(({ text_offset: offset }) => offset),
          },
    finish_reason: FINISH[choice.finish ?? open],
  };
}

type Told = {
  readonly tokens: readonly string[];
  readonly token_logprobs: readonly number[];
  readonly top_logprobs: readonly Readonly<Record<string, number>>[];
  readonly text_offset: readonly number[];
};

/** Log-probabilities in the old form: lists beside one another, and alternatives as an object. */
function logprobsOf(logprobs: readonly TokenLogprob[], offset: number): Told {
  let at = offset;
  return {
    tokens: logprobs.map(({ token }) => token),
    token_logprobs: logprobs.map(({ logprob }) => logprob),
    top_logprobs: logprobs.map(({ top }) =>
      Object.fromEntries((top ?? []).map(({ token, logprob }) => [token, logprob])),
    ),
    text_offset: logprobs.map(({ token }) => {
      const begin = at;
      at += token.length;
      return begin;
    }),
  };
}
