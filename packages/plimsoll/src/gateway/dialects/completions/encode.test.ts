import { expect, test } from "vitest";

import {
  ANSWERS,
  eventsIn,
  FACTS,
  play,
  released,
  text,
  USAGE,
} from "../../../testing/dialects/answers.ts";
import { refuse } from "../../refusal.ts";
import { completionsStream, completionsWhole } from "./encode.ts";

test("a stream is these bytes", () => {
  const head =
    'data: {"id":"cmpl-req_abcdefghijklmnopqrstuvwx","object":"text_completion","created":1790000000,"model":"org/model-1","choices":[';
  const deltas = [text("Hi"), text("left out", "reasoning"), text("é")];
  expect(play(completionsStream(FACTS), { deltas, end: { kind: "filtered", usage: USAGE } })).toBe(
    `${head}{"text":"Hi","index":0,"logprobs":null,"finish_reason":null}]}\n\n` +
      `${head}{"text":"é","index":0,"logprobs":null,"finish_reason":null}]}\n\n` +
      `${head}{"text":"","index":0,"logprobs":null,"finish_reason":"content_filter"}]}\n\n` +
      `${head}],"usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18,"prompt_tokens_details":{"cached_tokens":3},"completion_tokens_details":{"reasoning_tokens":2}}}\n\n` +
      ": plimsoll-receipt /v1/plimsoll/receipts/req_abcdefghijklmnopqrstuvwx\n\n" +
      "data: [DONE]\n\n",
  );
});

test("usage is told only where it was asked for", () => {
  const told = play(completionsStream({ ...FACTS, hasUsage: false }), ANSWERS.nothing);
  expect(told).not.toContain("usage");
  expect(eventsIn(told)).toHaveLength(2);
});

test("log-probabilities are told in the old form, with offsets that go on", () => {
  const deltas = [
    text("ab", "text", [{ token: "ab", logprob: -1, top: [{ token: "__proto__", logprob: -2 }] }]),
    text("c", "text", [{ token: "c", logprob: -3 }]),
  ];
  const answer = { deltas, end: { kind: "whole", usage: USAGE } } as const;
  const body: unknown = JSON.parse(play(completionsWhole(FACTS), answer));
  expect(body).toMatchObject({
    choices: [
      {
        text: "abc",
        logprobs: { tokens: ["ab", "c"], token_logprobs: [-1, -3], text_offset: [0, 2] },
      },
    ],
  });
  const [, second] = eventsIn(play(completionsStream(FACTS), answer));
  expect(second).toMatchObject({ data: { choices: [{ logprobs: { text_offset: [2] } }] } });
  expect(JSON.stringify(body)).toContain('{"__proto__":-2}');
});

test("a whole answer has its choices in order, each with its end", () => {
  const deltas = [
    { kind: "text", choice: 1, text: released("B") },
    { kind: "text", choice: 0, text: released("A") },
    { kind: "finish", choice: 0, reason: "length" },
  ] as const;
  const body = play(completionsWhole(FACTS), { deltas, end: { kind: "whole", usage: USAGE } });
  expect(JSON.parse(body)).toMatchObject({
    choices: [
      { index: 0, text: "A", finish_reason: "length" },
      { index: 1, text: "B", finish_reason: "stop" },
    ],
  });
});

test("what breaks off has no clean end", () => {
  const failed = completionsStream(FACTS).fail(refuse("upstream_failed", "It failed."));
  expect(failed).not.toContain("[DONE]");
});
