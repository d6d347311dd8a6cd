import type { JsonObject } from "../../kernel/json.ts";
import { part, S, says, schemas, type FieldRow } from "./request-rows.ts";

const called = (call: JsonObject, named: JsonObject = {}): JsonObject =>
  says({
    role: "assistant",
    tool_calls: [
      { id: "c", type: "function", function: { name: "t", arguments: "{}", ...named }, ...call },
    ],
  });
const tool = (more: JsonObject, beside: JsonObject = {}): JsonObject => ({
  tools: [{ type: "function", function: { name: "t", ...more }, ...beside }],
});
/** A user's message of an image. */
export const image = (url: string, more: JsonObject = {}): JsonObject =>
  part({ type: "image_url", image_url: { url, ...more } });
/** An image within a request. */
export const DATA = "data:image/png;base64,iVBORw0KGgo=";

/** Fields of the chat dialect. */
export const CHAT: readonly FieldRow[] = [
  ...(["system", "developer", "user", "assistant"] as const).map((role): FieldRow => [
    `${role} says`,
    "seen",
    says({ role, content: S }),
  ]),
  ["a tool says", "seen", says({ role: "tool", tool_call_id: "c", content: S })],
  ["a part", "seen", part({ type: "text", text: S })],
  ["beside a part", "kept", part({ type: "text", text: "a", cache_control: S, id: S })],
  ["another kind of part", "refused", part({ type: S, text: "a" })],
  ["a file", "refused", part({ type: "file", file: { filename: S, file_data: S } })],
  ["sound", "refused", part({ type: "input_audio", input_audio: { data: S } })],
  ["an image elsewhere", "refused", image(`https://example.org/${S}`)],
  ["an image that is none", "refused", image(`data:image/png;base64,my ${S}`)],
  ["an image of an unknown form", "refused", image(`data:image/secret;base64,AA`)],
  ["beside an image", "kept", image(DATA, { file_name: S })],
  ["how to look at it", "refused", image(DATA, { detail: "secret" })],
  ["a name", "seen", says({ role: "user", content: "a", name: S })],
  ["another role", "refused", says({ role: S, content: "a" })],
  ["thinking", "seen", says({ role: "assistant", reasoning_content: S })],
  ["thinking by its other name", "seen", says({ role: "assistant", reasoning: S })],
  ["a refusal", "seen", says({ role: "assistant", refusal: S })],
  ["annotations", "kept", says({ role: "assistant", content: "a", annotations: [{ title: S }] })],
  ["sound said before", "kept", says({ role: "assistant", content: "a", audio: { id: S } })],
  ["beside a message", "kept", says({ role: "user", content: "a", x: S })],
  ["the old form of a call", "refused", says({ role: "assistant", function_call: { name: S } })],
  ["a call's name", "seen", called({}, { name: S })],
  ["a call's arguments", "seen", called({}, { arguments: `{"a":"${S}"}` })],
  ["a key of its arguments", "seen", called({}, { arguments: `{"${S}":1}` })],
  ["a call's id", "seen", called({ id: S })],
  ["beside a call", "kept", called({ type: S, x: S })],
  ["whom a tool answers", "seen", says({ role: "tool", tool_call_id: S, content: "a" })],
  ["a tool's name", "seen", tool({ name: S })],
  ["a tool's description", "seen", tool({ description: S })],
  ["beside a tool", "kept", tool({ x: S }, { x: S })],
  ["another kind of tool", "refused", { tools: [{ type: "custom", custom: { name: S } }] }],
  ...schemas("seen", (parameters) => tool({ parameters }), "a tool's schema"),
  ["the tool to call", "seen", { tool_choice: { type: "function", function: { name: S } } }],
  ["another choice", "refused", { tool_choice: S }],
  ["the old form of tools", "refused", { functions: [{ name: S }] }],
  ["an answer's form: name", "seen", format({ name: S, schema: {} })],
  ["an answer's form: description", "seen", format({ name: "s", description: S, schema: {} })],
  ["beside an answer's form", "kept", format({ name: "s", schema: {}, x: S })],
  ...schemas("seen", (schema) => format({ name: "s", schema }), "an answer's form"),
  ["another form", "refused", { response_format: { type: S } }],
  ["stop", "seen", { stop: S }],
  ["stops", "seen", { stop: ["a", S] }],
  ["whom it is for", "kept", { user: S, safety_identifier: S }],
  ["what it is cached under", "kept", { prompt_cache_key: S }],
  ["what it is like", "kept", { prediction: { content: S }, verbosity: S }],
  ["how hard to think", "refused", { reasoning_effort: S }],
  ["beside what a stream has", "kept", { stream_options: { include_usage: true, x: S } }],
  ["a token's bias", "refused", { logit_bias: { [S]: 1 } }],
  ["web search", "refused", { web_search_options: { user_location: S } }],
];

function format(schema: JsonObject): JsonObject {
  return { response_format: { type: "json_schema", json_schema: schema } };
}
