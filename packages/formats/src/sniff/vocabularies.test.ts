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

test("a piece with more than text, score and type is none", () => {
  const piece = [0x0a, 1, 0x61, 0x15, 0, 0, 0, 0, 0x18, 1, 0x20, 1];
  const model = (length: number) =>
    [1, 2, 3].flatMap(() => [0x0a, length, ...piece.slice(0, length)]);
  expect(formatsOf(Uint8Array.from(model(10)))).toContain("sentencepiece");
  expect(formatsOf(Uint8Array.from(model(12)))).not.toContain("sentencepiece");
});

test("ranked base64 is a vocabulary, other lists are texts", () => {
  expect(text("IQ== 0\nIg== 1\n")).toEqual(["tiktoken", "text"]);
  expect(text("IQ== 0\r\nIg== 1\r\n")).toEqual(["tiktoken", "text"]);
  expect(text("IQ== 0\n")).toEqual(["text"]);
  expect(text("one 1\ntwo two\n")).toEqual(["text"]);
});
