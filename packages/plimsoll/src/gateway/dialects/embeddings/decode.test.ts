import { expect, test } from "vitest";

import type { Json } from "../../../kernel/json.ts";
import { decodeVectors, refusedField, turnOf } from "../../../testing/dialects/decoding.ts";
import { INPUTS_MAX } from "./decode.ts";
import { embeddings } from "./dialect.ts";

const BASE = { model: "m", input: "Hi" };

function texts(count: number): Json {
  return Array.from({ length: count }, () => "a");
}

test.each<[string, Json, string, Json]>([
  ["model", "", "model", "m"],
  ["input", null, "input", "a"],
  ["input", "", "input", " "],
  ["input", [], "input", ["a"]],
  ["input", ["a", ""], "input", ["a", "b"]],
  ["input", [1, 2], "input", ["1", "2"]],
  ["input", [[1], [2]], "input", ["1", "2"]],
  ["input", ["a", 1], "input", ["a", "1"]],
  ["input", { text: "a" }, "input", "a"],
  ["input", texts(INPUTS_MAX + 1), "input", texts(INPUTS_MAX)],
  ["encoding_format", "int8", "encoding_format", "base64"],
  ["dimensions", 0, "dimensions", 1],
  ["dimensions", 65_537, "dimensions", 65_536],
  ["dimensions", "8", "dimensions", 8],
  ["user", 7, "user", "7"],
  ["prompt_token_ids", [1], "prompt_token_ids", null],
])("%s: %j is refused, its twin is not", (field, refused, where, accepted) => {
  expect(refusedField(decodeVectors(embeddings, { ...BASE, [field]: refused }))).toBe(where);
  expect(refusedField(decodeVectors(embeddings, { ...BASE, [field]: accepted }))).toBeUndefined();
});

test("inputs and options become a turn", () => {
  const body = { ...BASE, dimensions: 8, user: "ann", truncate: true };
  expect(turnOf(decodeVectors(embeddings, body))).toEqual({
    model: "m",
    inputs: ["Hi"],
    encoding: "float",
    dimensions: 8,
    subject: "ann",
    extra: { truncate: true },
  });
  expect(refusedField(decodeVectors(embeddings, body, "refuse"))).toBe("truncate");
});

test("vectors are told even where their tokens are not", () => {
  const turn = turnOf(decodeVectors(embeddings, { ...BASE, encoding_format: "base64" }));
  const told: unknown = JSON.parse(
    embeddings.encode(turn, { vectors: [[1, -2]], inputTokens: undefined }),
  );
  expect(told).toEqual({
    object: "list",
    data: [{ object: "embedding", index: 0, embedding: "AACAPwAAAMA=" }],
    model: "m",
    usage: { prompt_tokens: 0, total_tokens: 0 },
  });
});
