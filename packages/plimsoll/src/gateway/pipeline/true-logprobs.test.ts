import { expect, test } from "vitest";

import type { TokenLogprob } from "../../engine/delta.ts";
import { trueBytes, trueLogprobs } from "./true-logprobs.ts";

const token = (text: string, bytes?: readonly number[]): TokenLogprob => ({
  token: text,
  logprob: -1,
  ...(bytes === undefined ? {} : { bytes }),
});
const written = (text: string, logprobs: readonly TokenLogprob[]): readonly string[] =>
  trueLogprobs(text, logprobs).map((one) => one.token);

test.each<[string, string, readonly TokenLogprob[], readonly string[]]>([
  ["the tokens of a text", "Hello there", [token("Hello"), token(" there")], ["Hello", " there"]],
  ["a blank that was cut off", "Hello", [token(" Hello")], [" Hello"]],
  ["what the text does not say", "Hello", [token("Hello"), token(" secret")], ["Hello"]],
  ["what stands elsewhere in it", "a b", [token("b"), token("a"), token(" b")], ["a", " b"]],
  ["what it says once, told twice", "ab", [token("ab"), token("ab")], ["ab"]],
  ["nothing", "", [token("secret")], []],
  [
    "a character in two tokens",
    "1 €!",
    [token("1"), token(" "), token("\uFFFD", [0xe2, 0x82]), token("\uFFFD", [0xac]), token("!")],
    ["1", " ", "\uFFFD", "\uFFFD", "!"],
  ],
  [
    "the same, as some write it",
    "€",
    [token("bytes:\\xe2\\x82", [0xe2, 0x82]), token("bytes:\\xac", [0xac])],
    ["bytes:\\xe2\\x82", "bytes:\\xac"],
  ],
])("%s", (_, text, logprobs, told) => {
  expect(written(text, logprobs)).toEqual(told);
});

test("bytes that say something else than their token are left out", () => {
  const secret = [...Buffer.from("secret")];
  expect(trueBytes(token("Hello", secret))).toEqual(token("Hello"));
  expect(trueBytes(token("secret", secret))).toEqual(token("secret", secret));
  expect(written("Hello", [token("\uFFFD", secret)])).toEqual([]);
});
