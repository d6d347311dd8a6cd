import { jsonArray, jsonObject, type JsonValue } from "@plimsoll/formats";

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
    for (const [name, member] of jsonObject(at.value) ?? []) {
      const path = at.path === "" ? name : `${at.path}.${name}`;
      const key = wanted.find((one) => one.key === name && matches(one, member));
      if (key !== undefined && found.length < REFERENCES_MAX) {
        found.push({ key, path: path.slice(0, TARGET_SHOWN), target: targetOf(member) });
      }
      pending.push({ value: member, path });
    }
  }
  return found;
}

function matches(key: ReachKey, value: JsonValue): boolean {
  switch (key.value) {
    case "any":
      return value !== null && value !== false && value !== "";
    case "slash":
      return typeof value === "string" && value.includes("/");
    case "true":
      return value === true || value === "true";
    case "outside":
      return typeof value === "string" && !value.startsWith(key.prefix ?? "");
  }
}

/** What a value names, for people: its texts, whatever they are wrapped in. */
function targetOf(value: JsonValue): string {
  const texts: string[] = [];
  const pending: JsonValue[] = [value];
  for (let at = pending.shift(); at !== undefined && texts.length < 4; at = pending.shift()) {
    if (typeof at === "string") texts.push(at);
    pending.push(
      ...(jsonArray(at) ?? []).slice(0, 8),
      ...[...(jsonObject(at)?.values() ?? [])].slice(0, 8),
    );
  }
  if (texts.length > 0) return texts.join(", ").slice(0, TARGET_SHOWN);
  return typeof value === "object" ? "a nested value" : String(value);
}
