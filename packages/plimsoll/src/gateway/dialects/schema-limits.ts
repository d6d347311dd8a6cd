import type { Json } from "../../kernel/json.ts";

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
