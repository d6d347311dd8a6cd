import { describe, expect, test } from "vitest";

import { embeddingRequest, turnRequest } from "../../engine/openai/request.ts";
import type { Json, JsonObject } from "../../kernel/json.ts";
import {
  decodeText,
  decodeVectors,
  refusedField,
  turnOf,
} from "../../testing/dialects/decoding.ts";
import { wordGuard } from "../../testing/word-guard.ts";
import { scanRequest } from "../pipeline/request.ts";
import { DIALECTS } from "./all.ts";

const SAID = [{ role: "user", content: "Hi" }];

/** The least body of each dialect. */
const LEAST: Readonly<Record<keyof typeof DIALECTS, JsonObject>> = {
  chat: { model: "m", messages: SAID },
  completions: { model: "m", prompt: "Hi" },
  responses: { model: "m", input: "Hi" },
  messages: { model: "m", max_tokens: 9, messages: SAID },
  embeddings: { model: "m", input: "Hi" },
};
const TEXT = ["chat", "completions", "responses", "messages"] as const;

/** The rows of "way round the guards" that are fields: what is sent, and the like of it that asks for nothing. */
const FIELDS: readonly (readonly [string, Json, Json])[] = [
  ["prompt_token_ids", [1, 2], null],
  ["prompt_embeds", "AAAA", null],
  ["input_ids", [1], null],
  ["input_embeds", [[0.5]], null],
  ["chat_template", "{{ messages }}", null],
  ["chat_template_kwargs", { a: 1 }, null],
  ["lora", [{ id: 0, scale: 1 }], null],
  ["lora_path", "/models/lora", null],
  ["lora_request", {}, null],
  ["adapter", "a", null],
  ["echo", true, false],
  ["return_token_ids", true, false],
  ["return_tokens_as_token_ids", true, false],
  ["prompt_logprobs", 1, false],
  ["modalities", ["text", "audio"], ["text"]],
  ["audio", { voice: "a" }, null],
  ["image_data", [{ data: "AA", id: 1 }], null],
  ["documents", [{ text: "a" }], null],
  ["custom_logit_processor", "gASV", null],
  ["logits_processors", ["os.system"], null],
  ["bootstrap_host", "10.0.0.1", null],
];

describe.each(Object.keys(DIALECTS))("%s", (name) => {
  test.each(FIELDS)(
    "%s is refused by name, and passes where it asks for nothing",
    (field, value, nothing) => {
      expect(refusedField(decode(name, { [field]: value }))).toBe(field);
      expect(refusedField(decode(name, { [field]: nothing }))).toBeUndefined();
    },
  );
});

function decode(
  name: string,
  more: JsonObject,
): ReturnType<typeof decodeText | typeof decodeVectors> {
  if (name === "embeddings")
    return decodeVectors(DIALECTS.embeddings, { ...LEAST.embeddings, ...more });
  const own = TEXT.find((one) => one === name) ?? "chat";
  return decodeText(DIALECTS[own], { ...LEAST[own], ...more });
}

describe("prompts as numbers of tokens", () => {
  test.each<[keyof typeof DIALECTS, JsonObject, JsonObject]>([
    ["completions", { prompt: [1, 2] }, { prompt: ["1 2"] }],
    ["completions", { prompt: [[1, 2]] }, { prompt: "1 2" }],
    ["embeddings", { input: [1, 2] }, { input: ["1", "2"] }],
    ["embeddings", { input: [[1], [2]] }, { input: "1" }],
    ["responses", { input: [1, 2] }, { input: "1 2" }],
  ])("%s", (name, numbers, text) => {
    expect(refusedField(decode(name, numbers))).toMatch(/^(?:prompt|input)/u);
    expect(refusedField(decode(name, text))).toBeUndefined();
  });
});

const PIXEL = "iVBORw0KGgo=";

const chatImage = (url: string): JsonObject => ({
  messages: [{ role: "user", content: [{ type: "image_url", image_url: { url } }] }],
});
const responsesImage = (image: JsonObject): JsonObject => ({
  input: [{ role: "user", content: [{ type: "input_image", ...image }] }],
});
const messagesImage = (source: JsonObject): JsonObject => ({
  messages: [{ role: "user", content: [{ type: "image", source }] }],
});

