import fc from "fast-check";
import { expect, test } from "vitest";

import { embeddingRequest, turnRequest } from "../../engine/openai/request.ts";
import type { Message, Turn } from "../../engine/turn.ts";
import type { Json, JsonObject } from "../../kernel/json.ts";
import { decodeText, turnOf } from "../../testing/dialects/decoding.ts";
import { readJson } from "../json/read.ts";
import { mapTexts } from "../pipeline/texts.ts";
import { DIALECTS } from "./all.ts";

const PIXEL = "data:image/png;base64,iVBORw0KGgo=";
const CALL = { id: "c", type: "function", function: { name: "t", arguments: "{}" } };

/** Bodies that are good, with all that a dialect has. */
const BODIES: Readonly<Record<keyof typeof DIALECTS, JsonObject>> = {
  chat: {
    model: "m",
    messages: [
      { role: "system", content: "a", name: "b" },
      { role: "user", content: [{ type: "image_url", image_url: { url: PIXEL, detail: "low" } }] },
      { role: "assistant", content: null, reasoning_content: "a", tool_calls: [CALL] },
      { role: "tool", content: [{ type: "text", text: "a" }], tool_call_id: "c" },
    ],
    tools: [{ type: "function", function: { name: "t", description: "a", parameters: {} } }],
    tool_choice: { type: "function", function: { name: "t" } },
    response_format: { type: "json_schema", json_schema: { name: "s", schema: { a: [{}] } } },
    stream_options: { include_usage: true },
    logit_bias: { "1": 1 },
    stop: ["a"],
    n: 1,
    guided_choice: ["a", { b: 1 }],
  },
  completions: { model: "m", prompt: ["a"], stop: "a", logprobs: 1, suffix: "a", best_of: 1 },
  embeddings: { model: "m", input: ["a", "b"], dimensions: 1, encoding_format: "base64", a: [1] },
  messages: {
    model: "m",
    max_tokens: 1,
    system: [{ type: "text", text: "a" }],
    messages: [
      {
        role: "user",
        content: [
          { type: "image", source: { type: "base64", media_type: "image/png", data: "AA" } },
          { type: "tool_result", tool_use_id: "c", content: [{ type: "text", text: "a" }] },
        ],
      },
      {
        role: "assistant",
        content: [
          { type: "thinking", thinking: "a", signature: "b" },
          { type: "tool_use", id: "c", name: "t", input: { a: [1] } },
        ],
      },
    ],
    tools: [{ name: "t", input_schema: { type: "object" } }],
    tool_choice: { type: "tool", name: "t", disable_parallel_tool_use: true },
    thinking: { type: "enabled", budget_tokens: 1_024 },
    output_config: { effort: "low", format: { type: "json_schema", schema: { a: 1 } } },
    metadata: { user_id: "a" },
    stop_sequences: ["a"],
  },
  responses: {
    model: "m",
    instructions: "a",
    input: [
      { role: "user", content: [{ type: "input_image", image_url: PIXEL }] },
      { type: "reasoning", summary: [{ type: "summary_text", text: "a" }] },
      { type: "message", role: "assistant", content: [{ type: "output_text", text: "a" }] },
      { type: "function_call", call_id: "c", name: "t", arguments: "{}" },
      { type: "function_call_output", call_id: "c", output: "a" },
    ],
    tools: [{ type: "function", name: "t", parameters: { a: 1 } }],
    tool_choice: { type: "function", name: "t" },
    text: { format: { type: "json_schema", name: "s", schema: {} } },
    reasoning: { effort: "low" },
    include: ["message.output_text.logprobs"],
  },
};

/** What is put where something else should be. */
const ODD: fc.Arbitrary<Json> = fc.constantFrom<Json>(
  null,
  0,
  -1,
  2 ** 53,
  "",
  "auto",
  "text",
  true,
  [],
  {},
  [null],
  [["a"]],
  [{}],
  { type: "text", text: "a" },
  JSON.parse('{"__proto__":{"type":"text"},"constructor":1}'),
);

/** The body with the value at one of its places exchanged. */
function change(body: Json, place: number, odd: Json): Json {
  let next = 0;
  const walk = (value: Json): Json => {
    if (next++ === place) return odd;
    if (Array.isArray(value)) return value.map((item: Json) => walk(item));
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value);
    return Object.fromEntries(entries.map(([name, inner]) => [name, walk(inner ?? null)]));
  };
  return walk(body);
}

