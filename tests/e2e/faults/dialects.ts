/** A dialect that writes text, with what a test has to know of it. */
export type Spoken = "chat" | "completions" | "responses" | "messages";

/** All of them. */
export const SPOKEN: readonly Spoken[] = ["chat", "completions", "responses", "messages"];

/** Where each is asked. */
export const PATHS: Readonly<Record<Spoken, string>> = {
  chat: "/v1/chat/completions",
  completions: "/v1/completions",
  responses: "/v1/responses",
  messages: "/v1/messages",
};

/** What only the end of a whole stream holds. */
const CLEAN_ENDS: Readonly<Record<Spoken, RegExp>> = {
  chat: /\[DONE\]|"finish_reason":"/u,
  completions: /\[DONE\]|"finish_reason":"/u,
  responses: /response\.completed|response\.incomplete/u,
  messages: /message_stop|message_delta/u,
};

/** What an answer that broke off ends with. */
const ERRORS: Readonly<Record<Spoken, RegExp>> = {
  chat: /\ndata: \{"error":\{[^\n]+\n\n$/u,
  completions: /\ndata: \{"error":\{[^\n]+\n\n$/u,
  responses: /event: response\.failed\ndata: [^\n]+\n\n$/u,
  messages: /event: error\ndata: [^\n]+\n\n$/u,
};

/** How a stream ended, by what was written. */
export function endOf(dialect: Spoken, text: string): "whole" | "error" | "open" {
  if (CLEAN_ENDS[dialect].test(text)) return "whole";
  return ERRORS[dialect].test(text) ? "error" : "open";
}

/** The model of a scene: each has upstreams of its own, so that one scene's failures cool no other down. */
export function modelOf(dialect: Spoken, text: string): string {
  return `${text.split(" ", 1)[0] ?? ""}-${dialect}`;
}

/** A request of one user text. */
export function asking(
  dialect: Spoken,
  text: string,
  more: Readonly<Record<string, unknown>> = {},
): string {
  const messages = [{ role: "user", content: text }];
  const own = {
    chat: { messages },
    completions: { prompt: text },
    responses: { input: text },
    messages: { messages, max_tokens: 64 },
  }[dialect];
  return JSON.stringify({ model: modelOf(dialect, text), ...own, ...more });
}

/** The text of an answer, whole or streamed. */
export function textOf(dialect: Spoken, body: string): string {
  const values = body.startsWith("{")
    ? [JSON.parse(body)]
    : body
        .split("\n")
        .filter((line) => line.startsWith("data: {"))
        .map((line): unknown => JSON.parse(line.slice("data: ".length)));
  return values.map((value) => pieceOf(dialect, value)).join("");
}

type Loose = {
  readonly type?: string;
  readonly choices?: readonly {
    readonly text?: string;
    readonly delta?: { readonly content?: string };
    readonly message?: { readonly content?: string };
  }[];
  readonly delta?: string | { readonly text?: string };
  readonly content?: readonly { readonly text?: string }[];
  readonly output?: readonly { readonly content?: readonly { readonly text?: string }[] }[];
};

function pieceOf(dialect: Spoken, value: unknown): string {
  const { type, choices, delta, content, output }: Loose = Object(value);
  if (dialect === "chat" || dialect === "completions") {
    return (choices ?? [])
      .map((one) => one.text ?? one.delta?.content ?? one.message?.content ?? "")
      .join("");
  }
  if (dialect === "messages") {
    if (typeof delta === "object") return delta.text ?? "";
    return type === "message" ? (content ?? []).map(({ text }) => text ?? "").join("") : "";
  }
  if (type === "response.output_text.delta") return typeof delta === "string" ? delta : "";
  return (output ?? [])
    .flatMap((item) => item.content ?? [])
    .map(({ text }) => text ?? "")
    .join("");
}
