import { expect, test } from "vitest";

import type { Json } from "../../../kernel/json.ts";
import { decodeText, refusedField, turnOf } from "../../../testing/dialects/decoding.ts";
import { completions } from "./dialect.ts";

const BASE = { model: "m", prompt: "Hi" };

test.each<[string, Json, string, Json]>([
  ["model", null, "model", "m"],
  ["prompt", null, "prompt", ""],
  ["prompt", [1, 2, 3], "prompt", "1 2 3"],
  ["prompt", [[1, 2]], "prompt", ["1 2"]],
  ["prompt", [1], "prompt", ["1"]],
  ["prompt", ["a", "b"], "prompt", ["a"]],
  ["prompt", [], "prompt", [""]],
  ["prompt", { text: "a" }, "prompt", "a"],
  ["echo", true, "echo", false],
  ["prompt_embeds", "AA==", "prompt_embeds", null],
  ["best_of", 2, "best_of", 1],
  ["n", 9, "n", 8],
  ["max_tokens", 2 ** 53, "max_tokens", 2 ** 15],
  ["max_completion_tokens", 10, "max_completion_tokens", null],
  ["logprobs", 21, "logprobs", 20],
  ["logprobs", true, "logprobs", 0],
  ["stop", {}, "stop", "x"],
])("%s: %j is refused, its twin is not", (field, refused, where, accepted) => {
  expect(refusedField(decodeText(completions, { ...BASE, [field]: refused }))).toBe(where);
  expect(refusedField(decodeText(completions, { ...BASE, [field]: accepted }))).toBeUndefined();
});

test("a prompt and its options become a turn without messages", () => {
  const body = { ...BASE, prompt: ["Hi"], logprobs: 3, user: "ann", suffix: "!", stop: "x" };
  expect(turnOf(decodeText(completions, body))).toEqual({
    model: "m",
    messages: [],
    prompt: "Hi",
    tools: [],
    output: { kind: "text" },
    sampling: { logprobs: 3, stop: ["x"] },
    choices: 1,
    stream: false,
    hasUsage: false,
    subject: "ann",
    extra: { suffix: "!" },
  });
});
