import { describe, expect, test } from "vitest";

import type { Json } from "../../../kernel/json.ts";
import { decodeText, refusedField, turnOf } from "../../../testing/dialects/decoding.ts";
import { DIALECTS } from "../all.ts";
import { chat } from "./dialect.ts";
import { CALLS_MAX, MESSAGES_MAX, PARTS_MAX } from "./messages.ts";
import { TOOLS_MAX } from "./options.ts";

const SAID = { role: "user", content: "Hi" };
const BASE = { model: "m", messages: [SAID] };
const PIXEL = "data:image/png;base64,iVBORw0KGgo=";

function times(count: number, value: Json): Json {
  return Array.from({ length: count }, () => value);
}

function image(url: Json): Json {
  return [{ role: "user", content: [{ type: "image_url", image_url: { url } }] }];
}

function tool(parameters: Json): Json {
  return [{ type: "function", function: { name: "t", parameters } }];
}

function schema(inner: Json): Json {
  return { type: "json_schema", json_schema: { name: "s", schema: inner } };
}

function answered(id: Json): Json {
  return [SAID, { role: "tool", tool_call_id: id, content: "42" }];
}

function called(call: Json): Json {
  return [SAID, { role: "assistant", content: null, tool_calls: [call] }];
}

const CALL = { id: "c1", type: "function", function: { name: "t", arguments: "{" } };

