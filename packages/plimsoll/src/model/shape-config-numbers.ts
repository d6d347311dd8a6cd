import {
  jsonArray,
  jsonBoolean,
  jsonInteger,
  jsonMember,
  jsonNumber,
  jsonObject,
  jsonString,
  type JsonValue,
} from "@plimsoll/formats";

import { SHAPE_MAX_LAYERS, type Known } from "./shape.ts";

/** Names under which a model of several parts keeps the configuration of its language part. */
const TEXT_PARTS = ["text_config", "language_config", "llm_config", "thinker_config"];

/** Reads counts from a configuration: of the language part first, then of the whole. */
export class ConfigNumbers {
  readonly #parts: readonly JsonValue[];

  constructor(config: JsonValue) {
    this.#parts = partsOf(config);
  }

  /** The first of several names that holds a whole number, not negative. */
  one(...names: readonly string[]): Known {
    for (const part of this.#parts) {
      for (const name of names) {
        const value = jsonInteger(jsonMember(part, name));
        if (value !== undefined && value >= 0) return value;
      }
    }
    return "unknown";
  }

  /** The same, of a configuration within the configuration. */
  within(part: string, ...names: readonly string[]): Known {
    const inner = this.#first(part, jsonObject);
    return inner === undefined ? "unknown" : new ConfigNumbers(inner).one(...names);
  }

  /** A number that need not be whole: a factor. */
  factor(part: string, name: string): number | undefined {
    return jsonNumber(jsonMember(this.#first(part, jsonObject), name));
  }

  text(...names: readonly string[]): string | undefined {
    return names.map((name) => this.#first(name, jsonString)).find((text) => text !== undefined);
  }

  flag(name: string): boolean | undefined {
    return this.#first(name, jsonBoolean);
  }

  /** Texts in an array; undefined when it is none, or longer than any model is deep. */
  texts(...names: readonly string[]): readonly string[] | undefined {
    return names.map((name) => this.#list(name, jsonString)).find((list) => list !== undefined);
  }

  /** Whole numbers in an array, under the same conditions. */
  counts(name: string): readonly number[] | undefined {
    return this.#list(name, jsonInteger);
  }

  has(name: string): boolean {
    return this.#first(name, (value) => value ?? undefined) !== undefined;
  }

  #list<T>(
    name: string,
    read: (value: JsonValue | undefined) => T | undefined,
  ): readonly T[] | undefined {
    const list = this.#first(name, jsonArray);
    if (list === undefined || list.length > SHAPE_MAX_LAYERS) return undefined;
    const items = list.map(read).filter((item) => item !== undefined);
    return items.length === list.length ? items : undefined;
  }

  #first<T>(name: string, read: (value: JsonValue | undefined) => T | undefined): T | undefined {
    for (const part of this.#parts) {
      const value = read(jsonMember(part, name));
      if (value !== undefined) return value;
    }
    return undefined;
  }
}

/** The innermost language part first: a part may itself have one. */
function partsOf(config: JsonValue): readonly JsonValue[] {
  const parts: JsonValue[] = [config];
  // Two levels are in use (`thinker_config.text_config`); each step takes one name, so the walk ends.
  for (let depth = 0; depth < 2; depth += 1) {
    const [innermost] = parts;
    const next = TEXT_PARTS.map((name) => jsonMember(innermost, name)).find(
      (part) => jsonObject(part) !== undefined,
    );
    if (next === undefined) break;
    parts.unshift(next);
  }
  return parts;
}
