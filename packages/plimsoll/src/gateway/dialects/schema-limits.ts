import type { Json } from "../../kernel/json.ts";
import type { Fields } from "./fields.ts";

/** Characters of a JSON Schema: engines compile them to grammars, which grow faster than their texts (CWE-400). */
export const SCHEMA_MAX_CHARS = 65_536;

/** True when a schema points outside of itself: an engine would fetch that from within (CWE-918). */
export function hasRemoteReference(schema: Json): boolean {
  if (typeof schema !== "object" || schema === null) return false;
  if (Array.isArray(schema)) return schema.some((item: Json) => hasRemoteReference(item));
  return Object.entries(schema).some(([key, value]) => {
    const isReference = key === "$ref" || key === "$dynamicRef" || key === "$recursiveRef";
    if (isReference && typeof value === "string") return !value.startsWith("#");
    return value !== undefined && hasRemoteReference(value);
  });
}

/** Complains of a schema that is too large, or that would have the engine fetch something. */
export function checkSchema(fields: Fields, name: string, schema: Json): void {
  if (JSON.stringify(schema).length > SCHEMA_MAX_CHARS) {
    fields.problem(name, `may have ${SCHEMA_MAX_CHARS} characters at most`);
  }
  if (hasRemoteReference(schema)) {
    fields.problem(name, "must not refer to another document: nothing is fetched");
  }
}
