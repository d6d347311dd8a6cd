import { describe, expect, test } from "vitest";

import type { Json } from "../../../kernel/json.ts";
import { decodeText, refusedField, turnOf } from "../../../testing/dialects/decoding.ts";
import { MESSAGES_MAX, PARTS_MAX } from "../chat/messages.ts";
import { TOOLS_MAX } from "../chat/options.ts";
import { responses } from "./dialect.ts";

const BASE = { model: "m", input: "Hi" };
const SAID = { role: "user", content: "Hi" };
const TEXT = { type: "input_text", text: "a" };
const TOOL = { type: "function", name: "t", parameters: {}, strict: true };
const PIXEL = "data:image/png;base64,iVBORw0KGgo=";
const CALL = { type: "function_call", call_id: "call_1", name: "t", arguments: "{}" };

function times(count: number, value: Json): Json {
  return Array.from({ length: count }, () => value);
}

function user(...content: readonly Json[]): Json {
  return [{ type: "message", role: "user", content }];
}

/** A field, what it must not be, where that is told, and the nearest that it may be. */
const TWINS: readonly (readonly [string, Json, string, Json])[] = [
  ["model", "", "model", "m"],
  ["input", [], "input", [SAID]],
  ["input", null, "input", "Hi"],
  ["input", 7, "input", "7"],
  ["input", times(MESSAGES_MAX + 1, SAID), "input", times(MESSAGES_MAX, SAID)],
  [
    "input",
    [{ role: "tool", content: "a" }],
    "input[0].role",
    [{ role: "developer", content: "a" }],
  ],
  ["input", [{ role: "user" }], "input[0].content", [{ role: "user", content: "" }]],
  [
    "input",
    user(...Array.from({ length: PARTS_MAX + 1 }, () => TEXT)),
    "input[0].content",
    user(...Array.from({ length: PARTS_MAX }, () => TEXT)),
  ],
  [
    "input",
    user({ type: "input_file", file_url: "http://x/" }),
    "input[0].content[0].type",
    user(TEXT),
  ],
  [
    "input",
    user({ type: "input_image", image_url: "http://127.0.0.1/" }),
    "input[0].content[0].image_url",
    user({ type: "input_image", image_url: PIXEL }),
  ],
  [
    "input",
    user({ type: "input_image", image_url: PIXEL, file_id: "f" }),
    "input[0].content[0].file_id",
    user({ type: "input_image", image_url: PIXEL, file_id: null }),
  ],
  [
    "input",
    user({ type: "input_image", image_url: PIXEL, detail: "very close" }),
    "input[0].content[0].detail",
    user({ type: "input_image", image_url: PIXEL, detail: "auto" }),
  ],
  ["input", [{ type: "item_reference", id: "msg_1" }], "input[0].type", [SAID]],
  [
    "input",
    [{ type: "computer_call_output", call_id: "c" }],
    "input[0].type",
    [{ type: "function_call_output", call_id: "c", output: "" }],
  ],
  ["input", [{ ...CALL, call_id: null }], "input[0].call_id", [CALL]],
  ["input", [{ ...CALL, arguments: {} }], "input[0].arguments", [CALL]],
  [
    "input",
    [{ type: "function_call_output", call_id: "c" }],
    "input[0].output",
    [{ type: "function_call_output", call_id: "c", output: [TEXT] }],
  ],
  ["instructions", ["a"], "instructions", "a"],
  ["max_output_tokens", 2 ** 53, "max_output_tokens", 2 ** 15],
  ["max_tokens", 10, "max_tokens", null],
  ["max_completion_tokens", 10, "max_completion_tokens", null],
  ["previous_response_id", "resp_1", "previous_response_id", null],
  ["conversation", "conv_1", "conversation", null],
  ["prompt", { id: "p" }, "prompt", null],
  ["background", true, "background", false],
  ["tools", times(TOOLS_MAX + 1, TOOL), "tools", times(TOOLS_MAX, TOOL)],
  ["tools", [{ type: "web_search" }], "tools[0].type", [TOOL]],
  ["tools", [{ type: "mcp", server_url: "http://x/", name: "x" }], "tools[0].type", [TOOL]],
  [
    "tools",
    [{ ...TOOL, parameters: { $ref: "http://x/" } }],
    "tools[0].parameters",
    [{ ...TOOL, parameters: null }],
  ],
  ["tool_choice", { type: "web_search" }, "tool_choice", { type: "function", name: "t" }],
  ["tool_choice", ["auto"], "tool_choice", "auto"],
  ["text", { format: { type: "grammar" } }, "text.format.type", { format: { type: "text" } }],
  [
    "text",
    { format: { type: "json_schema", name: "s" } },
    "text.format.schema",
    { format: { type: "json_schema", name: "s", schema: {} } },
  ],
  [
    "text",
    { format: { type: "json_schema", schema: {} } },
    "text.format.name",
    { format: { type: "json_object" } },
  ],
  ["reasoning", { effort: 3 }, "reasoning.effort", { effort: "low", summary: "auto" }],
  ["reasoning", "low", "reasoning", { effort: null }],
  ["include", "x", "include", ["x"]],
  ["top_logprobs", 21, "top_logprobs", 20],
  ["stream", "yes", "stream", true],
  ["parallel_tool_calls", 1, "parallel_tool_calls", true],
  ["prompt_embeds", "x", "prompt_embeds", null],
];

