import { describe, expect, test } from "vitest";

import { playAnswer } from "../../testing/upstream/play.ts";
import { wordGuard } from "../../testing/word-guard.ts";
import { DIALECTS } from "./all.ts";

const S = "SECRET";

/** What stands in a choice, in its message, and around them; what a stream's chunk has beside. */
type Place = {
  readonly message?: object;
  readonly choice?: object;
  readonly around?: object;
};

/** The dialects that tell a field: in all others, and where none is named, it must not be in one byte. */
type Row = readonly [name: string, told: string, place: Place];

const CALLED = "chat responses messages";
const SPOKEN = CALLED;
const ALL = "chat completions responses messages";
const SPELT = "chat completions responses";

const call = (more: object, named: object = {}): Place => ({
  message: {
    tool_calls: [
      {
        index: 0,
        id: "c",
        type: "function",
        function: { name: "t", arguments: "{}", ...named },
        ...more,
      },
    ],
  },
});

const logprob = (more: object): Place => ({
  message: { content: "a" },
  choice: { logprobs: { content: [{ token: "a", logprob: -1, ...more }] } },
});

const ROWS: readonly Row[] = [
  ["content", ALL, { message: { content: `a ${S} b` } }],
  ["content in parts", ALL, { message: { content: [{ type: "text", text: S }] } }],
  ["another kind of part", ALL, { message: { content: [{ type: "x", text: S }] } }],
  [
    "a part without text",
    "",
    { message: { content: [{ type: "image_url", image_url: { url: S } }] } },
  ],
  ["reasoning_content", SPOKEN, { message: { reasoning_content: S } }],
  ["reasoning", SPOKEN, { message: { reasoning: S } }],
  ["reasoning_details", "", { message: { reasoning_details: [{ text: S }] } }],
  ["thinking", "", { message: { thinking: S } }],
  ["refusal", SPOKEN, { message: { refusal: S } }],
  ["a call's name", CALLED, call({}, { name: S })],
  ["a call's arguments", CALLED, call({}, { arguments: `{"a":"${S}"}` })],
  ["a key of its arguments", CALLED, call({}, { arguments: `{"${S}":1}` })],
  ["arguments as an object", CALLED, call({}, { arguments: { a: S } })],
  ["arguments that are no JSON", CALLED, call({}, { arguments: S })],
  ["a call's id", "", call({ id: S })],
  ["a call's type", "", call({ type: S })],
  ["beside a call", "", call({ extra_content: { a: S } })],
  ["a call's description", "", call({}, { description: S })],
  ["a custom call", "", call({ custom: { name: S, input: S } })],
  [
    "the old form of a call: name",
    CALLED,
    { message: { function_call: { name: S, arguments: "{}" } } },
  ],
  [
    "the old form: arguments",
    CALLED,
    { message: { function_call: { name: "t", arguments: `{"a":"${S}"}` } } },
  ],
  ["annotations", "", { message: { annotations: [{ url_citation: { title: S, url: S } }] } }],
  ["audio", "", { message: { audio: { id: S, data: S, transcript: S } } }],
  ["images", "", { message: { images: [{ image_url: { url: S } }] } }],
  ["citations", "", { message: { citations: [S] }, around: { citations: [S] } }],
  ["context", "", { message: { context: { intent: S } } }],
  ["role", "", { message: { role: S, content: "a" } }],
  ["name", "", { message: { name: S } }],
  [
    "a token of the text",
    ALL,
    { message: { content: S }, choice: { logprobs: { content: [{ token: S, logprob: -1 }] } } },
  ],
  ["a token that is not in the text", "", logprob({ token: S })],
  ["bytes of a token", "", logprob({ bytes: [...Buffer.from(S)] })],
  ["beside a token", "", logprob({ x: S, text_offset: S })],
  ["an alternative", SPELT, logprob({ top_logprobs: [{ token: S, logprob: -2 }] })],
  [
    "bytes of an alternative",
    "chat responses",
    logprob({ top_logprobs: [{ token: "b", logprob: -2, bytes: [...Buffer.from(S)] }] }),
  ],
  [
    "log-probabilities of a refusal",
    "",
    { message: { refusal: "a" }, choice: { logprobs: { refusal: [{ token: S, logprob: -1 }] } } },
  ],
  [
    "an alternative in the old form",
    SPELT,
    {
      message: { content: "a" },
      choice: { logprobs: { tokens: ["a"], token_logprobs: [-1], top_logprobs: [{ [S]: -2 }] } },
    },
  ],
  ["why it ended", "", { message: { content: "a" }, choice: { finish_reason: S } }],
  [
    "what it stopped at",
    "",
    { choice: { stop_reason: S, matched_stop: S, stop: S, stop_sequence: S } },
  ],
  ["a filter's words", "", { choice: { content_filter_results: { hate: { severity: S } } } }],
  ["tokens as numbers", "", { choice: { token_ids: [S], prompt_logprobs: [{ [S]: -1 }] } }],
  ["beside the choice", "", { choice: { x: S } }],
  [
    "beside the choices",
    "",
    {
      around: {
        id: S,
        model: S,
        object: S,
        system_fingerprint: S,
        service_tier: S,
        provider: S,
        timings: { a: S },
        created: S,
      },
    },
  ],
  ["what it took", "", { around: { usage: { prompt_tokens: S, completion_tokens: 1, x: S } } }],
  ["metadata", "", { around: { metadata: { a: S }, prompt_filter_results: [{ a: S }] } }],
];

