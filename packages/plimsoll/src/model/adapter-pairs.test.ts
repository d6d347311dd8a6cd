import type { TensorRef } from "@plimsoll/formats";
import { expect, test } from "vitest";

import { lowRankPairs } from "./adapter-pairs.ts";

const tensor = (name: string, ...shape: readonly number[]): TensorRef => ({
  name,
  type: "F16",
  shape,
  file: "a.safetensors",
  offset: 0,
  bytes: 0,
});

test.each([
  [
    "base_model.model.m.q_proj.lora_A.weight",
    "base_model.model.m.q_proj.lora_B.weight",
    "m.q_proj",
  ],
  ["m.q_proj.lora_A.default.weight", "m.q_proj.lora_B.default.weight", "m.q_proj"],
  ["blk.0.attn_q.weight.lora_a", "blk.0.attn_q.weight.lora_b", "blk.0.attn_q"],
  ["lora_unet_mid.lora_down.weight", "lora_unet_mid.lora_up.weight", "lora_unet_mid"],
])("%s and %s adapt %s", (first, last, module) => {
  expect(lowRankPairs([tensor(first, 4, 16), tensor(last, 8, 4)])).toEqual([
    { module, inputs: 16, outputs: 8, rank: 4 },
  ]);
});

test("halves of other ranks, of other dimensions or alone are no pair", () => {
  expect(lowRankPairs([tensor("m.lora_A.weight", 4, 16), tensor("m.lora_B.weight", 8, 5)])).toEqual(
    [],
  );
  expect(
    lowRankPairs([tensor("m.lora_A.weight", 4, 16, 1, 1), tensor("m.lora_B.weight", 8, 4)]),
  ).toEqual([]);
  expect(lowRankPairs([tensor("m.lora_B.weight", 8, 4)])).toEqual([]);
  // A model that carries an adapter for speech within its own weights.
  expect(
    lowRankPairs([tensor("m.lora_A.speech.weight", 4, 16), tensor("m.lora_B.speech.weight", 8, 4)]),
  ).toEqual([]);
});
