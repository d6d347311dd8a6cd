import type { JsonObject } from "../../kernel/json.ts";

/** The text that stands in each field. */
export const S = "SECRET";

/** What a user says besides. */
export const SAID = { role: "user", content: "Hi" };

/** What becomes of a text that stands in a field. */
export type Fate =
  /** A server gets it, after guards have seen it. */
  | "seen"
  /** No server gets it. */
  | "kept"
  /** The request is refused. */
  | "refused";

/** One field: where it is, what becomes of it, and a body with it. */
export type FieldRow = readonly [field: string, fate: Fate, more: JsonObject];

const SCHEMAS: readonly (readonly [string, JsonObject])[] = [
  ["a property", { properties: { [S]: {} } }],
  ["a description", { properties: { a: { description: S } } }],
  ["a value", { properties: { a: { enum: ["a", S], const: S, default: { a: [S] } } } }],
  ["a comment", { $comment: S, title: S, examples: [S] }],
  ["a pattern", { properties: { a: { pattern: S } }, required: [S] }],
  ["a definition", { $defs: { [S]: { type: "string" } } }],
];

/** The rows of a schema that stands somewhere. */
export const schemas = (
  fate: Fate,
  of: (schema: JsonObject) => JsonObject,
  where: string,
): readonly FieldRow[] => SCHEMAS.map(([name, schema]) => [`${where}: ${name}`, fate, of(schema)]);

/** A conversation with this message. */
export const says = (message: JsonObject): JsonObject => ({ messages: [message, SAID] });
/** A user's message of this part. */
export const part = (more: JsonObject): JsonObject => says({ role: "user", content: [more] });
/** Fields that every dialect treats alike. */
export const SHARED: readonly FieldRow[] = [
  ["an unknown field", "seen", { top_a: S }],
  ["within an unknown field", "seen", { top_a: [{ a: { b: S } }] }],
  ["the name of an unknown field", "seen", { [S]: 1 }],
  ["a key within an unknown field", "seen", { top_a: { [S]: 1 } }],
  ["metadata", "kept", { metadata: { user_id: S } }],
  ["a priority of one's own", "kept", { priority: S, request_id: S, rid: S, service_tier: S }],
  ["a template of one's own", "refused", { chat_template: S }],
  ["arguments of a template", "refused", { chat_template_kwargs: { a: S } }],
  ["documents", "refused", { documents: [{ text: S, title: S }] }],
  ["an adapter", "refused", { lora_request: { path: S } }],
];

/** Fields of bare prompts. */
export const COMPLETIONS: readonly FieldRow[] = [
  ["the prompt", "seen", { prompt: S }],
  ["the prompt in a list", "seen", { prompt: [S] }],
  ["what follows", "seen", { suffix: S }],
  ["stop", "seen", { stop: [S] }],
  ["a rule of a grammar", "seen", { guided_regex: S, grammar: S }],
  ["whom it is for", "kept", { user: S }],
];
