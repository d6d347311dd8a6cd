import { parseDocument } from "yaml";

import type { Json } from "../kernel/json.ts";

/** Aliases that a document may expand: a YAML bomb multiplies them (CWE-776). */
const YAML_MAX_ALIASES = 100;

/** Nesting of a document; YAML aliases can be cyclic, and this ends the walk (CWE-674). */
const YAML_MAX_DEPTH = 32;

/** A YAML text as plain JSON, or why it cannot be read. */
export function readYaml(
  text: string,
):
  | { readonly kind: "read"; readonly value: Json }
  | { readonly kind: "bad"; readonly reason: string } {
  const document = parseDocument(text, { uniqueKeys: false, logLevel: "silent" });
  const [error] = document.errors;
  if (error !== undefined)
    return { kind: "bad", reason: error.message.split("\n")[0] ?? "not YAML" };
  try {
    return { kind: "read", value: toJson(document.toJS({ maxAliasCount: YAML_MAX_ALIASES }), 0) };
  } catch (failure) {
    return { kind: "bad", reason: failure instanceof Error ? failure.message : "not YAML" };
  }
}

function toJson(value: unknown, depth: number): Json {
  if (depth > YAML_MAX_DEPTH) throw new RangeError("nested too deeply");
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((item) => toJson(item, depth + 1));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, toJson(member, depth + 1)]),
    );
  }
  return typeof value === "bigint" ? value.toString() : null;
}
