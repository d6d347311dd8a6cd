import type { JsonObject } from "../../kernel/json.ts";
import { S, SAID, schemas, type FieldRow } from "./request-rows.ts";

const items = (...all: readonly JsonObject[]): JsonObject => ({ input: [...all, SAID] });

/** Fields of the responses dialect. */
export const RESPONSES: readonly FieldRow[] = [
  ["instructions", "seen", { instructions: S }],
  ["the input", "seen", { input: S }],
  ["a message", "seen", items({ role: "developer", content: S })],
  ["a part", "seen", items({ role: "user", content: [{ type: "input_text", text: S }] })],
  [
    "what was said before",
    "seen",
    items({ type: "message", role: "assistant", content: [{ type: "output_text", text: S }] }),
  ],
  [
    "beside it",
    "kept",
    items({
      type: "message",
      id: S,
      status: S,
      role: "assistant",
      content: [
        {
          type: "output_text",
          text: "a",
          annotations: [{ title: S, filename: S }],
          logprobs: [{ token: S }],
        },
      ],
    }),
  ],
  ["a refusal", "seen", items({ role: "assistant", content: [{ type: "refusal", refusal: S }] })],
  [
    "thinking",
    "seen",
    items({ type: "reasoning", summary: [], content: [{ type: "reasoning_text", text: S }] }),
  ],
  [
    "thinking in short",
    "seen",
    items({ type: "reasoning", summary: [{ type: "summary_text", text: S }] }),
  ],
  [
    "thinking that is sealed",
    "kept",
    items({ type: "reasoning", id: S, summary: [], encrypted_content: S }),
  ],
  [
    "a call's name",
    "seen",
    items({ type: "function_call", call_id: "c", name: S, arguments: "{}" }),
  ],
  [
    "a call's arguments",
    "seen",
    items({ type: "function_call", call_id: "c", name: "t", arguments: `{"a":"${S}"}` }),
  ],
  ["a call's id", "seen", items({ type: "function_call", call_id: S, name: "t", arguments: "{}" })],
  [
    "beside a call",
    "kept",
    items({ type: "function_call", id: S, call_id: "c", name: "t", arguments: "{}", namespace: S }),
  ],
  ["what a tool said", "seen", items({ type: "function_call_output", call_id: "c", output: S })],
  ["whom it answers", "seen", items({ type: "function_call_output", call_id: S, output: "a" })],
  [
    "a file",
    "refused",
    items({ role: "user", content: [{ type: "input_file", filename: S, file_data: S }] }),
  ],
  [
    "an image elsewhere",
    "refused",
    items({ role: "user", content: [{ type: "input_image", image_url: `https://${S}/` }] }),
  ],
  ["an item kept elsewhere", "refused", items({ type: "item_reference", id: S })],
  ["another item", "refused", items({ type: "computer_call_output", output: S })],
  ["a tool's name", "seen", { tools: [{ type: "function", name: S }] }],
  ["a tool's description", "seen", { tools: [{ type: "function", name: "t", description: S }] }],
  ["a hosted tool", "refused", { tools: [{ type: "mcp", server_url: S, server_label: S }] }],
  ...schemas(
    "seen",
    (parameters) => ({ tools: [{ type: "function", name: "t", parameters }] }),
    "a tool's schema",
  ),
  ["the tool to call", "seen", { tool_choice: { type: "function", name: S } }],
  ["an answer's form: name", "seen", textFormat({ name: S, schema: {} })],
  ["an answer's form: description", "seen", textFormat({ name: "s", description: S, schema: {} })],
  ...schemas("seen", (schema) => textFormat({ name: "s", schema }), "an answer's form"),
  ["beside an answer's form", "kept", { text: { verbosity: S, format: { type: "text", x: S } } }],
  ["stop", "seen", { stop: S }],
  ["how to think", "kept", { reasoning: { summary: S, generate_summary: S } }],
  ["what is told besides", "kept", { include: [S] }],
  ["a prompt kept elsewhere", "refused", { prompt: { id: S, variables: { a: S } } }],
  ["a conversation kept elsewhere", "refused", { conversation: S }],
  ["an answer kept elsewhere", "refused", { previous_response_id: S }],
  ["whom it is for", "kept", { user: S, safety_identifier: S, prompt_cache_key: S }],
];

function textFormat(more: JsonObject): JsonObject {
  return { text: { format: { type: "json_schema", ...more } } };
}
