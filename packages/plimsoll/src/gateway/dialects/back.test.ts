import fc from "fast-check";
import { expect, test } from "vitest";

import type { Message, Turn } from "../../engine/turn.ts";
import {
  args,
  begin,
  FACTS,
  finish,
  membersOf,
  play,
  text,
  USAGE,
} from "../../testing/dialects/answers.ts";
import { decodeText, turnOf } from "../../testing/dialects/decoding.ts";
import { DIALECTS } from "./all.ts";
import type { TextDialect } from "./contract.ts";
import type { ReleasedDelta } from "../released.ts";

type Said = {
  readonly thinking: string;
  readonly text: string;
  readonly calls: readonly (readonly [string, string])[];
};

const SAID: fc.Arbitrary<Said> = fc.record({
  thinking: fc.string({ unit: "binary" }),
  text: fc.string({ unit: "binary", minLength: 1 }),
  calls: fc.array(
    fc.tuple(
      fc.string({ minLength: 1 }),
      fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.stringify(value)),
    ),
    { maxLength: 3 },
  ),
});

function answerOf(dialect: TextDialect, said: Said): Readonly<Record<string, unknown>> {
  const deltas: ReleasedDelta[] = [
    text(said.thinking, "reasoning"),
    text(said.text),
    ...said.calls.flatMap(([name, json], index) => [begin(index, name), args(index, json)]),
    finish("stop"),
  ];
  const encoder = dialect.encoder({ ...TURN, stream: false }, FACTS);
  const body: unknown = JSON.parse(play(encoder, { deltas, end: { kind: "whole", usage: USAGE } }));
  return membersOf(body);
}

const TURN: Turn = {
  model: "m",
  messages: [],
  tools: [],
  output: { kind: "text" },
  sampling: {},
  choices: 1,
  stream: false,
  extra: {},
};

function saidIn({ parts, calls }: Message): Said {
  const of = (kind: "reasoning" | "text"): string =>
    parts.map((part) => (part.kind === kind ? part.text : "")).join("");
  return {
    thinking: of("reasoning"),
    text: of("text"),
    calls: (calls ?? []).map(({ name, args: json }) => [name, json]),
  };
}

/** The conversation that a client sends after an answer. */
const BACK: Readonly<Record<"chat" | "messages" | "responses", (answer: Answer) => object>> = {
  chat: ({ choices }) => ({
    model: "m",
    messages: [membersOf(membersOf(membersOf(choices)["0"])["message"])],
  }),
  messages: ({ role, content }) => ({ model: "m", max_tokens: 1, messages: [{ role, content }] }),
  responses: ({ output }) => ({ model: "m", input: output }),
};

type Answer = Readonly<Record<string, unknown>>;

test.each(["chat", "messages", "responses"] as const)(
  "%s: an answer that is sent back means what it said",
  (name) => {
    fc.assert(
      fc.property(SAID, (said) => {
        const body = JSON.stringify(BACK[name](answerOf(DIALECTS[name], said)));
        const { messages } = turnOf(decodeText(DIALECTS[name], body));
        expect(messages.map(saidIn)).toEqual([said]);
      }),
    );
  },
);
