import { describe, expect, test } from "vitest";

import type { Json } from "../../../kernel/json.ts";
import { decodeText, refusedField, turnOf } from "../../../testing/dialects/decoding.ts";
import { MESSAGES_MAX, PARTS_MAX } from "../chat/messages.ts";
import { TOOLS_MAX } from "../chat/options.ts";
import { messages } from "./dialect.ts";

const SAID = { role: "user", content: "Hi" };
const BASE = { model: "m", max_tokens: 9, messages: [SAID] };
const TOOL = { name: "t", input_schema: { type: "object" } };
const TEXT = { type: "text", text: "a" };

function times(count: number, value: Json): Json {
  return Array.from({ length: count }, () => value);
}

function user(...content: readonly Json[]): Json {
  return [{ role: "user", content }];
}

function assistant(...content: readonly Json[]): Json {
  return [SAID, { role: "assistant", content }];
}

function image(source: Json): Json {
  return user({ type: "image", source });
}

const PIXEL = { type: "base64", media_type: "image/png", data: "iVBORw0KGgo=" };

const USE = { type: "tool_use", id: "toolu_1", name: "t", input: {} };

/** A field, what it must not be, where that is told, and the nearest that it may be. */
const TWINS: readonly (readonly [string, Json, string, Json])[] = [
  ["model", "", "model", "m"],
  ["max_tokens", 0, "max_tokens", 1],
  ["max_tokens", 2 ** 53, "max_tokens", 2 ** 15],
  ["messages", [], "messages", [SAID]],
  ["messages", times(MESSAGES_MAX + 1, SAID), "messages", times(MESSAGES_MAX, SAID)],
  ["messages", [{ role: "tool", content: "" }], "messages[0].role", [SAID]],
  ["messages", [{ role: "user" }], "messages[0].content", [{ role: "user", content: "" }]],
  [
    "messages",
    [{ role: "user", content: {} }],
    "messages[0].content",
    [{ role: "user", content: [] }],
  ],
  [
    "messages",
    [{ role: "user", content: times(PARTS_MAX + 1, TEXT) }],
    "messages[0].content",
    [{ role: "user", content: times(PARTS_MAX, TEXT) }],
  ],
  [
    "messages",
    user({ type: "text" }),
    "messages[0].content[0].text",
    user({ type: "text", text: "" }),
  ],
  ["messages", user({ type: "document", source: {} }), "messages[0].content[0].type", user(TEXT)],
  ["messages", user(USE), "messages[0].content[0].type", assistant(USE)],
  [
    "messages",
    image({ type: "url", url: "http://127.0.0.1/" }),
    "messages[0].content[0].source.type",
    image(PIXEL),
  ],
  [
    "messages",
    image({ type: "file", file_id: "f" }),
    "messages[0].content[0].source.type",
    image(PIXEL),
  ],
  [
    "messages",
    image({ ...PIXEL, media_type: "text/html" }),
    "messages[0].content[0].source.media_type",
    image(PIXEL),
  ],
  [
    "messages",
    image({ ...PIXEL, media_type: "image/png,x" }),
    "messages[0].content[0].source.media_type",
    image(PIXEL),
  ],
  ["messages", image(null), "messages[0].content[0].source", image(PIXEL)],
  [
    "messages",
    assistant({ type: "server_tool_use", id: "s", name: "web_search", input: {} }),
    "messages[1].content[0].type",
    assistant(USE),
  ],
  [
    "messages",
    assistant({ ...USE, id: "not one word" }),
    "messages[1].content[0].id",
    assistant(USE),
  ],
  ["messages", assistant({ ...USE, input: "{}" }), "messages[1].content[0].input", assistant(USE)],
  [
    "messages",
    user({ type: "tool_result", content: "" }),
    "messages[0].content[0].tool_use_id",
    user({ type: "tool_result", tool_use_id: "toolu_1", content: "" }),
  ],
  [
    "messages",
    user({ type: "tool_result", tool_use_id: "t", content: [{ type: "search_result" }] }),
    "messages[0].content[0].content[0].type",
    user({ type: "tool_result", tool_use_id: "t", content: [TEXT] }),
  ],
  ["system", 7, "system", "7"],
  ["system", [{ type: "image" }], "system[0].type", [TEXT]],
  ["temperature", "1", "temperature", 1],
  ["stop_sequences", "x", "stop_sequences", ["x"]],
  ["stop_sequences", times(17, "x"), "stop_sequences", times(16, "x")],
  ["stream", 1, "stream", true],
  ["tools", times(TOOLS_MAX + 1, TOOL), "tools", times(TOOLS_MAX, TOOL)],
  ["tools", [{ name: "t" }], "tools[0].input_schema", [TOOL]],
  [
    "tools",
    [{ type: "web_search_20250305", name: "web_search" }],
    "tools[0].type",
    [{ ...TOOL, type: "custom" }],
  ],
  [
    "tools",
    [{ ...TOOL, input_schema: { $ref: "//x/y" } }],
    "tools[0].input_schema",
    [{ ...TOOL, input_schema: { $ref: "#/a" } }],
  ],
  ["tool_choice", "auto", "tool_choice", { type: "auto" }],
  ["tool_choice", { type: "tool" }, "tool_choice.name", { type: "tool", name: "t" }],
  ["tool_choice", { type: "required" }, "tool_choice.type", { type: "any" }],
  [
    "thinking",
    { type: "enabled" },
    "thinking.budget_tokens",
    { type: "enabled", budget_tokens: 1_024 },
  ],
  ["thinking", { type: "on" }, "thinking.type", { type: "adaptive" }],
  ["output_config", { effort: "hard" }, "output_config.effort", { effort: "max" }],
  [
    "output_config",
    { format: { type: "json_schema" } },
    "output_config.format.schema",
    { format: { type: "json_schema", schema: {} } },
  ],
  [
    "output_config",
    { format: { type: "json", schema: {} } },
    "output_config.format.type",
    { format: null },
  ],
  ["metadata", { user_id: 7 }, "metadata.user_id", { user_id: "7" }],
  ["container", "c_1", "container", null],
  ["mcp_servers", [{ type: "url", url: "http://x/" }], "mcp_servers", null],
  ["max_completion_tokens", 99_999, "max_completion_tokens", null],
  ["max_output_tokens", 99_999, "max_output_tokens", null],
  ["n", 8, "n", 1],
  ["chat_template_kwargs", {}, "chat_template_kwargs", null],
];