describe("images that a server would fetch, sounds and files", () => {
  const data = `data:image/png;base64,${PIXEL}`;
  test.each<[keyof typeof DIALECTS, JsonObject, JsonObject]>([
    ["chat", chatImage("http://169.254.169.254/latest"), chatImage(data)],
    ["chat", chatImage("file:///etc/passwd"), chatImage(data)],
    ["chat", chatImage("data:text/html;base64,AA"), chatImage(data)],
    [
      "responses",
      responsesImage({ image_url: "https://example.org/a.png" }),
      responsesImage({ image_url: data }),
    ],
    ["responses", responsesImage({ file_id: "file_1" }), responsesImage({ image_url: data })],
    [
      "messages",
      messagesImage({ type: "url", url: "https://example.org/a.png" }),
      messagesImage({ type: "base64", media_type: "image/png", data: PIXEL }),
    ],
  ])("%s", (name, remote, own) => {
    expect(refusedField(decode(name, remote))).toBeDefined();
    expect(refusedField(decode(name, own))).toBeUndefined();
  });
  test.each<[keyof typeof DIALECTS, JsonObject]>([
    [
      "chat",
      {
        messages: [
          {
            role: "user",
            content: [{ type: "input_audio", input_audio: { data: "AA", format: "wav" } }],
          },
        ],
      },
    ],
    [
      "chat",
      { messages: [{ role: "user", content: [{ type: "file", file: { file_data: "AA" } }] }] },
    ],
    [
      "responses",
      { input: [{ role: "user", content: [{ type: "input_file", file_data: "AA" }] }] },
    ],
    [
      "messages",
      {
        messages: [
          {
            role: "user",
            content: [
              { type: "document", source: { type: "text", data: "a", media_type: "text/plain" } },
            ],
          },
        ],
      },
    ],
    ["responses", { tools: [{ type: "web_search" }] }],
    ["messages", { tools: [{ type: "bash_20250124", name: "bash" }] }],
    ["messages", { mcp_servers: [{ url: "https://example.org" }] }],
    ["responses", { input: [{ type: "item_reference", id: "msg_1" }] }],
  ])("%s %j is refused", (name, more) => {
    expect(refusedField(decode(name, more))).toBeDefined();
  });
});

const S = "SECRET";
const SCHEMA: JsonObject = {
  type: "object",
  $comment: S,
  description: S,
  properties: { [S]: { enum: [S], const: S, default: { a: [S] }, examples: [S], title: S } },
};
const CALL = { id: `c_${S}`, type: "function", function: { name: S, arguments: `{"a":"${S}"}` } };

/** Bodies with the word in every place where a text may stand. */
const FULL: Readonly<Record<keyof typeof DIALECTS, JsonObject>> = {
  chat: {
    model: "m",
    messages: [
      { role: "system", content: S, name: S },
      { role: "developer", content: [{ type: "text", text: S }] },
      {
        role: "assistant",
        content: S,
        refusal: S,
        reasoning_content: S,
        annotations: [{ type: "url_citation", url_citation: { title: S } }],
        tool_calls: [CALL],
      },
      { role: "tool", tool_call_id: `c_${S}`, content: [{ type: "text", text: S }] },
      ...SAID,
    ],
    tools: [{ type: "function", function: { name: S, description: S, parameters: SCHEMA } }],
    tool_choice: { type: "function", function: { name: S } },
    response_format: {
      type: "json_schema",
      json_schema: { name: S, description: S, schema: SCHEMA },
    },
    stop: [S, `a${S}`],
    user: S,
    safety_identifier: S,
    metadata: { a: S },
    prompt_cache_key: S,
    prediction: { type: "content", content: S },
    guided_choice: [S, { [S]: S }],
  },
  completions: { model: "m", prompt: S, suffix: S, stop: S, user: S, guided_regex: S },
  responses: {
    model: "m",
    instructions: S,
    input: [
      {
        type: "reasoning",
        id: S,
        summary: [{ type: "summary_text", text: S }],
        encrypted_content: S,
      },
      {
        type: "message",
        id: S,
        role: "assistant",
        content: [
          {
            type: "output_text",
            text: S,
            annotations: [{ type: "url_citation", title: S, url: S }],
          },
          { type: "refusal", refusal: S },
        ],
      },
      { type: "function_call", id: S, call_id: `c_${S}`, name: S, arguments: `{"a":"${S}"}` },
      { type: "function_call_output", call_id: `c_${S}`, output: S },
      ...SAID,
    ],
    tools: [{ type: "function", name: S, description: S, parameters: SCHEMA }],
    tool_choice: { type: "function", name: S },
    text: { format: { type: "json_schema", name: S, description: S, schema: SCHEMA } },
    stop: [S],
    user: S,
    safety_identifier: S,
    metadata: { a: S },
    prompt_cache_key: S,
  },
  messages: {
    model: "m",
    max_tokens: 9,
    system: [{ type: "text", text: S, citations: [{ cited_text: S }] }],
    messages: [
      {
        role: "assistant",
        content: [
          { type: "thinking", thinking: S, signature: S },
          { type: "redacted_thinking", data: S },
          { type: "text", text: S, citations: [{ type: "char_location", cited_text: S }] },
          { type: "tool_use", id: `c_${S}`, name: S, input: { [S]: S } },
        ],
      },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: `c_${S}`, content: [{ type: "text", text: S }] },
        ],
      },
    ],
    tools: [{ name: S, description: S, input_schema: SCHEMA }],
    tool_choice: { type: "tool", name: S },
    output_config: { format: { type: "json_schema", schema: SCHEMA } },
    stop_sequences: [S],
    metadata: { user_id: S },
  },
  embeddings: { model: "m", input: [S, `a${S}`], user: S, input_type: S },
};

