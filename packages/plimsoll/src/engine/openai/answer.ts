import type { Delta, FinishReason, TokenLogprob, Usage } from "../delta.ts";

/** Choices and calls that a server may number: more are no answer to anything we asked (CWE-770). */
const INDEX_MAX = 1_024;

const FINISH: Readonly<Record<string, FinishReason>> = {
  stop: "stop",
  eos: "stop",
  length: "length",
  tool_calls: "tool-calls",
  function_call: "tool-calls",
  content_filter: "content-filter",
};

/**
 * Turns what a compatible server writes into deltas, from the chunks of a stream or from one whole answer.
 *
 * Servers differ: reasoning comes under two names, arguments as an object, indices are left out, ids and names
 * come once or with every piece. What is none of this is passed over: nothing is copied.
 */
export class AnswerReader {
  readonly #take: (delta: Delta) => void;
  /** Calls of each choice that have begun. */
  readonly #begun = new Map<number, Set<number>>();
  readonly #finished = new Set<number>();

  constructor(take: (delta: Delta) => void) {
    this.#take = take;
  }

  /** True once a choice came to its end. */
  get hasFinished(): boolean {
    return this.#finished.size > 0;
  }

  /** Reads one chunk or body. Returns the server's error when it sent one in place of an answer. */
  read(value: unknown): { readonly error: unknown } | undefined {
    if (!isObject(value)) return { error: "no object" };
    const { error, choices, usage } = value;
    if (error !== undefined && error !== null) return { error };
    if (Array.isArray(choices)) {
      for (const [at, choice] of choices.entries()) if (isObject(choice)) this.#choice(choice, at);
    }
    const told = usageOf(usage);
    if (told !== undefined) this.#take({ kind: "usage", usage: told });
    return undefined;
  }

  #choice(value: Fields, at: number): void {
    const choice = indexOf(value["index"]) ?? at;
    const message = isObject(value["delta"]) ? value["delta"] : value["message"];
    const logprobs = logprobsOf(value["logprobs"]);
    if (isObject(message)) this.#message(message, choice, logprobs);
    else if (typeof value["text"] === "string" && value["text"] !== "") {
      this.#text("text", choice, value["text"], logprobs);
    }
    const reason = value["finish_reason"];
    if (typeof reason !== "string" || reason === "" || this.#finished.has(choice)) return;
    this.#finished.add(choice);
    this.#take({ kind: "finish", choice, reason: FINISH[reason] ?? "unknown" });
  }

  #message(message: Fields, choice: number, logprobs: readonly TokenLogprob[] | undefined): void {
    const reasoning = message["reasoning_content"] ?? message["reasoning"];
    if (typeof reasoning === "string" && reasoning !== "") {
      this.#text("reasoning", choice, reasoning, undefined);
    }
    const content = contentOf(message["content"]);
    if (content !== "") this.#text("text", choice, content, logprobs);
    const refusal = message["refusal"];
    if (typeof refusal === "string" && refusal !== "") {
      this.#text("refusal", choice, refusal, undefined);
    }
    const calls = message["tool_calls"];
    if (Array.isArray(calls)) {
      for (const [at, call] of calls.entries()) if (isObject(call)) this.#call(call, choice, at);
    }
    if (isObject(message["function_call"])) {
      this.#call({ function: message["function_call"] }, choice, 0);
    }
  }

  #text(
    kind: "text" | "reasoning" | "refusal",
    choice: number,
    text: string,
    logprobs: readonly TokenLogprob[] | undefined,
  ): void {
    this.#take(logprobs === undefined ? { kind, choice, text } : { kind, choice, text, logprobs });
  }

  #call(call: Fields, choice: number, at: number): void {
    const index = indexOf(call["index"]) ?? at;
    const named = isObject(call["function"]) ? call["function"] : {};
    const args = argsOf(named["arguments"]);
    const begun = this.#begun.get(choice) ?? new Set();
    this.#begun.set(choice, begun);
    if (!begun.has(index)) {
      begun.add(index);
      const name = typeof named["name"] === "string" ? named["name"] : "";
      const id = typeof call["id"] === "string" ? call["id"] : "";
      this.#take({ kind: "tool", choice, index, id, name, ...(args === "" ? {} : { args }) });
    } else if (args !== "") this.#take({ kind: "tool", choice, index, args });
  }
}

type Fields = { readonly [key: string]: unknown };

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function indexOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < INDEX_MAX
    ? value
    : undefined;
}

/** A text, or the texts of a list of parts. */
function contentOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content
    .map((part: unknown) =>
      isObject(part) && typeof part["text"] === "string" ? part["text"] : "",
    )
    .join("");
}

/** Arguments as text; some servers send the object itself. */
function argsOf(args: unknown): string {
  if (typeof args === "string") return args;
  return isObject(args) ? JSON.stringify(args) : "";
}

function usageOf(value: unknown): Usage | undefined {
  if (!isObject(value)) return undefined;
  const input = value["prompt_tokens"];
  const output = value["completion_tokens"] ?? 0;
  if (typeof input !== "number" || typeof output !== "number") return undefined;
  const cached = countIn(value["prompt_tokens_details"], "cached_tokens");
  const reasoning = countIn(value["completion_tokens_details"], "reasoning_tokens");
  return {
    input,
    output,
    ...(cached === undefined ? {} : { cached }),
    ...(reasoning === undefined ? {} : { reasoning }),
  };
}

function countIn(value: unknown, name: string): number | undefined {
  const count = isObject(value) ? value[name] : undefined;
  return typeof count === "number" && Number.isSafeInteger(count) && count >= 0 ? count : undefined;
}

function logprobsOf(value: unknown): readonly TokenLogprob[] | undefined {
  const content = isObject(value) ? value["content"] : undefined;
  if (!Array.isArray(content)) return undefined;
  return content.flatMap((one: unknown) => {
    const told = logprobOf(one);
    if (told === undefined || !isObject(one)) return [];
    const top = Array.isArray(one["top_logprobs"])
      ? one["top_logprobs"].map(logprobOf).filter((other) => other !== undefined)
      : [];
    return [top.length === 0 ? told : { ...told, top }];
  });
}

function logprobOf(value: unknown): TokenLogprob | undefined {
  if (!isObject(value)) return undefined;
  const { token, logprob, bytes } = value;
  if (typeof token !== "string" || typeof logprob !== "number") return undefined;
  const isBytes = Array.isArray(bytes) && bytes.every((byte) => typeof byte === "number");
  return isBytes ? { token, logprob, bytes } : { token, logprob };
}
