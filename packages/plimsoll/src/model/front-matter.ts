import type { Json, JsonObject } from "../kernel/json.ts";

/** Items of a list in front matter that are looked at: a card that names a million parents is an attack (CWE-400). */
const FRONT_MATTER_MAX_ITEMS = 1_000;

/** A field of front matter as text; a number counts as the text it was written as. */
export function textField(front: JsonObject, key: string): string | undefined {
  return textOf(ownField(front, key));
}

/** A field that holds one text or a list of them: those that are texts, and whether anything else was there. */
export function textsField(
  front: JsonObject,
  key: string,
): { readonly texts: readonly string[]; readonly malformed: boolean } {
  const value = ownField(front, key);
  if (value === undefined || value === null) return { texts: [], malformed: false };
  const items = isList(value) ? value.slice(0, FRONT_MATTER_MAX_ITEMS) : [value];
  const texts = items.flatMap((item) => textOf(item) ?? []);
  return { texts, malformed: texts.length !== items.length };
}

/** A member of an object that the object itself holds. */
export function ownField(front: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(front, key) ? front[key] : undefined;
}

/** A JSON value as a list. */
export function listOf(value: Json | undefined): readonly Json[] | undefined {
  return value !== undefined && isList(value) ? value : undefined;
}

/** A JSON value as an object. */
export function objectOf(value: Json | undefined): JsonObject | undefined {
  if (typeof value !== "object" || value === null || isList(value)) return undefined;
  return value;
}

/** A JSON value as a text that says something. */
export function textOf(value: Json | undefined): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