/** The same as a stream and as one body. */
const FORMS = {
  streamed: ({ message = {}, choice = {}, around = {} }: Place): Buffer => {
    const chunk = { ...around, choices: [{ index: 0, delta: message, ...choice }] };
    const last = { choices: [{ index: 0, delta: {}, finish_reason: "stop" }] };
    return Buffer.from(
      `data: ${JSON.stringify(chunk)}\n\ndata: ${JSON.stringify(last)}\n\ndata: [DONE]\n\n`,
    );
  },
  whole: ({ message = {}, choice = {}, around = {} }: Place): Buffer =>
    Buffer.from(
      JSON.stringify({
        ...around,
        choices: [{ index: 0, message, finish_reason: "stop", ...choice }],
      }),
    ),
} as const;

/** All that is in the bytes: as they are, and what lists of bytes in them say. */
function saidIn(sent: string): string {
  const bytes = [...sent.matchAll(/\[((?:\d{1,3},)+\d{1,3})\]/gu)].map(([, list]) =>
    Buffer.from((list ?? "").split(",").map(Number)).toString("latin1"),
  );
  return [sent, ...bytes].join("\n");
}

describe.each(["streamed", "whole"] as const)("%s", (form) => {
  describe.each(["chat", "completions", "responses", "messages"] as const)("%s", (dialect) => {
    test.each(ROWS)("%s", (_, told, place) => {
      const bytes = [FORMS[form](place)];
      const own = DIALECTS[dialect];
      const stream = form === "streamed";
      const guarded = playAnswer(bytes, own, { guards: [wordGuard(S)], stream, hasLogprobs: true });
      expect(saidIn(guarded.sent)).not.toContain(S);
      // Where it is told when nobody looks, what stands there was looked at; elsewhere it is never told.
      const open = playAnswer(bytes, own, { stream, hasLogprobs: true });
      expect([open.failure, saidIn(open.sent).includes(S)]).toEqual([
        undefined,
        told.split(" ").includes(dialect),
      ]);
    });
  });
});

test("an upstream's error is told in our own words", () => {
  for (const dialect of [
    DIALECTS.chat,
    DIALECTS.completions,
    DIALECTS.responses,
    DIALECTS.messages,
  ]) {
    const error = Buffer.from(`data: {"error":{"message":"${S}","code":"${S}"}}\n\n`);
    const { sent, failure } = playAnswer([error], dialect);
    expect([failure?.code, sent.includes(S), failure?.message.includes(S)]).toEqual([
      "failed",
      false,
      false,
    ]);
  }
});

test("numbers of log-probabilities say nothing of their own", () => {
  for (const said of [-4_111_111_111_111_111, 4_111_111_111_111_111, -0.4111111111111111]) {
    const top = [{ token: "b", logprob: said }];
    const place = {
      message: { content: "a" },
      choice: { logprobs: { content: [{ token: "a", logprob: said, top_logprobs: top }] } },
    };
    for (const dialect of [DIALECTS.chat, DIALECTS.completions, DIALECTS.responses]) {
      const { sent } = playAnswer([FORMS.streamed(place)], dialect, { hasLogprobs: true });
      expect(sent).not.toContain("41111111");
      expect(sent).toMatch(/-9999|-0\.411111|:0,|\[0\]/u);
    }
  }
});
