import type { FinishReason, TokenLogprob, Usage } from "../../../engine/delta.ts";
import type { AnswerEncoder, AnswerFacts } from "../contract.ts";
import { openAiError } from "../openai-errors.ts";
import type { ReleasedDelta } from "../../released.ts";

const FINISH: Readonly<Record<FinishReason, string>> = {
  stop: "stop",
  length: "length",
  "tool-calls": "tool_calls",
  "content-filter": "content_filter",
  unknown: "stop",
};

/** Writes a chat answer as a stream of chunks. */
export function chatStream(facts: AnswerFacts): AnswerEncoder {
  const head = `data: {"id":${quote(`chatcmpl-${facts.requestId}`)},"object":"chat.completion.chunk","created":${facts.created},"model":${quote(facts.model)},"choices":[`;
  const begun = new Set<number>();
  /** Why choices ended: told with the end, since until then the answer may still break off. */
  const ends = new Map<number, FinishReason>();
  const chunk = (choice: number, delta: string, more = ""): string => {
    const role = begun.has(choice) ? "" : `"role":"assistant"${delta === "" ? "" : ","}`;
    if (role !== "") begun.add(choice);
    return `${head}{"index":${choice},"delta":{${role}${delta}}${more},"finish_reason":null}]}\n\n`;
  };
  const finish = (choice: number, reason: FinishReason): string => {
    const begin = begun.has(choice) ? "" : chunk(choice, "");
    return `${begin}${head}{"index":${choice},"delta":{},"finish_reason":"${FINISH[reason]}"}]}\n\n`;
  };
  return {
    contentType: "text/event-stream; charset=utf-8",
    isStream: true,
    begin: () => "",
    delta: (delta) => {
      switch (delta.kind) {
        case "text":
          return chunk(delta.choice, `"content":${quote(delta.text)}`, logprobsOf(delta.logprobs));
        case "reasoning":
          return chunk(delta.choice, `"reasoning_content":${quote(delta.text)}`);
        case "refusal":
          return chunk(delta.choice, `"refusal":${quote(delta.text)}`);
        case "tool":
          return chunk(delta.choice, `"tool_calls":[${callPiece(delta, facts)}]`);
        case "finish":
          ends.set(delta.choice, ends.get(delta.choice) ?? delta.reason);
          return "";
        case "usage":
          return "";
      }
    },
    heartbeat: () => ": hold\n\n",
    end: ({ kind, usage }) => {
      const reason = kind === "filtered" ? "content-filter" : "stop";
      // An answer of nothing has one choice all the same: clients demand one, with its role.
      if (begun.size === 0 && ends.size === 0) ends.set(0, reason);
      for (const choice of begun) if (!ends.has(choice)) ends.set(choice, reason);
      const last = [...ends].map(([choice, why]) => finish(choice, why)).join("");
      const counted = facts.hasUsage ? `${head}],"usage":${usageOf(usage)}}\n\n` : "";
      return `${last}${counted}: plimsoll-receipt ${facts.receipt}\n\ndata: [DONE]\n\n`;
    },
    fail: (refusal) => `data: ${JSON.stringify(openAiError(refusal, facts.requestId))}\n\n`,
  };
}

/** Ids of calls are ours: what an upstream calls them was not looked at. */
export function callId({ requestId }: AnswerFacts, choice: number, index: number): string {
  return `call_${requestId.slice(-12)}_${choice}_${index}`;
}

function callPiece(delta: ReleasedDelta & { readonly kind: "tool" }, facts: AnswerFacts): string {
  const { index, name, args } = delta;
  const id = callId(facts, delta.choice, index);
  const begin = name === undefined ? "" : `,"id":${quote(id)},"type":"function"`;
  const named = name === undefined ? "" : `"name":${quote(name)},`;
  return `{"index":${index}${begin},"function":{${named}"arguments":${quote(args ?? "")}}}`;
}

function logprobsOf(logprobs: readonly TokenLogprob[] | undefined): string {
  return logprobs === undefined
    ? ""
    : `,"logprobs":{"content":${JSON.stringify(logprobs.map(logprobOf))},"refusal":null}`;
}

/** One token as OpenAI tells it. */
export function logprobOf({ token, logprob, bytes, top }: TokenLogprob): object {
  return {
    token,
    logprob,
    bytes: bytes ?? null,
    top_logprobs: (top ?? []).map((one) => ({ ...one, bytes: one.bytes ?? null })),
  };
}

/** Tokens as OpenAI's clients read them. */
export function usageOf({ input, output, cached, reasoning }: Usage): string {
  return JSON.stringify({
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    ...(cached === undefined ? {} : { prompt_tokens_details: { cached_tokens: cached } }),
    ...(reasoning === undefined
      ? {}
      : { completion_tokens_details: { reasoning_tokens: reasoning } }),
  });
}

/** One choice of a whole answer, as it grows. */
type Choice = {
  content: string | null;
  reasoning: string;
  refusal: string | null;
  readonly calls: { name: string; args: string; readonly index: number }[];
  readonly logprobs: TokenLogprob[];
  finish: FinishReason | undefined;
};

/** Writes a chat answer as one body. */
export function chatWhole(facts: AnswerFacts): AnswerEncoder {
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
        .map(([index, choice]) => choiceBody(index, choice, open, facts));
      return `{"id":${quote(`chatcmpl-${facts.requestId}`)},"object":"chat.completion","created":${facts.created},"model":${quote(facts.model)},"choices":${JSON.stringify(told)},"usage":${usageOf(usage)}}`;
    },
    fail: (refusal) => JSON.stringify(openAiError(refusal, facts.requestId)),
  };
}

function choiceOf(choices: Map<number, Choice>, index: number): Choice {
  let choice = choices.get(index);
  if (choice === undefined) {
    choice = {
      content: null,
      reasoning: "",
      refusal: null,
      calls: [],
      logprobs: [],
      finish: undefined,
    };
    choices.set(index, choice);
  }
  return choice;
}

function add(choice: Choice, delta: Exclude<ReleasedDelta, { readonly kind: "usage" }>): void {
  switch (delta.kind) {
    case "text":
      choice.content = (choice.content ?? "") + delta.text;
      if (delta.logprobs !== undefined) choice.logprobs.push(...delta.logprobs);
      return;
    case "reasoning":
      choice.reasoning += delta.text;
      return;
    case "refusal":
      choice.refusal = (choice.refusal ?? "") + delta.text;
      return;
    case "tool": {
      const { index } = delta;
      let call = choice.calls.find((one) => one.index === index);
      if (call === undefined) choice.calls.push((call = { name: "", args: "", index }));
      call.name += delta.name ?? "";
      call.args += delta.args ?? "";
      return;
    }
    case "finish":
      choice.finish = delta.reason;
  }
}

function choiceBody(index: number, choice: Choice, open: FinishReason, facts: AnswerFacts): object {
  const calls = choice.calls.map((call) => ({
    id: callId(facts, index, call.index),
    type: "function",
    function: { name: call.name, arguments: call.args },
  }));
  return {
    index,
    message: {
      role: "assistant",
      content: choice.content,
      refusal: choice.refusal,
      ...(choice.reasoning === "" ? {} : { reasoning_content: choice.reasoning }),
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
    },
    logprobs:
      choice.logprobs.length === 0
        ? null
        : { content: choice.logprobs.map(logprobOf), refusal: null },
    finish_reason: FINISH[choice.finish ?? open],
  };
}

function quote(text: string): string {
  return JSON.stringify(text);
}