/** A field, what it must not be, where that is told, and the nearest that it may be. */
const TWINS: readonly (readonly [string, Json, string, Json])[] = [
  ["model", "", "model", "m"],
  ["model", 7, "model", "7"],
  ["messages", [], "messages", [SAID]],
  ["messages", "Hi", "messages", [SAID]],
  ["messages", [null], "messages[0]", [SAID]],
  ["messages", times(MESSAGES_MAX + 1, SAID), "messages", times(MESSAGES_MAX, SAID)],
  ["messages", [{ content: "Hi" }], "messages[0].role", [SAID]],
  [
    "messages",
    [{ role: "admin", content: "Hi" }],
    "messages[0].role",
    [{ role: "developer", content: "Hi" }],
  ],
  [
    "messages",
    [{ role: "user", content: 7 }],
    "messages[0].content",
    [{ role: "user", content: "7" }],
  ],
  [
    "messages",
    [{ role: "user", content: times(PARTS_MAX + 1, { type: "text", text: "" }) }],
    "messages[0].content",
    [{ role: "user", content: times(PARTS_MAX, { type: "text", text: "" }) }],
  ],
  [
    "messages",
    [{ role: "user", content: [{ type: "input_audio", input_audio: { data: "" } }] }],
    "messages[0].content[0].type",
    [{ role: "user", content: [{ type: "text", text: "" }] }],
  ],
  [
    "messages",
    image("http://127.0.0.1/x.png"),
    "messages[0].content[0].image_url.url",
    image(PIXEL),
  ],
  [
    "messages",
    image("data:text/html;base64,PGI+"),
    "messages[0].content[0].image_url.url",
    image(PIXEL),
  ],
  ["messages", image("file:///etc/hosts"), "messages[0].content[0].image_url.url", image(PIXEL)],
  ["messages", answered(null), "messages[1].tool_call_id", answered("call_1")],
  ["messages", answered("a b"), "messages[1].tool_call_id", answered("functions.a:0")],
  ["messages", answered("x".repeat(129)), "messages[1].tool_call_id", answered("x".repeat(128))],
  ["messages", called({ ...CALL, id: "" }), "messages[1].tool_calls[0].id", called(CALL)],
  ["messages", called({ id: "c" }), "messages[1].tool_calls[0].function", called(CALL)],
  [
    "messages",
    [{ role: "assistant", tool_calls: times(CALLS_MAX + 1, CALL) }],
    "messages[0].tool_calls",
    [{ role: "assistant", tool_calls: times(CALLS_MAX, CALL) }],
  ],
  [
    "messages",
    [{ role: "assistant", function_call: { name: "t" } }],
    "messages[0].function_call",
    [{ role: "assistant", function_call: null }],
  ],
  ["temperature", 5.1, "temperature", 5],
  ["temperature", "1", "temperature", 1],
  ["top_p", -0.1, "top_p", 0],
  ["top_k", 1.5, "top_k", -1],
  ["seed", 2 ** 53, "seed", 2 ** 53 - 1],
  ["max_tokens", 2 ** 53, "max_tokens", 2 ** 15],
  ["max_tokens", 0, "max_tokens", 1],
  ["max_tokens", 1_048_577, "max_tokens", 1_048_576],
  ["max_completion_tokens", "10", "max_completion_tokens", 10],
  ["n", 9, "n", 8],
  ["n", 0, "n", 1],
  ["stop", times(17, "x"), "stop", times(16, "x")],
  ["stop", [1], "stop", "1"],
  ["stream", "true", "stream", true],
  ["stream_options", { include_usage: 1 }, "stream_options.include_usage", { include_usage: true }],
  ["logprobs", 1, "logprobs", true],
  ["top_logprobs", 21, "top_logprobs", 20],
  ["logit_bias", { a: 1 }, "logit_bias", { "1": 1 }],
  ["logit_bias", { "1": 101 }, "logit_bias", { "1": 100 }],
  ["tools", times(TOOLS_MAX + 1, { type: "function", function: { name: "t" } }), "tools", tool({})],
  ["tools", [{ type: "custom", custom: {} }], "tools[0].type", tool({})],
  ["tools", tool([]), "tools[0].function.parameters", tool({ type: "object" })],
  [
    "tools",
    tool({ properties: { a: { $ref: "http://127.0.0.1/s" } } }),
    "tools[0].function.parameters",
    tool({ properties: { a: { $ref: "#/$defs/a" } } }),
  ],
  ["functions", [], "functions", null],
  ["tool_choice", "any", "tool_choice", "required"],
  [
    "tool_choice",
    { type: "function" },
    "tool_choice",
    { type: "function", function: { name: "t" } },
  ],
  ["response_format", { type: "xml" }, "response_format.type", { type: "json_object" }],
  ["response_format", { type: "json_schema" }, "response_format.json_schema.schema", schema({})],
  [
    "response_format",
    schema({ $ref: "s.json" }),
    "response_format.json_schema.schema",
    schema({ $ref: "#" }),
  ],
  [
    "response_format",
    schema({ description: "x".repeat(65_519) }),
    "response_format.json_schema.schema",
    schema({ description: "x".repeat(65_518) }),
  ],
  ["reasoning_effort", "as hard as you can", "reasoning_effort", "high"],
  ["user", { id: 1 }, "user", "u"],
  ["echo", true, "echo", false],
  ["modalities", ["text", "audio"], "modalities", ["text"]],
  ["chat_template", "{{ messages }}", "chat_template", null],
  ["prompt_token_ids", [1, 2], "prompt_token_ids", null],
  ["lora_request", { lora_path: "/x" }, "lora_request", null],
  ["n_predict", 100_000, "n_predict", null],
  ["best_of", 4, "best_of", 1],
  ["max_output_tokens", 100_000, "max_output_tokens", null],
];

describe("fields", () => {
  test.each(TWINS)("%s: %j is refused, its twin is not", (field, refused, where, accepted) => {
    expect(refusedField(decodeText(chat, { ...BASE, [field]: refused }))).toBe(where);
    expect(refusedField(decodeText(chat, { ...BASE, [field]: accepted }))).toBeUndefined();
  });

  test("that are null count as left out", () => {
    const nulls = Object.fromEntries(
      TWINS.map(([field]) => [field, null] as const).filter(([field]) => !(field in BASE)),
    );
    const { turn } = { turn: turnOf(decodeText(chat, { ...BASE, ...nulls })) };
    expect(turn).toEqual(turnOf(decodeText(chat, BASE)));
  });

  test("of which several are wrong are all told", () => {
    const outcome = decodeText(chat, { messages: [], temperature: "hot", n: 99 });
    expect(outcome).toMatchObject({ code: "bad_request", param: "model" });
    expect("message" in outcome && outcome.message.split(";")).toHaveLength(4);
  });
});

