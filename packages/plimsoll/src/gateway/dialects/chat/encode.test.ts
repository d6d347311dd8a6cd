import { describe, expect, test } from "vitest";

import {
  ANSWERS,
  args,
  begin,
  eventsIn,
  FACTS,
  finish,
  membersOf,
  play,
  released,
  text,
  USAGE,
  type CannedAnswer,
} from "../../../testing/dialects/answers.ts";
import { refuse } from "../../refusal.ts";
import { chatStream, chatWhole } from "./encode.ts";

const NO_USAGE = { ...FACTS, hasUsage: false };

function choicesOf(answer: CannedAnswer): readonly unknown[] {
  const events = eventsIn(play(chatStream(NO_USAGE), answer));
  expect(events.at(-1)).toEqual({ data: "[DONE]" });
  return events.slice(0, -1).map(({ data }) => {
    expect(data).toMatchObject({
      id: "chatcmpl-req_abcdefghijklmnopqrstuvwx",
      object: "chat.completion.chunk",
      created: 1_790_000_000,
      model: "org/model-1",
    });
    return Object.values(membersOf(membersOf(data)["choices"]))[0];
  });
}

const NONE = { index: 0, finish_reason: null };
const END = { index: 0, delta: {} };

function call(index: number, name: string): object {
  return {
    index,
    id: `call_mnopqrstuvwx_0_${index}`,
    type: "function",
    function: { name, arguments: "" },
  };
}

describe("streams", () => {
  test("are these bytes", () => {
    const answer = { deltas: [text("Hi \u2028")], end: { kind: "whole", usage: USAGE } } as const;
    const head =
      'data: {"id":"chatcmpl-req_abcdefghijklmnopqrstuvwx","object":"chat.completion.chunk","created":1790000000,"model":"org/model-1","choices":[';
    expect(play(chatStream(FACTS), answer)).toBe(
      `${head}{"index":0,"delta":{"role":"assistant","content":"Hi \u2028"},"finish_reason":null}]}\n\n` +
        `${head}{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n` +
        `${head}],"usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18,"prompt_tokens_details":{"cached_tokens":3},"completion_tokens_details":{"reasoning_tokens":2}}}\n\n` +
        ": plimsoll-receipt /v1/plimsoll/receipts/req_abcdefghijklmnopqrstuvwx\n\n" +
        "data: [DONE]\n\n",
    );
  });

  test("tell thinking before text", () => {
    expect(choicesOf(ANSWERS.thinking)).toEqual([
      { ...NONE, delta: { role: "assistant", reasoning_content: "Let me " } },
      { ...NONE, delta: { reasoning_content: "see." } },
      { ...NONE, delta: { content: "Yes." } },
      { ...END, finish_reason: "stop" },
    ]);
  });

  test("number calls, and name each once with an id of ours", () => {
    const more = (index: number, piece: string): object => ({
      ...NONE,
      delta: { tool_calls: [{ index, function: { arguments: piece } }] },
    });
    expect(choicesOf(ANSWERS.parallel)).toEqual([
      { ...NONE, delta: { role: "assistant", content: "I look." } },
      { ...NONE, delta: { tool_calls: [call(0, "weather")] } },
      more(0, '{"city":'),
      more(0, '"Köln"}'),
      { ...NONE, delta: { tool_calls: [call(1, "clock")] } },
      { ...END, finish_reason: "tool_calls" },
    ]);
  });

  test("end what a guard stopped as filtered, and give even nothing its role", () => {
    expect(choicesOf(ANSWERS.filtered).at(-1)).toEqual({ ...END, finish_reason: "content_filter" });
    expect(choicesOf(ANSWERS.nothingFiltered)).toEqual([
      { ...NONE, delta: { role: "assistant" } },
      { ...END, finish_reason: "content_filter" },
    ]);
  });

  test("end each choice once", () => {
    const one = { kind: "text", choice: 1, text: released("B") } as const;
    const answer = {
      deltas: [text("A"), one, finish("length")],
      end: { kind: "whole", usage: USAGE },
    } as const;
    const ends = choicesOf(answer).filter((choice) => !JSON.stringify(choice).includes("null"));
    expect(ends).toEqual([
      { ...END, finish_reason: "length" },
      { ...END, index: 1, finish_reason: "stop" },
    ]);
  });

  test("that break off have no clean end", () => {
    const encoder = chatStream(FACTS);
    // What the upstream said of its end counts once the answer is kept, and it was not.
    const sent = encoder.delta(text("A")) + encoder.delta(finish("stop"));
    const failed = encoder.fail(refuse("upstream_failed", "It failed."));
    expect(sent + failed).not.toMatch(/\[DONE\]|"finish_reason":"/u);
    expect(eventsIn(failed)).toMatchObject([{ data: { error: { code: "upstream_failed" } } }]);
  });

  test("carry log-probabilities with their text", () => {
    const told = [{ token: "A", logprob: -0.5, bytes: [65], top: [{ token: "B", logprob: -1 }] }];
    expect(
      choicesOf({ deltas: [text("A", "text", told)], end: { kind: "whole", usage: USAGE } })[0],
    ).toMatchObject({
      logprobs: {
        content: [
          {
            token: "A",
            logprob: -0.5,
            bytes: [65],
            top_logprobs: [{ token: "B", logprob: -1, bytes: null }],
          },
        ],
        refusal: null,
      },
    });
  });
});

describe("whole answers", () => {
  test("put pieces together", () => {
    const deltas = [begin(0, "a"), args(0, "{}"), text("x"), text("y"), text("r", "refusal")];
    const body = play(chatWhole(FACTS), { deltas, end: { kind: "whole", usage: USAGE } });
    expect(JSON.parse(body)).toEqual({
      id: "chatcmpl-req_abcdefghijklmnopqrstuvwx",
      object: "chat.completion",
      created: 1_790_000_000,
      model: "org/model-1",
      choices: [
        {
          index: 0,
          message: {
            role: "assistant",
            content: "xy",
            refusal: "r",
            tool_calls: [
              {
                id: "call_mnopqrstuvwx_0_0",
                type: "function",
                function: { name: "a", arguments: "{}" },
              },
            ],
          },
          logprobs: null,
          finish_reason: "stop",
        },
      ],
      usage: {
        prompt_tokens: 11,
        completion_tokens: 7,
        total_tokens: 18,
        prompt_tokens_details: { cached_tokens: 3 },
        completion_tokens_details: { reasoning_tokens: 2 },
      },
    });
  });

  test("that fail are an error alone", () => {
    const encoder = chatWhole(FACTS);
    encoder.delta(text("so far"));
    expect(encoder.fail(refuse("upstream_failed", "It failed."))).not.toContain("so far");
  });
});
