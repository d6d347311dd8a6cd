import type { Json, JsonObject } from "../kernel/json.ts";

/**
 * JSON with one spelling (RFC 8785): keys sorted by UTF-16 code units, no blanks, numbers safe integers only, so
 * that their spelling is beyond doubt.
 * @throws RangeError for a number that is no safe integer.
 */
export function canonicalJson(value: Json): string {
  if (typeof value === "string")
    return JSON.stringify(value.isWellFormed() ? value : value.toWellFormed());
  if (typeof value === "number") {
    if (Number.isSafeInteger(value)) return Object.is(value, -0) ? "0" : String(value);
    throw new RangeError(`${value} is no safe integer`);
  }
  if (typeof value === "boolean" || value === null) return String(value);
  return isList(value)
    ? `[${value.map((item) => canonicalJson(item)).join(",")}]`
    : canonicalObject(value);
}

function canonicalObject(object: JsonObject): string {
  let text = "";
  for (const key of Object.keys(object).toSorted()) {
    const value = object[key];
    if (value === undefined) continue;
    text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${canonicalJson(value)}`;
  }
  return `{${text}}`;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
