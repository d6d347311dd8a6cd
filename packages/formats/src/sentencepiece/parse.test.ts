import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { runSync } from "../core/driver.ts";
import { FormatError } from "../core/format-error.ts";
import {
  BYTE_PIECES,
  LLAMA_PIECES,
  writeCharsmap,
  writeSentencePiece,
  type SentencePiecePlan,
} from "../kit/sentencepiece.ts";
import { memorySource } from "../source/memory.ts";
import type { SentencePieceLimits } from "./limits.ts";
import { readSentencePiece } from "./parse.ts";

const read = (bytes: Uint8Array, limits: Partial<SentencePieceLimits> = {}, window = 7) =>
  runSync(readSentencePiece(bytes.length, limits), memorySource(bytes), window);
const readPlan = (plan: SentencePiecePlan) => read(writeSentencePiece(plan));
const codes = (faults: readonly FormatError[]) => faults.map(({ code }) => code);
const thrown = (bytes: Uint8Array): string => {
  try {
    read(bytes);
    return "none";
  } catch (error) {
    return FormatError.isInstance(error) ? error.code : String(error);
  }
};

const pieces = [...LLAMA_PIECES, ...BYTE_PIECES, "▁", "▁ship", "日"];

describe("sound models", () => {
  test("pieces, trainer and normaliser", () => {
    const { value, ...rest } = readPlan({ pieces });
    expect(rest).toEqual({ faults: [], complete: true, unclaimed: [] });
    expect(value.pieces.map(({ text }) => text).slice(-3)).toEqual(["▁", "▁ship", "日"]);
    expect(value.pieces[0]).toEqual({ text: "<unk>", score: 0, type: "unknown" });
    expect(value.pieces[3]).toEqual({ text: "<0x00>", score: 0, type: "byte" });
    expect(value.trainer).toMatchObject({
      modelType: "bpe",
      vocabSize: pieces.length,
      byteFallback: true,
      eosId: 2,
      padId: -1,
    });
    expect(value.normalizer).toMatchObject({ name: "identity", addDummyPrefix: true });
  });
  test("a negative number and a flag that is off", () => {
    const { value } = readPlan({
      pieces,
      trainer: [
        { number: 41, varint: -1 },
        { number: 46, bytes: "<bos>" },
      ],
      normalizer: [{ number: 3, varint: 0 }],
    });
    expect(value.trainer).toMatchObject({ bosId: -1, bosPiece: "<bos>", modelType: "unigram" });
    expect(value.normalizer).toMatchObject({ addDummyPrefix: false, escapeWhitespaces: true });
  });
  test("settings that come twice are merged, the last one counts", () => {
    const spec = { number: 2, bytes: Uint8Array.of(0x18, 1) };
    const { value } = readPlan({ pieces, extra: [spec] });
    expect(value.trainer).toMatchObject({ modelType: "unigram", byteFallback: true });
  });
  test("a model without settings, of one piece", () => {
    const { value, complete } = readPlan({ pieces: ["a"], trainer: "none", normalizer: "none" });
    expect(value.trainer).toBeUndefined();
    expect(complete).toBe(true);
  });
});

