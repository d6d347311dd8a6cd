import type { FinishReason, TokenLogprob, Usage } from "../../engine/delta.ts";
import type { AnswerEncoder, AnswerEnd, AnswerFacts } from "../../gateway/dialects/contract.ts";
import type { Released, ReleasedDelta } from "../../gateway/released.ts";

/** What encoders are told of the answer in tests. */
export const FACTS: AnswerFacts = {
  requestId: "req_abcdefghijklmnopqrstuvwx",
  model: "org/model-1",
  created: 1_790_000_000,
  receipt: "/v1/plimsoll/receipts/req_abcdefghijklmnopqrstuvwx",
  hasUsage: true,
};

/** Tokens of every answer below. */
export const USAGE: Usage = { input: 11, output: 7, cached: 3, reasoning: 2 };

/** Text as the pipeline lets it go. */
export function released(text: string): Released {
  // Tests stand in for the pipeline.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return text as Released;
}

/** A piece of text. */
export function text(
  piece: string,
  kind: "text" | "reasoning" | "refusal" = "text",
  logprobs?: readonly TokenLogprob[],
): ReleasedDelta {
  const told = logprobs === undefined ? {} : { logprobs };
  return { kind, choice: 0, text: released(piece), ...told };
}

/** A call that begins. */
export function begin(index: number, name: string): ReleasedDelta {
  return { kind: "tool", choice: 0, index, name: released(name) };
}

/** More of a call's arguments. */
export function args(index: number, piece: string): ReleasedDelta {
  return { kind: "tool", choice: 0, index, args: released(piece) };
}

/** The end of the first choice. */
export function finish(reason: FinishReason): ReleasedDelta {
  return { kind: "finish", choice: 0, reason };
}

/** An answer as the pipeline hands it to an encoder. */
export type CannedAnswer = { readonly deltas: readonly ReleasedDelta[]; readonly end: AnswerEnd };

const WHOLE: AnswerEnd = { kind: "whole", usage: USAGE };

/** Answers by what is hard about them. */
export const ANSWERS = {
  unicode: {
    deltas: [text("Grüße 👩"), text('\u200d🚀\u2028\n"\\\u0000'), finish("stop")],
    end: WHOLE,
  },
  thinking: {
    deltas: [text("Let me ", "reasoning"), text("see.", "reasoning"), text("Yes."), finish("stop")],
    end: WHOLE,
  },
  parallel: {
    deltas: [
      text("I look."),
      begin(0, "weather"),
      args(0, '{"city":'),
      args(0, '"Köln"}'),
      begin(1, "clock"),
      finish("tool-calls"),
    ],
    end: WHOLE,
  },
  toAndFro: {
    deltas: [
      begin(0, "a"),
      begin(1, "b"),
      args(1, '{"n":'),
      args(0, '{"m":"}'),
      args(1, "1}"),
      args(0, '"}'),
      finish("tool-calls"),
    ],
    end: WHOLE,
  },
  unmarked: { deltas: [begin(0, "a"), args(0, '{"m":1}')], end: WHOLE },
  cut: { deltas: [text("So"), begin(0, "a"), args(0, '{"m":'), finish("length")], end: WHOLE },
  filtered: { deltas: [text("The number is ")], end: { kind: "filtered", usage: USAGE } },
  nothing: { deltas: [], end: WHOLE },
  nothingFiltered: { deltas: [], end: { kind: "filtered", usage: USAGE } },
  refusal: { deltas: [text("I must not.", "refusal"), finish("stop")], end: WHOLE },
} as const satisfies Readonly<Record<string, CannedAnswer>>;

/** What a client gets of an answer. */
export function play(encoder: AnswerEncoder, { deltas, end }: CannedAnswer): string {
  // The first piece is encoded before the beginning is written, as serving does it.
  const [first, ...rest] = deltas.map((delta) => encoder.delta(delta));
  return encoder.begin() + (first ?? "") + rest.join("") + encoder.end(end);
}

/** One event of a stream. */
export type SentEvent = { readonly event?: string; readonly data: unknown };

/** The events of a stream, in order; comments are left out, and `[DONE]` is itself. */
export function eventsIn(stream: string): readonly SentEvent[] {
  const events: SentEvent[] = [];
  for (const block of stream.split("\n\n")) {
    const lines = block.split("\n");
    const data = lines.find((line) => line.startsWith("data: "))?.slice("data: ".length);
    const event = lines.find((line) => line.startsWith("event: "))?.slice("event: ".length);
    if (data === undefined) continue;
    const read: unknown = data === "[DONE]" ? data : JSON.parse(data);
    events.push(event === undefined ? { data: read } : { event, data: read });
  }
  return events;
}

/** The members of an object that was read. */
export function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) throw new RangeError("it is no object");
  return Object.fromEntries(Object.entries(value));
}
