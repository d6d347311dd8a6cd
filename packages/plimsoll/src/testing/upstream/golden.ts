/** What an upstream wrote, by hand, in the shape that one kind of server has, and what a client must get of it. */
export type Golden = {
  readonly name: string;
  /** The data of its events, in order: an object as JSON, a text as it is. */
  readonly events: readonly (object | string)[];
  readonly text?: string;
  readonly reasoning?: string;
  readonly refusal?: string;
  readonly calls?: readonly (readonly [name: string, args: string])[];
  /** Why it ended, in chat's words. */
  readonly end?: string;
  /** How the engine fails; what came before still leaves. */
  readonly fails?: "failed" | "cut" | "malformed";
};

/** What stands at the end of a stream. */
export const DONE = "[DONE]";

/** A chunk with one choice. */
export function chunk(delta: object, finish: string | null = null, more: object = {}): object {
  return {
    id: "chatcmpl-up",
    object: "chat.completion.chunk",
    created: 1,
    model: "upstream/model",
    choices: [{ index: 0, delta, finish_reason: finish, ...more }],
  };
}

/** The chunk with what an answer took, which has no choice. */
export const USAGE = {
  choices: [],
  usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
};

/** A piece of a call. */
export function call(named: object, more: object = {}): object {
  return { tool_calls: [{ ...more, function: named }] };
}

/** How the bytes of a stream may be written and cut. */
export const FORMS: Readonly<Record<string, (golden: Golden) => readonly Buffer[]>> = {
  "in one piece": (golden) => [Buffer.from(streamOf(golden))],
  "byte by byte": (golden) => bytesOf(streamOf(golden)),
  "with CRLF and a mark": (golden) => [
    Buffer.from(`\uFEFF${streamOf(golden).replaceAll("\n", "\r\n")}`),
  ],
  "with CRLF, byte by byte": (golden) => bytesOf(streamOf(golden).replaceAll("\n", "\r\n")),
  "with comments, names, ids and no blanks": (golden) => [
    Buffer.from(
      `: hello\n\nretry: 10\n\n${streamOf(golden).replaceAll("data: ", "event: message\nid: 1\ndata:")}`,
    ),
  ],
};

function streamOf({ events }: Golden): string {
  return events
    .map((event) => `data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`)
    .join("");
}

function bytesOf(text: string): readonly Buffer[] {
  return Array.from(Buffer.from(text), (byte) => Buffer.from([byte]));
}
