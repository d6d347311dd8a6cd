import type { Delta, FinishReason, TokenLogprob, Usage } from "../delta.ts";
import { Calls } from "./calls.ts";
import { readLogprobs } from "./logprobs.ts";

/** Calls that a server may number: others are no answer to anything we asked (CWE-770). */
const INDEX_MAX = 1_024;

const FINISH: Readonly<Record<string, FinishReason>> = {
  stop: "stop",
  eos: "stop",
  eos_token: "stop",
  stop_sequence: "stop",
  length: "length",
  tool_calls: "tool-calls",
  function_call: "tool-calls",
  content_filter: "content-filter",
};

/** Words of servers for an answer that they broke off themselves: it must not pass for a whole one. */
const BROKEN: ReadonlySet<string> = new Set(["abort", "error"]);

/**
 * Turns what a compatible server writes into deltas, from the chunks of a stream or from one whole answer.
 *
 * Servers differ: reasoning comes under two names, arguments as an object, indices are left out, ids and names
 * come once or with every piece. What is none of this is passed over: nothing is copied.
 */
export class AnswerReader {
  readonly #take: (delta: Delta) => void;
  /** Calls of each choice. */
  readonly #calls = new Map<number, Calls>();
  readonly #begun = new Set<number>();
  readonly #finished = new Set<number>();
  readonly #choices: number;

  /** `choices` is how many were asked for: what a server writes beyond them is no answer to anybody. */
  constructor(take: (delta: Delta) => void, choices = Infinity) {
    this.#take = take;
    this.#choices = choices;
  }

  /** True once every choice that began came to its end. */
  get hasFinished(): boolean {
    return this.#finished.size > 0 && this.#finished.size === this.#begun.size;
  }

  /** Reads one chunk or body. Returns the server's error when it sent one in place of an answer. */
  read(value: unknown): { readonly error: unknown } | undefined {
    if (!isObject(value)) return { error: "no object" };
    const { error, choices, usage, object } = value;
    if (error !== undefined && error !== null) return { error };
    // Older servers put the error itself where a chunk should be.
    if (object === "error") return { error: value };
    if (Array.isArray(choices)) {
      for (const [at, choice] of choices.entries()) {
        if (isObject(choice) && !this.#choice(choice, at)) return { error: "broken off" };
      }
    }
    const told = usageOf(usage);
    if (told !== undefined) this.#take({ kind: "usage", usage: told });
    return undefined;
  }

  /** No more will come. */
  end(): void {
    for (const calls of this.#calls.values()) calls.end();
  }

  /** False when the server broke this choice off. */
  #choice(value: Fields, at: number): boolean {
    const choice = value["index"] === undefined ? at : indexOf(value["index"]);
    if (choice === undefined || choice >= this.#choices) return true;
    this.#begun.add(choice);
    const isWhole = !isObject(value["delta"]);
    const message = isWhole ? value["message"] : value["delta"];
    const logprobs = readLogprobs(value["logprobs"]);
    if (isObject(message)) this.#message(message, choice, logprobs, isWhole);
    else if (typeof value["text"] === "string" && value["text"] !== "") {
      this.#text("text", choice, value["text"], logprobs);
    }
    const reason = value["finish_reason"];
    if (typeof reason !== "string" || reason === "" || this.#finished.has(choice)) return true;
    if (BROKEN.has(reason)) return false;
    this.#finished.add(choice);
    this.#calls.get(choice)?.end();
    this.#take({ kind: "finish", choice, reason: FINISH[reason] ?? "unknown" });
    return true;
  }

  #message(
    message: Fields,
    choice: number,
    logprobs: readonly TokenLogprob[] | undefined,
    isWhole: boolean,
  ): void {
    // Some send the same under both names.
    const reasoning = textIn(message, "reasoning_content") || textIn(message, "reasoning");
    if (reasoning !== "") this.#text("reasoning", choice, reasoning, undefined);
    const content = contentOf(message["content"]);
    if (content !== "") this.#text("text", choice, content, logprobs);
    const refusal = message["refusal"];
    if (typeof refusal === "string" && refusal !== "") {
      this.#text("refusal", choice, refusal, undefined);
    }
    const calls = message["tool_calls"];
    if (Array.isArray(calls)) {
      for (const call of calls) if (isObject(call)) this.#call(call, choice, isWhole);
    }
    if (isObject(message["function_call"])) {
      this.#call({ index: 0, function: message["function_call"] }, choice, isWhole);
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

  #call(call: Fields, choice: number, isWhole: boolean): void {
    const named = isObject(call["function"]) ? call["function"] : {};
    let calls = this.#calls.get(choice);
    if (calls === undefined) this.#calls.set(choice, (calls = new Calls(choice, this.#take)));
    calls.push({
      index: indexOf(call["index"]),
      id: textIn(call, "id"),
      name: textIn(named, "name"),
      args: argsOf(named["arguments"]),
      isWhole,
    });
  }
}

type Fields = { readonly [key: string]: unknown };

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textIn(value: Fields, name: string): string {
  const text = value[name];
  return typeof text === "string" ? text : "";
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
