import {
  jsonArray,
  jsonMember,
  jsonString,
  type GgufFile,
  type JsonValue,
} from "@plimsoll/formats";

import type { Condition, FileSymptom } from "./schema.ts";

/** What a condition can ask of one file. */
export type Asked = {
  /** The value of a key; undefined when it is not there or null. */
  readonly valueOf: (key: string) => JsonValue | undefined;
  readonly hasTensor: (beginning: string) => boolean;
};

/** True when everything that a symptom asks holds. */
export function matches({ when }: FileSymptom, file: Asked): boolean {
  return when.every((condition) => holds(condition, file));
}

function holds(condition: Condition, { valueOf, hasTensor }: Asked): boolean {
  if ("tensor" in condition) return !hasTensor(condition.tensor);
  const value = valueOf(condition.key);
  if ("absent" in condition) return value === undefined;
  if ("present" in condition) return value !== undefined;
  if ("list" in condition) return jsonArray(value) !== undefined;
  if ("is" in condition) return condition.is.some((one) => one === value);
  if ("ends" in condition) {
    const text = jsonString(value) ?? jsonString(jsonArray(value)?.[0]);
    return text?.endsWith(condition.ends) === true;
  }
  if (typeof value !== "number") return false;
  return "at_least" in condition ? value >= condition.at_least : value < condition.below;
}

/** A JSON file, by paths of keys with dots. */
export function askJson(json: JsonValue): Asked {
  return {
    valueOf: (key) => {
      const found = key
        .split(".")
        .reduce<JsonValue | undefined>((value, part) => jsonMember(value, part), json);
      return found ?? undefined;
    },
    hasTensor: () => false,
  };
}

/** A GGUF file, by metadata keys; `tokens` is the number of its tokens. */
export function askGguf({ metadata, tensors }: GgufFile): Asked {
  return {
    valueOf: (key) => {
      if (key === "tokens") {
        const tokens = metadata.get("tokenizer.ggml.tokens");
        return tokens?.type === "array" ? tokens.value.length : undefined;
      }
      const held = metadata.get(key);
      return held === undefined || held.type === "array" ? undefined : held.value;
    },
    hasTensor: (beginning) => tensors.some(({ name }) => name.startsWith(beginning)),
  };
}