describe("wherever a text stands in a request, guards see it or it is not sent", () => {
  test.each(TEXT)("%s", async (name) => {
    const scanned = await scanRequest(turnOf(decodeText(DIALECTS[name], FULL[name])), [
      wordGuard(S),
    ]);
    if (scanned.kind !== "passed") throw new TypeError("it was halted");
    const { body } = turnRequest(scanned.turn);
    expect(body).not.toContain(S);
    expect(body).toContain("[WORD_1]");
    // The near miss: without a guard it is there, so that it is not missed because nothing was sent.
    const { body: unguarded } = turnRequest(turnOf(decodeText(DIALECTS[name], FULL[name])));
    const places = unguarded.split(S).length - 1;
    expect(body.split("[WORD_1]").length - 1).toBe(places);
  });
  test("embeddings", () => {
    const turn = turnOf(decodeVectors(DIALECTS.embeddings, FULL.embeddings));
    const { body } = embeddingRequest(turn);
    // The inputs and what is not known are scanned by the door; who it is for is not sent.
    expect(JSON.parse(body)).toEqual({
      model: "m",
      input: [S, `a${S}`],
      input_type: S,
      encoding_format: "float",
    });
  });
  test("a call and its answer are still the same call", async () => {
    const scanned = await scanRequest(turnOf(decodeText(DIALECTS.chat, FULL.chat)), [wordGuard(S)]);
    if (scanned.kind !== "passed") throw new TypeError("it was halted");
    const ids = scanned.turn.messages.flatMap(({ calls, callId }) => [
      ...(calls ?? []).map(({ id }) => id),
      ...(callId === undefined ? [] : [callId]),
    ]);
    expect(ids).toEqual(["c_[WORD_1]", "c_[WORD_1]"]);
    expect(scanned.turn.toolChoice).toEqual({ kind: "tool", name: scanned.turn.tools[0]?.name });
  });
  test("numbers are looked at as the text they are, and stay numbers otherwise", async () => {
    const schema = { const: 4_111_111_111, enum: [1, 2_000_000, 0.5] };
    const body = {
      ...LEAST.chat,
      response_format: { type: "json_schema", json_schema: { name: "s", schema } },
    };
    const scanned = await scanRequest(turnOf(decodeText(DIALECTS.chat, body)), [
      wordGuard("4111111111"),
    ]);
    expect(scanned).toMatchObject({
      turn: { output: { schema: { const: "[WORD_1]", enum: [1, 2_000_000, 0.5] } } },
    });
  });
});

test("a thinking block that was edited goes on as text, without signature; its like is the same", () => {
  for (const thinking of ["as it was", "edited"]) {
    const block = { type: "thinking", thinking, signature: "c2lnbmVk" };
    const body = {
      ...LEAST.messages,
      messages: [{ role: "assistant", content: [block] }, ...SAID],
    };
    const { body: sent } = turnRequest(turnOf(decodeText(DIALECTS.messages, body)));
    expect(JSON.parse(sent)).toMatchObject({ messages: [{ reasoning_content: thinking }, {}] });
    expect(sent).not.toContain("c2lnbmVk");
  }
});

test("unknown fields: sent to local engines, dropped for a cloud, refused where the policy is strict", () => {
  const body = { ...LEAST.chat, top_a: 0.5 };
  const sent = turnRequest(turnOf(decodeText(DIALECTS.chat, body, "forward"))).body;
  expect(JSON.parse(sent)).toMatchObject({ top_a: 0.5 });
  const dropped = decodeText(DIALECTS.chat, body, "drop");
  expect(dropped).toMatchObject({ dropped: ["top_a"] });
  expect(turnRequest(turnOf(dropped)).body).not.toContain("top_a");
  expect(refusedField(decodeText(DIALECTS.chat, body, "refuse"))).toBe("top_a");
});
