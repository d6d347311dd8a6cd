import type { GgufFile, GgufValue } from "@plimsoll/formats";

import { SHAPE_MAX_LAYERS, type Known } from "./shape.ts";

/** Reads counts from the metadata of one GGUF file: whole, not negative, exact. */
export class GgufNumbers {
  readonly #gguf: GgufFile;
  readonly #architecture: string;

  constructor(gguf: GgufFile, architecture: string) {
    this.#gguf = gguf;
    this.#architecture = architecture;
  }

  /** The count under `<architecture>.<key>`. */
  one(key: string): Known {
    return countOf(this.#value(key)?.value);
  }

  /** One count for all layers, or one a layer. */
  perLayer(key: string, layers: number): Known | readonly number[] {
    const list = this.list(key);
    if (list === undefined) return this.one(key);
    return list.length >= layers ? list.slice(0, layers) : "unknown";
  }

  /** An array of counts or truth values (1 and 0); undefined when it is none, or longer than any model is deep. */
  list(key: string): readonly number[] | undefined {
    const value = this.#value(key);
    if (value?.type !== "array" || value.of === "string") return undefined;
    if (value.value.length > SHAPE_MAX_LAYERS) return undefined;
    const counts = Array.from(value.value, countOf);
    return counts.every((count) => count !== "unknown") ? counts : undefined;
  }

  /** The truth value under `<architecture>.<key>`. */
  flag(key: string): boolean | undefined {
    const value = this.#value(key);
    return value?.type === "bool" ? value.value : undefined;
  }

  /** Length of the token list. */
  tokens(): Known {
    const tokens = this.#gguf.metadata.get("tokenizer.ggml.tokens");
    return tokens?.type === "array" ? tokens.value.length : "unknown";
  }

  #value(key: string): GgufValue | undefined {
    return this.#gguf.metadata.get(`${this.#architecture}.${key}`);
  }
}

function countOf(value: unknown): Known {
  const count = typeof value === "bigint" ? Number(value) : value;
  return typeof count === "number" && Number.isSafeInteger(count) && count >= 0 ? count : "unknown";
}
