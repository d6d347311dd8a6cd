import { describe, expect, test } from "vitest";

import {
  ANSWERS,
  args,
  begin,
  eventsIn,
  FACTS,
  finish,
  play,
  text,
  USAGE,
  type CannedAnswer,
} from "../../../testing/dialects/answers.ts";
import { refuse } from "../../refusal.ts";
import { messagesStream, messagesWhole } from "./encode.ts";

/** Events between the beginning and the end, each as its type and what it holds besides. */
function blocksOf(answer: CannedAnswer): readonly unknown[] {
  const events = eventsIn(play(messagesStream(FACTS), answer));
  for (const { event, data } of events) expect(data).toMatchObject({ type: event });
  expect(events[0]?.event).toBe("message_start");
  expect(events.slice(-2).map(({ event }) => event)).toEqual(["message_delta", "message_stop"]);
  return events.slice(1, -2).map(({ data }) => data);
}

function start(index: number, block: object): object {
  return { type: "content_block_start", index, content_block: block };
}

function piece(index: number, type: string, more: object): object {
  return { type: "content_block_delta", index, delta: { type, ...more } };
}

function stop(index: number): object {
  return { type: "content_block_stop", index };
}

const TEXT = { type: "text", text: "", citations: null };

function tool(at: number, name: string): object {
  return { type: "tool_use", id: `toolu_abcdefghijklmnopqrstuvwx_${at}`, name, input: {} };
}

describe("streams", () => {
  test("are these bytes", () => {
    const answer = { deltas: [text("Hi"), finish("length")], end: ANSWERS.cut.end } as const;
    expect(play(messagesStream(FACTS), answer)).toBe(
      'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_abcdefghijklmnopqrstuvwx","type":"message","role":"assistant","model":"org/model-1","content":[],"stop_reason":null,"stop_sequence":null,"stop_details":null,"usage":{"input_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0}}}\n\n' +
        'event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":"","citations":null}}\n\n' +
        'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}\n\n' +
        'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}\n\n' +
        'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"max_tokens","stop_sequence":null,"stop_details":null},"usage":{"input_tokens":8,"cache_creation_input_tokens":0,"cache_read_input_tokens":3,"output_tokens":7,"output_tokens_details":{"thinking_tokens":2}}}\n\n' +
        ": plimsoll-receipt /v1/plimsoll/receipts/req_abcdefghijklmnopqrstuvwx\n\n" +
        'event: message_stop\ndata: {"type":"message_stop"}\n\n',
    );
  });

  test("sign thinking with our own word, and end it before text", () => {
    expect(blocksOf(ANSWERS.thinking)).toEqual([
      start(0, { type: "thinking", thinking: "", signature: "" }),
      piece(0, "thinking_delta", { thinking: "Let me " }),
      piece(0, "thinking_delta", { thinking: "see." }),
      piece(0, "signature_delta", { signature: FACTS.requestId }),
      stop(0),
      start(1, TEXT),
      piece(1, "text_delta", { text: "Yes." }),
      stop(1),
    ]);
  });

  test("write calls one after another, and one of nothing too", () => {
    expect(blocksOf(ANSWERS.parallel)).toEqual([
      start(0, TEXT),
      piece(0, "text_delta", { text: "I look." }),
      stop(0),
      start(1, tool(1, "weather")),
      piece(1, "input_json_delta", { partial_json: '{"city":' }),
      piece(1, "input_json_delta", { partial_json: '"Köln"}' }),
      stop(1),
      start(2, tool(2, "clock")),
      stop(2),
    ]);
  });

  test("untangle calls that an engine writes to and fro", () => {
    expect(blocksOf(ANSWERS.toAndFro)).toEqual([
      start(0, tool(0, "a")),
      piece(0, "input_json_delta", { partial_json: '{"m":"}' }),
      piece(0, "input_json_delta", { partial_json: '"}' }),
      stop(0),
      start(1, tool(1, "b")),
      piece(1, "input_json_delta", { partial_json: '{"n":' }),
      piece(1, "input_json_delta", { partial_json: "1}" }),
      stop(1),
    ]);
  });

  test("of nothing have no blocks", () => {
    expect(blocksOf(ANSWERS.nothing)).toEqual([]);
  });

  test("that break off end with an error", () => {
    const encoder = messagesStream(FACTS);
    encoder.delta(text("A"));
    expect(eventsIn(encoder.fail(refuse("upstream_timeout", "It took too long.")))).toEqual([
      {
        event: "error",
        data: {
          type: "error",
          error: { type: "timeout_error", message: "It took too long.", code: "upstream_timeout" },
          request_id: FACTS.requestId,
        },
      },
    ]);
  });

  test("live on by a ping", () => {
    expect(messagesStream(FACTS).heartbeat()).toBe('event: ping\ndata: {"type":"ping"}\n\n');
  });
});

describe("the reason to stop", () => {
  test.each([
    ["end_turn", [text("A"), finish("stop")], "whole"],
    ["end_turn", [text("A"), finish("tool-calls")], "whole"],
    ["tool_use", [begin(0, "a"), finish("stop")], "whole"],
    ["tool_use", [begin(0, "a"), finish("unknown")], "whole"],
    ["max_tokens", [begin(0, "a"), finish("length")], "whole"],
    ["refusal", [text("A"), finish("content-filter")], "whole"],
    ["refusal", [begin(0, "a")], "filtered"],
    ["refusal", [text("No.", "refusal"), finish("stop")], "whole"],
  ] as const)("%s", (reason, deltas, kind) => {
    const answer = { deltas, end: { kind, usage: USAGE } };
    const whole: unknown = JSON.parse(play(messagesWhole(FACTS), answer));
    expect(whole).toMatchObject({ stop_reason: reason });
    const ends = eventsIn(play(messagesStream(FACTS), answer)).at(-2);
    expect(ends).toMatchObject({ data: { delta: { stop_reason: reason } } });
  });
});

describe("whole answers", () => {
  test.each([
    ["{}", {}],
    [" ", {}],
    ['{"n":12345678901234567890}', undefined],
    ['{"__proto__":{"x":1}}', undefined],
    ['{"a":', { INVALID_JSON: '{"a":' }],
    ["[1]", { INVALID_JSON: "[1]" }],
    ["7", { INVALID_JSON: "7" }],
  ])("tell arguments %s as an object", (written, input) => {
    const deltas = [begin(0, "a"), args(0, written), finish("tool-calls")];
    const body = play(messagesWhole(FACTS), { deltas, end: ANSWERS.cut.end });
    expect(body).toContain(`"input":${input === undefined ? written : JSON.stringify(input)}}`);
  });
});
