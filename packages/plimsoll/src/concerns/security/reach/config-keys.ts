import { jsonArray, jsonObject, type JsonValue } from "@plimsoll/formats";

import { assertNever } from "../../../kernel/assert-never.ts";
import type { ReachKey } from "./schema.ts";

/** A place in a configuration that makes a loader import code. */
export type CodeReference = {
  readonly key: ReachKey;
  /** Path of keys from the top: `text_config.auto_map`. */
  readonly path: string;
  /** What it names, cut short. */
  readonly target: string;
};

/** Characters of a target that are shown. */
const TARGET_SHOWN = 160;

/** References of one file that are told; a hostile file can hold a million (CWE-400). */
const REFERENCES_MAX = 100;

/** Finds every key that names code, at every depth of a configuration. */
export function codeReferences(
  base: string,
  value: JsonValue,
  keys: readonly ReachKey[],
): readonly CodeReference[] {
  const wanted = keys.filter((key) => key.files === "any" || key.files === base);
  const found: CodeReference[] = [];
  // A work list, since nesting is the writer's choice.
  const pending: { value: JsonValue; path: string }[] = [{ value, path: "" }];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    for (const [index, item] of (jsonArray(at.value) ?? []).entries()) {
      pending.push({ value: item, path: `${at.path}[${index}]` });
    }
    const object = jsonObject(at.value);
    for (const [name, member] of object ?? []) {
      const path = at.path === "" ? name : `${at.path}.${name}`;
      const key = wanted.find(
        (one) =>
          (one.key === name || one.key === "*") &&
          (one.beside === undefined || object?.has(one.beside) === true) &&
          matches(one, member),
      );
      if (key !== undefined && found.length < REFERENCES_MAX) {
        found.push({ key, path: path.slice(0, TARGET_SHOWN), target: targetOf(member) });
      }
      pending.push({ value: member, path });
    }
  }
  return found;
}

function matches(key: ReachKey, value: JsonValue): boolean {
  const prefix = key.prefix ?? "";
  const isOutside = (text: JsonValue | undefined): boolean =>
    typeof text === "string" && !text.startsWith(prefix);
  switch (key.value) {
    case "any":
      return value !== null && value !== false && value !== "";
    case "slash":
      return textsIn(value).some((text) => text.includes("/"));
    case "truthy":
      // Loaders take what Python takes for true: numbers, texts and lists as well.
      return typeof value === "object" && value !== null
        ? true
        : !["null", "false", "0", ""].includes(String(value).toLowerCase());
    case "outside":
      return isOutside(value);
    case "dotted-outside":
      return isOutside(value) && typeof value === "string" && value.includes(".");
    case "values-outside":
      return [...(jsonObject(value)?.values() ?? [])].some(isOutside);
    case "pair-outside": {
      const [library] = jsonArray(value) ?? [];
      return typeof library === "string" && key.allowed?.includes(library) !== true;
    }
    default:
      return assertNever(key.value);
  }
}

/** Texts looked at within one value; a hostile one can hold a million (CWE-400). */
const TEXTS_MAX = 1_000;

/** The texts of a value, at every depth. */
function textsIn(value: JsonValue): string[] {
  const texts: string[] = [];
  const pending: JsonValue[] = [value];
  // The list grows while it is walked, and ends with the value.
  for (const at of pending) {
    if (texts.length === TEXTS_MAX || pending.length > TEXTS_MAX * TEXTS_MAX) break;
    if (typeof at === "string") texts.push(at);
    for (const item of jsonArray(at) ?? []) pending.push(item);
    for (const item of jsonObject(at)?.values() ?? []) pending.push(item);
  }
  return texts;
}

/** What a value names, for people: its first texts, whatever they are wrapped in. */
function targetOf(value: JsonValue): string {
  const texts = textsIn(value).slice(0, 4);
  if (texts.length > 0) return texts.join(", ").slice(0, TARGET_SHOWN);
  return typeof value === "object" ? "a nested value" : String(value);
}