describe("fields", () => {
  test.each(TWINS)("%s: %j is refused, its twin is not", (field, refused, where, accepted) => {
    expect(refusedField(decodeText(messages, { ...BASE, [field]: refused }))).toBe(where);
    expect(refusedField(decodeText(messages, { ...BASE, [field]: accepted }))).toBeUndefined();
  });

  test("that are null count as left out", () => {
    const nulls = Object.fromEntries(
      TWINS.map(([field]) => [field, null] as const).filter(([field]) => !(field in BASE)),
    );
    expect(turnOf(decodeText(messages, { ...BASE, ...nulls }))).toEqual(
      turnOf(decodeText(messages, BASE)),
    );
  });

  test("that say nothing to an engine are left out, and told", () => {
    const outcome = decodeText(messages, {
      ...BASE,
      service_tier: "auto",
      context_management: {},
      guided_choice: [],
    });
    expect(outcome).toMatchObject({
      turn: { extra: { guided_choice: [] } },
      dropped: ["context_management", "service_tier"],
    });
  });
});

test("a conversation is read block by block, with who is to be trusted", () => {
  const body = {
    ...BASE,
    system: [{ ...TEXT, cache_control: { type: "ephemeral" } }, TEXT],
    messages: [
      { role: "user", content: [TEXT, { type: "image", source: PIXEL }] },
      {
        role: "assistant",
        content: [
          { type: "thinking", thinking: "Hm.", signature: "of somebody" },
          { type: "redacted_thinking", data: "opaque" },
          TEXT,
          { ...USE, input: { city: "Köln" } },
        ],
      },
      {
        role: "user",
        content: [
          {
            type: "tool_result",
            tool_use_id: "toolu_1",
            content: [TEXT, { type: "image", source: PIXEL }],
          },
          { type: "tool_result", tool_use_id: "toolu_2", is_error: true },
          TEXT,
        ],
      },
    ],
  };
  const text = { kind: "text", text: "a" };
  const picture = { kind: "image", url: "data:image/png;base64,iVBORw0KGgo=" };
  const read = turnOf(decodeText(messages, body)).messages;
  expect(JSON.stringify(read)).not.toMatch(/of somebody|opaque/u);
  expect(read).toEqual([
    { role: "system", trust: "operator", parts: [text, text] },
    { role: "user", trust: "user", parts: [text, picture] },
    {
      role: "assistant",
      trust: "model",
      parts: [{ kind: "reasoning", text: "Hm." }, text],
      calls: [{ id: "toolu_1", name: "t", args: '{"city":"Köln"}' }],
    },
    { role: "tool", trust: "untrusted", callId: "toolu_1", parts: [text, picture] },
    { role: "tool", trust: "untrusted", callId: "toolu_2", parts: [{ kind: "text", text: "" }] },
    { role: "user", trust: "user", parts: [text] },
  ]);
});

test("words before a tool's answer stay before it", () => {
  const result = { type: "tool_result", tool_use_id: "t", content: "1" };
  const body = { ...BASE, messages: user(TEXT, result, TEXT) };
  const roles = turnOf(decodeText(messages, body)).messages.map(({ role }) => role);
  expect(roles).toEqual(["user", "tool", "user"]);
});

test("options become those of a turn", () => {
  const body = {
    ...BASE,
    stop_sequences: ["x"],
    top_k: 5,
    tools: [TOOL],
    tool_choice: { type: "any", disable_parallel_tool_use: true },
    metadata: { user_id: "ann" },
    output_config: { format: { type: "json_schema", schema: { type: "object" } } },
  };
  expect(turnOf(decodeText(messages, body))).toMatchObject({
    choices: 1,
    hasUsage: true,
    maxOutput: 9,
    sampling: { stop: ["x"], topK: 5 },
    tools: [{ name: "t", parameters: { type: "object" } }],
    toolChoice: { kind: "required" },
    parallelCalls: false,
    subject: "ann",
    output: { kind: "schema", name: "answer", schema: { type: "object" }, strict: true },
  });
});

test.each([
  [{ thinking: { type: "enabled", budget_tokens: 2_048 } }, "low"],
  [{ thinking: { type: "enabled", budget_tokens: 2_049 } }, "medium"],
  [{ thinking: { type: "enabled", budget_tokens: 8_193 } }, "high"],
  [{ thinking: { type: "adaptive" }, output_config: { effort: "low" } }, "low"],
  [{ output_config: { effort: "xhigh" } }, "high"],
  [{ thinking: { type: "disabled" } }, undefined],
])("%j is the effort %s", (fields, effort) => {
  expect(turnOf(decodeText(messages, { ...BASE, ...fields })).effort).toBe(effort);
});