describe("fields that are not known", () => {
  const strange = { ...BASE, guided_choice: ["a"], metadata: { a: "b" } };

  test("go to local engines, stay out of a cloud, or are refused", () => {
    expect(decodeText(chat, strange, "forward")).toMatchObject({
      turn: { extra: { guided_choice: ["a"] } },
      dropped: ["metadata"],
    });
    expect(decodeText(chat, strange, "drop")).toMatchObject({
      turn: { extra: {} },
      dropped: ["metadata", "guided_choice"],
    });
    expect(refusedField(decodeText(chat, strange, "refuse"))).toBe("guided_choice");
  });

  test("do not hold what is known under a second name", () => {
    const both = {
      ...BASE,
      max_tokens: 5,
      max_completion_tokens: 9,
      user: "a",
      safety_identifier: "b",
    };
    expect(turnOf(decodeText(chat, both))).toMatchObject({ extra: {}, maxOutput: 9, subject: "b" });
    expect(refusedField(decodeText(chat, both, "refuse"))).toBeUndefined();
  });

  test("and that name the subject, or jump the queue, go to no engine in any dialect", () => {
    const more = {
      user: "ann",
      safety_identifier: "a",
      metadata: {},
      priority: -9,
      request_id: "x",
    };
    for (const [dialect, body] of [
      [DIALECTS.chat, BASE],
      [DIALECTS.completions, { model: "m", prompt: "Hi" }],
      [DIALECTS.messages, BASE],
      [DIALECTS.responses, { model: "m", input: "Hi" }],
    ] as const) {
      expect(turnOf(decodeText(dialect, { ...body, ...more })).extra).toEqual({});
      expect(refusedField(decodeText(dialect, { ...body, ...more }, "refuse"))).toBeUndefined();
    }
    expect(turnOf(decodeText(chat, { ...BASE, user: "ann" })).subject).toBe("ann");
  });

  test("are told by no more of their names than a person reads", () => {
    const outcome = decodeText(chat, { ...BASE, ["x".repeat(5_000)]: 1 }, "refuse");
    expect(refusedField(outcome)).toBe(`${"x".repeat(100)}…`);
    expect("message" in outcome && outcome.message.length).toBeLessThan(200);
    const shown = "y".repeat(100);
    expect(refusedField(decodeText(chat, { ...BASE, [shown]: 1 }, "refuse"))).toBe(shown);
  });

  test("may be called anything", () => {
    const body = `{"model":"m","messages":[{"role":"user","content":"Hi","__proto__":{"role":"system"}}],"__proto__":{"stream":true},"constructor":1,"toString":"x"}`;
    const turn = turnOf(decodeText(chat, body));
    expect(turn.stream).toBe(false);
    expect(turn.messages).toEqual(turnOf(decodeText(chat, BASE)).messages);
    expect(Object.keys(turn.extra).toSorted()).toEqual(["__proto__", "constructor", "toString"]);
    expect(Object.getPrototypeOf(turn.extra)).toBe(Object.prototype);
  });
});

test("a conversation is read part by part, with who is to be trusted", () => {
  const messages = [
    { role: "system", content: "Be kind." },
    {
      role: "user",
      name: "ann",
      content: [
        { type: "text", text: "See" },
        { type: "image_url", image_url: { url: PIXEL, detail: "low" } },
      ],
    },
    {
      role: "assistant",
      content: "",
      reasoning_content: "Hm.",
      refusal: "No.",
      tool_calls: [CALL],
    },
    { role: "tool", tool_call_id: "c1", content: "42" },
  ];
  expect(turnOf(decodeText(chat, { model: "m", messages })).messages).toEqual([
    { role: "system", trust: "operator", parts: [{ kind: "text", text: "Be kind." }] },
    {
      role: "user",
      trust: "user",
      name: "ann",
      parts: [
        { kind: "text", text: "See" },
        { kind: "image", url: PIXEL, detail: "low" },
      ],
    },
    {
      role: "assistant",
      trust: "model",
      parts: [
        { kind: "reasoning", text: "Hm." },
        { kind: "text", text: "" },
        { kind: "refusal", text: "No." },
      ],
      calls: [{ id: "c1", name: "t", args: "{" }],
    },
    { role: "tool", trust: "untrusted", callId: "c1", parts: [{ kind: "text", text: "42" }] },
  ]);
});
