import { expect, test } from "vitest";

import { LLAMA_PIECES, writeSentencePiece } from "../kit/sentencepiece.ts";
import { sniff } from "./sniff.ts";

const formatsOf = (bytes: Uint8Array, size = bytes.length) =>
  sniff(bytes.subarray(0, 4_096), size).map(({ format }) => format);
const text = (value: string) => formatsOf(new TextEncoder().encode(value));

test("a SentencePiece model, also one of a single piece", () => {
  expect(formatsOf(writeSentencePiece({ pieces: [...LLAMA_PIECES, "a"] }))).toEqual([
    "sentencepiece",
  ]);
  const one = writeSentencePiece({ pieces: ["a"], trainer: "none", normalizer: "none" });
  expect(formatsOf(one)).toContain("sentencepiece");
});

test("a near miss: two pieces and something else, another tag, a length that does not fit", () => {
  const two = writeSentencePiece({ pieces: ["a", "b"], trainer: "none", normalizer: "none" });
  expect(formatsOf(Uint8Array.from([...two, 0xff]))).not.toContain("sentencepiece");
  for (const [at, byte] of [
    [0, 0x12],
    [1, 9],
    [2, 0x12],
    [9, 0x16],
  ] as const) {
    const bent = writeSentencePiece({ pieces: LLAMA_PIECES });
    bent[at] = byte;
    expect(formatsOf(bent)).not.toContain("sentencepiece");
  }
});

test("ranked base64 is a vocabulary, other lists are texts", () => {
  expect(text("IQ== 0\nIg== 1\n")).toEqual(["tiktoken", "text"]);
  expect(text("IQ== 0\r\nIg== 1\r\n")).toEqual(["tiktoken", "text"]);
  expect(text("IQ== 0\n")).toEqual(["text"]);
  expect(text("one 1\ntwo two\n")).toEqual(["text"]);
});
