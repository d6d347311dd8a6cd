import { describe, expect, test } from "vitest";

import type { Turn } from "../../../engine/turn.ts";
import {
  ANSWERS,
  eventsIn,
  FACTS,
  membersOf,
  play,
  text,
  USAGE,
  type CannedAnswer,
} from "../../../testing/dialects/answers.ts";
import { refuse } from "../../refusal.ts";
import { responsesStream, responsesWhole } from "./encode.ts";

const TURN: Turn = {
  model: "org/model-1",
  messages: [],
  tools: [{ name: "weather" }],
  output: { kind: "text" },
  sampling: { temperature: 0.5 },
  choices: 1,
  maxOutput: 100,
  stream: true,
  extra: {},
};

/** Events between the beginning and the last, without their numbers. */
function eventsOf(answer: CannedAnswer): readonly unknown[] {
  const events = eventsIn(play(responsesStream(TURN, FACTS), answer));
  const bare = events.map(({ event, data }, at) => {
    expect(data).toMatchObject({ type: event, sequence_number: at });
    const { sequence_number: _, ...rest } = membersOf(data);
    return rest;
  });
  expect(bare.slice(0, 2)).toMatchObject([
    { type: "response.created", response: { status: "in_progress", output: [] } },
    { type: "response.in_progress", response: { status: "in_progress", output: [] } },
  ]);
  return bare.slice(2);
}

const ID = "abcdefghijklmnopqrstuvwx";

function item(status: string, content: readonly object[]): object {
  return { id: `msg_${ID}_0`, type: "message", status, role: "assistant", content };
}

function part(said: string): object {
  return { type: "output_text", text: said, annotations: [], logprobs: [] };
}

const WHERE = { item_id: `msg_${ID}_0`, output_index: 0, content_index: 0 };

function callAt(at: number): object {
  return { item_id: `fc_${ID}_${at}`, output_index: at };
}

function call(at: number, name: string, status: string, args: string): object {
  return {
    id: `fc_${ID}_${at}`,
    type: "function_call",
    status,
    call_id: `call_${ID}_${at}`,
    name,
    arguments: args,
  };
}

