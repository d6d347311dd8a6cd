import { endianness } from "node:os";

import type { VectorDialect } from "../contract.ts";

/** Writes vectors, as numbers or as 32-bit floats of little-endian order in base64. */
export const encodeEmbeddings: VectorDialect["encode"] = (turn, { vectors, inputTokens }) => {
  const data = vectors.map((vector, index) => ({
    object: "embedding",
    index,
    embedding: turn.encoding === "base64" ? base64Of(vector) : vector,
  }));
  const tokens = inputTokens ?? 0;
  const usage = { prompt_tokens: tokens, total_tokens: tokens };
  return JSON.stringify({ object: "list", data, model: turn.model, usage });
};

function base64Of(vector: readonly number[]): string {
  const bytes = Buffer.from(Float32Array.from(vector).buffer);
  return (endianness() === "LE" ? bytes : bytes.swap32()).toString("base64");
}