describe("what is wrong is told", () => {
  test("unknown fields are unclaimed", () => {
    const sound = writeSentencePiece({ pieces });
    const bent = writeSentencePiece({ pieces, extra: [{ number: 9, bytes: "payload" }] });
    expect(read(bent).unclaimed).toEqual([{ start: sound.length, end: bent.length }]);
    const number = writeSentencePiece({ pieces, extra: [{ number: 2_000, varint: 5 }] });
    expect(read(number).unclaimed).toHaveLength(1);
  });
  test("a model cut short", () => {
    const bytes = writeSentencePiece({ pieces });
    const { value, faults, complete } = read(bytes.subarray(0, 200));
    expect(value.pieces.length).toBeGreaterThan(3);
    expect(complete).toBe(false);
    expect(codes(faults)).toEqual(["truncated"]);
  });
  test("a text that is not UTF-8, an unknown type, an unknown field of a piece", () => {
    const piece = Uint8Array.of(0x0a, 1, 0xff, 0x18, 9, 0x20, 1);
    const { faults, value } = readPlan({ pieces: ["a"], extra: [{ number: 1, bytes: piece }] });
    expect(codes(faults)).toEqual(["bad-encoding", "bad-field", "bad-field"]);
    expect(value.pieces[1]).toMatchObject({ text: "\uFFFD", type: "other" });
  });
  test("limits: at and over", () => {
    const bytes = writeSentencePiece({ pieces: ["a", "b", "c"] });
    expect(read(bytes, { pieces: 3 }).faults).toEqual([]);
    expect(codes(read(bytes, { pieces: 2 }).faults)).toEqual(["limit"]);
    expect(read(bytes, { piece: 8 }).faults).toEqual([]);
    expect(thrown(Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0x7f))).toBe("bad-magic");
    expect(codes(read(bytes, { spec: 9 }).faults)).toEqual(["limit"]);
    expect(read(bytes, { spec: 10 }).faults).toEqual([]);
  });
  test("other files are none", () => {
    for (const text of ["", "\n", "hello", "IQ== 0\nIg== 1\n", "\0\0\0", "\x12\0"]) {
      expect(thrown(new TextEncoder().encode(text))).toBe("bad-magic");
    }
  });
});

const withMap = (map: Uint8Array) =>
  codes(readPlan({ pieces, normalizer: [{ number: 2, bytes: map }] }).faults);
/** A unit that moves by `offset`, which must fit 21 bits. */
const step = (offset: number) => offset << 10;

describe("table of replacements", () => {
  test("sound ones", () => {
    expect(withMap(new Uint8Array(0))).toEqual([]);
    expect(withMap(writeCharsmap())).toEqual([]);
    expect(withMap(writeCharsmap(new Map([[0, step(0xff)]])))).toEqual([]);
    expect(withMap(writeCharsmap(new Map([[7, 0x8000_0001]])))).toEqual([]);
  });
  test("a step out of it, by offset or by scale", () => {
    expect(withMap(writeCharsmap(new Map([[0, step(0x100)]])))).toEqual(["out-of-bounds"]);
    expect(withMap(writeCharsmap(new Map([[0, step(1) | 0x200]])))).toEqual(["out-of-bounds"]);
  });
  test("a replacement past the end, and the last one there is", () => {
    expect(withMap(writeCharsmap(new Map([[7, 0x8000_0002]])))).toEqual(["out-of-bounds"]);
  });
  test("replacements without an end", () => {
    expect(withMap(writeCharsmap(new Map(), "xy"))).toEqual(["bad-field"]);
  });
  test("lengths that lie", () => {
    expect(withMap(Uint8Array.of(1, 2, 3))).toEqual(["truncated"]);
    const map = writeCharsmap();
    for (const length of [0, 3, 1_028, 0xffff_ffff]) {
      new DataView(map.buffer).setUint32(0, length, true);
      expect(withMap(map)).toEqual(["bad-field"]);
    }
  });
  test("half a block leaves room for half of the bytes that may come", () => {
    const map = writeCharsmap();
    new DataView(map.buffer).setUint32(0, 512, true);
    expect(withMap(map)).toEqual(["out-of-bounds"]);
  });
  test("the table of the second normaliser counts too", () => {
    const bad = writeCharsmap(new Map([[0, step(0x100)]]));
    const spec = Uint8Array.from([0x12, 0x86, 0x08, ...bad]);
    const { faults } = readPlan({ pieces, extra: [{ number: 5, bytes: spec }] });
    expect(codes(faults)).toEqual(["out-of-bounds"]);
  });
});

test("any change of a byte ends in a value or a FormatError", () => {
  const sound = writeSentencePiece({ pieces: [...LLAMA_PIECES, "▁ship"] });
  fc.assert(
    fc.property(fc.nat(sound.length - 1), fc.integer({ min: 0, max: 255 }), (at, byte) => {
      const bent = sound.slice();
      bent[at] = byte;
      expect(thrown(bent)).toMatch(/^(?:none|bad-magic)$/u);
    }),
  );
});

test("any window gives the same", () => {
  const bytes = writeSentencePiece({ pieces });
  const whole = read(bytes, {}, 65_536);
  for (const window of [1, 2, 19, 64]) expect(read(bytes, {}, window)).toEqual(whole);
});
