import type { EmbeddingResult } from "../contract.ts";

/** Numbers of one vector: no model writes longer ones (CWE-770). */
const VECTOR_MAX = 65_536;

/** Reads the answer to a request for vectors; undefined when it is not one vector for each input, of one length. */
export function vectorsOf(value: unknown, inputs: number): EmbeddingResult | undefined {
  if (!isObject(value) || !Array.isArray(value["data"])) return undefined;
  const vectors = new Map<number, readonly number[]>();
  for (const [at, item] of value["data"].entries()) {
    if (!isObject(item)) return undefined;
    const index = typeof item["index"] === "number" ? item["index"] : at;
    const { embedding } = item;
    if (!isVector(embedding) || !Number.isInteger(index) || index < 0 || index >= inputs) {
      return undefined;
    }
    vectors.set(index, embedding);
  }
  const inOrder = [...vectors].toSorted(([a], [b]) => a - b).map(([, vector]) => vector);
  const lengths = new Set(inOrder.map((vector) => vector.length));
  if (inOrder.length !== inputs || lengths.size > 1) return undefined;
  const usage = isObject(value["usage"]) ? value["usage"] : {};
  const told = usage["prompt_tokens"];
  const isCount = typeof told === "number" && Number.isSafeInteger(told) && told >= 0;
  return { vectors: inOrder, inputTokens: isCount ? told : undefined };
}

function isVector(value: unknown): value is readonly number[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= VECTOR_MAX &&
    value.every((one) => typeof one === "number" && Number.isFinite(one))
  );
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
