import type { JsonObject } from "../../kernel/json.ts";
import { part, S, says, schemas, type FieldRow } from "./request-rows.ts";

const used = (more: JsonObject): JsonObject =>
  says({
    role: "assistant",
    content: [{ type: "tool_use", id: "c", name: "t", input: {}, ...more }],
  });
const result = (more: JsonObject): JsonObject =>
  part({ type: "tool_result", tool_use_id: "c", ...more });
const own = (more: JsonObject): JsonObject => ({
  tools: [{ name: "t", input_schema: { type: "object" }, ...more }],
});

/** Fields of the messages dialect. */
export const MESSAGES: readonly FieldRow[] = [
  ["system", "seen", { system: S }],
  ["a block of it", "seen", { system: [{ type: "text", text: S }] }],
  [
    "beside a block",
    "kept",
    {
      system: [
        { type: "text", text: "a", citations: [{ cited_text: S }], cache_control: { type: S } },
      ],
    },
  ],
  ["a user says", "seen", says({ role: "user", content: S })],
  ["an assistant says", "seen", says({ role: "assistant", content: [{ type: "text", text: S }] })],
  [
    "thinking",
    "seen",
    says({ role: "assistant", content: [{ type: "thinking", thinking: S, signature: "a" }] }),
  ],
  [
    "its signature",
    "kept",
    says({ role: "assistant", content: [{ type: "thinking", thinking: "a", signature: S }] }),
  ],
  [
    "thinking that is sealed",
    "kept",
    says({
      role: "assistant",
      content: [
        { type: "text", text: "a" },
        { type: "redacted_thinking", data: S },
      ],
    }),
  ],
  ["a call's name", "seen", used({ name: S })],
  ["a call's id", "seen", used({ id: S })],
  ["a call's input", "seen", used({ input: { a: [S] } })],
  ["a key of it", "seen", used({ input: { [S]: 1 } })],
  ["beside a call", "kept", used({ caller: S, cache_control: { type: S } })],
  ["what a tool said", "seen", result({ content: S })],
  ["what it said in blocks", "seen", result({ content: [{ type: "text", text: S }] })],
  ["whom it answers", "seen", result({ tool_use_id: S })],
  [
    "a document",
    "refused",
    part({ type: "document", title: S, context: S, source: { type: "text", data: S } }),
  ],
  ["what was found", "refused", part({ type: "search_result", title: S, source: S, content: [] })],
  [
    "an image elsewhere",
    "refused",
    part({ type: "image", source: { type: "url", url: `https://${S}/` } }),
  ],
  [
    "an image of another form",
    "refused",
    part({ type: "image", source: { type: "base64", media_type: `image/${S}`, data: "AA" } }),
  ],
  [
    "an image that is none",
    "refused",
    part({ type: "image", source: { type: "base64", media_type: "image/png", data: `my ${S}` } }),
  ],
  [
    "a file kept elsewhere",
    "refused",
    part({ type: "image", source: { type: "file", file_id: S } }),
  ],
  ["a tool's name", "seen", own({ name: S })],
  ["a tool's description", "seen", own({ description: S })],
  ["beside a tool", "kept", own({ input_examples: [{ a: S }], cache_control: { type: S } })],
  ...schemas("seen", (schema) => own({ input_schema: schema }), "a tool's schema"),
  [
    "a hosted tool",
    "refused",
    { tools: [{ type: "web_search_20250305", name: "t", user_location: S }] },
  ],
  ["the tool to call", "seen", { tool_choice: { type: "tool", name: S } }],
  ...schemas(
    "seen",
    (schema) => ({ output_config: { format: { type: "json_schema", schema } } }),
    "an answer's form",
  ),
  ["stop", "seen", { stop_sequences: ["a", S] }],
  ["code run elsewhere", "refused", { container: S }],
  ["tools elsewhere", "refused", { mcp_servers: [{ url: S, authorization_token: S }] }],
  ["what it is filed under", "kept", { inference_geo: S, context_management: { a: S } }],
];
