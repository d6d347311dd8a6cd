import type { JsonValue } from "./types.ts";

/** What a lookup may hand on: a missing member is undefined. */
type Maybe = JsonValue | undefined;

/** The value as an object, or undefined when it is anything else. */
export function jsonObject(value: Maybe): ReadonlyMap<string, JsonValue> | undefined {
  return value instanceof Map ? value : undefined;
}

/** The value as an array, or undefined when it is anything else. */
export function jsonArray(value: Maybe): readonly JsonValue[] | undefined {
  return isArray(value) ? value : undefined;
}

/** The value as a string, or undefined when it is anything else. */
export function jsonString(value: Maybe): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The value as a double, or undefined when it is anything else; integers beyond 2^53−1 are bigints. */
export function jsonNumber(value: Maybe): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/** The value as a whole number within ±(2^53−1), or undefined when it is anything else. */
export function jsonInteger(value: Maybe): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) ? value : undefined;
}

/** The value as a boolean, or undefined when it is anything else. */
export function jsonBoolean(value: Maybe): boolean | undefined {
  return typeof value === "boolean" ? value : undefined;
}

/** The member of an object, or undefined when the value is no object or has no such member. */
export function jsonMember(value: Maybe, key: string): JsonValue | undefined {
  return jsonObject(value)?.get(key);
}

/** Array.isArray alone does not narrow to a readonly array. */
function isArray(value: Maybe): value is readonly JsonValue[] {
  return Array.isArray(value);
}