function said(text: string): object {
  return { kind: "text", text };
}

describe("fields", () => {
  test.each(TWINS)("%s: %j is refused, its twin is not", (field, refused, where, accepted) => {
    expect(refusedField(decodeText(responses, { ...BASE, [field]: refused }))).toBe(where);
    expect(refusedField(decodeText(responses, { ...BASE, [field]: accepted }))).toBeUndefined();
  });

  test("that are null count as left out", () => {
    const nulls = Object.fromEntries(
      TWINS.map(([field]) => [field, null] as const).filter(([field]) => !(field in BASE)),
    );
    expect(turnOf(decodeText(responses, { ...BASE, ...nulls }))).toEqual(
      turnOf(decodeText(responses, BASE)),
    );
  });

  test("that say nothing to an engine are left out, and told", () => {
    const outcome = decodeText(responses, { ...BASE, store: true, truncation: "auto" });
    expect(outcome).toMatchObject({ turn: { extra: {} }, dropped: ["truncation", "store"] });
  });
});

test("items become messages: what a model thought, said and called is one", () => {
  const input = [
    SAID,
    {
      type: "reasoning",
      id: "rs_1",
      summary: [{ type: "summary_text", text: "Hm." }],
      encrypted_content: "opaque",
    },
    { type: "message", role: "assistant", content: [{ type: "output_text", text: "I look." }] },
    CALL,
    { ...CALL, call_id: "call_2" },
    { type: "function_call_output", call_id: "call_1", output: "1" },
    {
      type: "function_call_output",
      call_id: "call_2",
      output: [{ type: "input_text", text: "2" }],
    },
    { type: "reasoning", summary: [], content: [{ type: "reasoning_text", text: "So." }] },
    { role: "assistant", content: "Done." },
    { role: "assistant", content: [{ type: "refusal", refusal: "No." }] },
  ];
  expect(
    turnOf(decodeText(responses, { model: "m", instructions: "Be kind.", input })).messages,
  ).toEqual([
    { role: "system", trust: "operator", parts: [said("Be kind.")] },
    { role: "user", trust: "user", parts: [said("Hi")] },
    {
      role: "assistant",
      trust: "model",
      parts: [{ kind: "reasoning", text: "Hm." }, said("I look.")],
      calls: [
        { id: "call_1", name: "t", args: "{}" },
        { id: "call_2", name: "t", args: "{}" },
      ],
    },
    { role: "tool", trust: "untrusted", callId: "call_1", parts: [said("1")] },
    { role: "tool", trust: "untrusted", callId: "call_2", parts: [said("2")] },
    {
      role: "assistant",
      trust: "model",
      parts: [{ kind: "reasoning", text: "So." }, said("Done.")],
    },
    { role: "assistant", trust: "model", parts: [{ kind: "refusal", text: "No." }] },
  ]);
});

test("options become those of a turn", () => {
  const body = {
    ...BASE,
    include: ["message.output_text.logprobs"],
    top_logprobs: 2,
    reasoning: { effort: "minimal" },
    text: { format: { type: "json_schema", name: "s", schema: {}, strict: true } },
    tools: [TOOL],
    tool_choice: { type: "function", name: "t" },
    user: "ann",
    safety_identifier: "hash",
  };
  expect(turnOf(decodeText(responses, body))).toMatchObject({
    effort: "minimal",
    extra: {},
    hasUsage: true,
    output: { kind: "schema", name: "s", schema: {}, strict: true },
    sampling: { logprobs: 2 },
    subject: "hash",
    toolChoice: { kind: "tool", name: "t" },
    tools: [{ name: "t", parameters: {}, strict: true }],
  });
});