/** The body as the door reads it; undefined where it does not. */
function readBody(body: Json): JsonObject | undefined {
  const read = readJson(Buffer.from(JSON.stringify(body)));
  return read.kind === "read" ? read.value : undefined;
}

const CHANGES = fc.array(fc.tuple(fc.nat({ max: 70 }), ODD), { maxLength: 2 });

test.each(["chat", "completions", "messages", "responses"] as const)(
  "%s: any body is read or refused, and what was read can be scanned and sent",
  (name) => {
    const seen = { read: 0, refused: 0 };
    fc.assert(
      fc.property(CHANGES, (changes) => {
        const changed = changes.reduce<Json>(
          (body, [at, odd]) => change(body, at, odd),
          BODIES[name],
        );
        const body = readBody(changed);
        if (body === undefined) return;
        const decoded = DIALECTS[name].decode(body, {}, { unknownFields: "forward" });
        seen[decoded.kind] += 1;
        if (decoded.kind === "refused") return;
        const scanned = mapTexts(decoded.turn, ({ text }) => {
          expect(text).toBeTypeOf("string");
          return text;
        });
        expect(JSON.parse(turnRequest(scanned).body)).toHaveProperty("model");
      }),
      { examples: [[[]], [[[1, null]]]] },
    );
    expect(seen.read).toBeGreaterThan(0);
    expect(seen.refused).toBeGreaterThan(0);
  },
);

test("embeddings: any body is read or refused, and what was read can be sent", () => {
  fc.assert(
    fc.property(CHANGES, (changes) => {
      const changed = changes.reduce<Json>(
        (body, [at, odd]) => change(body, at, odd),
        BODIES.embeddings,
      );
      const body = readBody(changed);
      if (body === undefined) return;
      const decoded = DIALECTS.embeddings.decode(body, {}, { unknownFields: "forward" });
      if (decoded.kind === "refused") return;
      expect(JSON.parse(embeddingRequest(decoded.turn).body)).toHaveProperty("input");
    }),
  );
});

const TEXT = fc.string({ unit: "binary" });
const WORD = fc.stringMatching(/^[\w-]{1,20}$/u);

const CONVERSATION: fc.Arbitrary<Message> = fc.oneof(
  fc.record({
    role: fc.constant("user" as const),
    trust: fc.constant("user" as const),
    parts: TEXT.map((text) => [{ kind: "text" as const, text }]),
  }),
  fc.record({
    role: fc.constant("assistant" as const),
    trust: fc.constant("model" as const),
    parts: fc.tuple(fc.string({ minLength: 1 }), TEXT).map(([reasoning, text]) => [
      { kind: "reasoning" as const, text: reasoning },
      { kind: "text" as const, text },
    ]),
    calls: fc.array(fc.record({ id: WORD, name: WORD, args: TEXT }), {
      minLength: 1,
      maxLength: 3,
    }),
  }),
  fc.record({
    role: fc.constant("tool" as const),
    trust: fc.constant("untrusted" as const),
    callId: WORD,
    parts: TEXT.map((text) => [{ kind: "text" as const, text }]),
  }),
);

test("a turn that an engine is sent is the turn that it would read", () => {
  const turns: fc.Arbitrary<Turn> = fc.record({
    model: WORD,
    messages: fc.array(CONVERSATION, { minLength: 1, maxLength: 4 }),
    tools: fc.array(fc.record({ name: WORD, description: TEXT, strict: fc.boolean() })),
    toolChoice: fc.oneof(
      fc.constant({ kind: "required" as const }),
      WORD.map((name) => ({ kind: "tool" as const, name })),
    ),
    output: fc.constantFrom<Turn["output"]>(
      { kind: "text" },
      { kind: "json" },
      { kind: "schema", name: "s", schema: { type: "object" }, strict: true },
    ),
    sampling: fc.record({
      temperature: fc.double({ min: 0, max: 2, noNaN: true }).map((one) => one + 0),
      stop: fc.array(TEXT, { maxLength: 3 }),
      logprobs: fc.integer({ min: 0, max: 20 }),
    }),
    choices: fc.integer({ min: 1, max: 8 }),
    maxOutput: fc.integer({ min: 1, max: 1_000 }),
    effort: fc.constant("low"),
    stream: fc.boolean(),
    extra: fc.constant({ guided_choice: ["a"] }),
  });
  fc.assert(
    fc.property(turns, (turn) => {
      const { body } = turnRequest(turn);
      const read = turnOf(decodeText(DIALECTS.chat, body));
      expect(read).toEqual({ ...turn, hasUsage: turn.stream });
    }),
  );
});