describe("streams", () => {
  test("tell a text in this order, and repeat it from what was let go", () => {
    const deltas = [text("Hi "), text("you")];
    const done = item("completed", [part("Hi you")]);
    expect(eventsOf({ deltas, end: { kind: "whole", usage: USAGE } })).toEqual([
      { type: "response.output_item.added", output_index: 0, item: item("in_progress", []) },
      { type: "response.content_part.added", ...WHERE, part: part("") },
      { type: "response.output_text.delta", ...WHERE, delta: "Hi ", logprobs: [] },
      { type: "response.output_text.delta", ...WHERE, delta: "you", logprobs: [] },
      { type: "response.output_text.done", ...WHERE, text: "Hi you", logprobs: [] },
      { type: "response.content_part.done", ...WHERE, part: part("Hi you") },
      { type: "response.output_item.done", output_index: 0, item: done },
      {
        type: "response.completed",
        response: {
          id: `resp_${ID}`,
          object: "response",
          created_at: 1_790_000_000,
          status: "completed",
          background: false,
          error: null,
          incomplete_details: null,
          instructions: null,
          max_output_tokens: 100,
          metadata: {},
          model: "org/model-1",
          output: [done],
          parallel_tool_calls: true,
          previous_response_id: null,
          reasoning: { effort: null, summary: null },
          store: false,
          temperature: 0.5,
          text: { format: { type: "text" } },
          tool_choice: "auto",
          tools: [
            {
              type: "function",
              name: "weather",
              description: null,
              parameters: null,
              strict: false,
            },
          ],
          top_p: null,
          truncation: "disabled",
          usage: {
            input_tokens: 11,
            input_tokens_details: { cached_tokens: 3, cache_write_tokens: 0 },
            output_tokens: 7,
            output_tokens_details: { reasoning_tokens: 2 },
            total_tokens: 18,
          },
        },
      },
    ]);
  });

  test("tell calls, parallel and of nothing", () => {
    const [, , , , , , ...events] = eventsOf(ANSWERS.parallel);
    const kind = "response.function_call_arguments";
    const done = '{"city":"Köln"}';
    expect(events.slice(0, -1)).toEqual([
      {
        type: "response.output_item.added",
        output_index: 1,
        item: call(1, "weather", "in_progress", ""),
      },
      { type: `${kind}.delta`, ...callAt(1), delta: '{"city":' },
      { type: `${kind}.delta`, ...callAt(1), delta: '"Köln"}' },
      { type: `${kind}.done`, ...callAt(1), arguments: done, name: "weather" },
      {
        type: "response.output_item.done",
        output_index: 1,
        item: call(1, "weather", "completed", done),
      },
      {
        type: "response.output_item.added",
        output_index: 2,
        item: call(2, "clock", "in_progress", ""),
      },
      { type: `${kind}.done`, ...callAt(2), arguments: "", name: "clock" },
      {
        type: "response.output_item.done",
        output_index: 2,
        item: call(2, "clock", "completed", ""),
      },
    ]);
  });

  test("tell thinking as an item of its own", () => {
    const where = { item_id: `rs_${ID}_0`, output_index: 0, content_index: 0 };
    const full = { type: "reasoning_text", text: "Let me see." };
    expect(eventsOf(ANSWERS.thinking).slice(0, 7)).toEqual([
      {
        type: "response.output_item.added",
        output_index: 0,
        item: {
          id: `rs_${ID}_0`,
          type: "reasoning",
          status: "in_progress",
          summary: [],
          content: [],
        },
      },
      { type: "response.content_part.added", ...where, part: { ...full, text: "" } },
      { type: "response.reasoning_text.delta", ...where, delta: "Let me " },
      { type: "response.reasoning_text.delta", ...where, delta: "see." },
      { type: "response.reasoning_text.done", ...where, text: "Let me see." },
      { type: "response.content_part.done", ...where, part: full },
      {
        type: "response.output_item.done",
        output_index: 0,
        item: {
          id: `rs_${ID}_0`,
          type: "reasoning",
          status: "completed",
          summary: [],
          content: [full],
        },
      },
    ]);
  });

  test("say what kept them from being whole", () => {
    const filtered = eventsOf(ANSWERS.filtered).at(-1);
    expect(filtered).toMatchObject({
      type: "response.incomplete",
      response: {
        status: "incomplete",
        incomplete_details: { reason: "content_filter" },
        output: [{ status: "incomplete", content: [{ text: "The number is " }] }],
      },
    });
    expect(eventsOf(ANSWERS.cut).at(-1)).toMatchObject({
      type: "response.incomplete",
      response: {
        incomplete_details: { reason: "max_output_tokens" },
        output: [{ status: "completed" }, { status: "incomplete", arguments: '{"m":' }],
      },
    });
  });

  test("that break off fail, and are not complete", () => {
    const encoder = responsesStream(TURN, FACTS);
    encoder.delta(text("A"));
    const [failed, ...more] = eventsIn(encoder.fail(refuse("upstream_failed", "It failed.")));
    expect(more).toEqual([]);
    expect(failed).toMatchObject({
      event: "response.failed",
      data: {
        sequence_number: 5,
        response: {
          status: "failed",
          error: { code: "server_error", message: "It failed." },
          output: [{ status: "incomplete" }],
          usage: null,
        },
      },
    });
  });

  test("that wait for a person say where to ask", () => {
    const ticket = "/v1/plimsoll/held/h1";
    const held = refuse("held_for_review", "It waits.", { ticket });
    expect(eventsIn(responsesStream(TURN, FACTS).fail(held)).at(-1)).toMatchObject({
      data: { response: { error: { code: "held_for_review", message: "It waits.", ticket } } },
    });
  });

  test("carry log-probabilities with their text, and in its repeats", () => {
    const told = [{ token: "A", logprob: -0.5, bytes: [65] }];
    const events = eventsOf({
      deltas: [text("A", "text", told)],
      end: { kind: "whole", usage: USAGE },
    });
    const logprobs = [{ token: "A", logprob: -0.5, bytes: [65], top_logprobs: [] }];
    expect(events.slice(1, 5)).toMatchObject([
      { part: { text: "", logprobs: [] } },
      { delta: "A", logprobs },
      { text: "A", logprobs },
      { part: { text: "A", logprobs } },
    ]);
  });
});

test("a whole answer holds what a stream ends with", () => {
  for (const answer of Object.values(ANSWERS)) {
    const whole: unknown = JSON.parse(play(responsesWhole(TURN, FACTS), answer));
    const last = eventsIn(play(responsesStream(TURN, FACTS), answer)).at(-1);
    expect(last).toMatchObject({ data: { response: whole } });
  }
});
