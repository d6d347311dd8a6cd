import { constants, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { Budget } from "../core/budget.ts";
import { FormatError } from "../core/format-error.ts";
import { decodeBytes } from "../kit/compress-read.ts";
import {
  BZIP2_TEXT,
  compressedText,
  LZMA_TEXT,
  lzmaTextWithLength,
  XZ_TEXT,
} from "../kit/compressed.ts";
import { gzipMember } from "../kit/gzip.ts";
import { lz4Frame, lz4Sequence } from "../kit/lz4.ts";
import { concat, text } from "../kit/records.ts";
import { lzma2Stored, xzStream } from "../kit/xz.ts";
import { memorySource } from "../source/memory.ts";
import { decompressorFor } from "./decompress.ts";
import type { CompressFormat } from "./types.ts";

const TEXT = compressedText();
const BYTES = text(TEXT);

type Fixture = readonly [name: string, format: CompressFormat, bytes: Uint8Array, content: string];

const zstd = zstdCompressSync(BYTES, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
const skipped = Uint8Array.of(0x5a, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9);

const FIXTURES: readonly Fixture[] = [
  ["gzip", "gzip", gzipSync(BYTES), TEXT],
  [
    "gzip of two members with all fields, zeros between",
    "gzip",
    concat([
      gzipMember({
        data: TEXT,
        name: "a",
        comment: "c",
        extra: Uint8Array.of(1, 2),
        headerSum: true,
      }),
      new Uint8Array(3),
      gzipMember({ data: "end" }),
      new Uint8Array(2),
    ]),
    `${TEXT}end`,
  ],
  ["zlib", "zlib", deflateSync(BYTES), TEXT],
  ["deflate, stored", "deflate", deflateRawSync(BYTES, { level: 0 }), TEXT],
  ["deflate, fixed codes", "deflate", deflateRawSync(BYTES, { strategy: constants.Z_FIXED }), TEXT],
  ["zstd", "zstd", zstd, TEXT],
  ["zstd, two frames", "zstd", concat([skipped, zstd, skipped, zstd]), TEXT + TEXT],
  ["bzip2", "bzip2", BZIP2_TEXT, TEXT],
  ["bzip2, two streams", "bzip2", concat([BZIP2_TEXT, BZIP2_TEXT]), TEXT + TEXT],
  ["xz", "xz", XZ_TEXT, TEXT],
  [
    "xz, two streams, padding between and behind",
    "xz",
    concat([
      XZ_TEXT,
      new Uint8Array(8),
      xzStream({
        blocks: [
          { lzma2: lzma2Stored("stored"), length: 6 },
          { lzma2: lzma2Stored("again"), length: 5 },
        ],
      }),
      new Uint8Array(4),
    ]),
    `${TEXT}storedagain`,
  ],
  ["lzma, end mark", "lzma", LZMA_TEXT, TEXT],
  ["lzma, known length", "lzma", lzmaTextWithLength(), TEXT],
  [
    "lz4",
    "lz4",
    concat([
      skipped,
      lz4Frame({
        blocks: [
          { packed: concat([lz4Sequence("abcd", 2, 300), lz4Sequence("end", 0)]) },
          { stored: "stored" },
          { packed: concat([lz4Sequence("", 9, 9), lz4Sequence(".")]) },
        ],
        isLinked: true,
        hasBlockSums: true,
        content: `ab${"cd".repeat(151)}endstoredendstored.`,
        contentSize: 323,
      }),
    ]),
    `ab${"cd".repeat(151)}endstoredendstored.`,
  ],
];

type Outcome = { readonly text: string; readonly complete: boolean; readonly rest: unknown };

/** All that a caller can see. */
function outcome(format: CompressFormat, bytes: Uint8Array, window?: number): Outcome | string {
  try {
    const { value, faults, complete, unclaimed } = decodeBytes(format, bytes, {}, window);
    const seen = faults.map(({ code, offset, limit }) => [code, offset, limit]);
    const text = Buffer.from(value.bytes).toString("latin1");
    return { text, complete, rest: [value.members, seen, unclaimed] };
  } catch (error) {
    if (!FormatError.isInstance(error)) throw error;
    return error.code;
  }
}

describe.each(FIXTURES)("%s", (_, format, bytes, content) => {
  test("is decoded whole", () => {
    const { value, faults, complete, unclaimed } = decodeBytes(format, bytes);
    expect(Buffer.from(value.bytes).toString("latin1")).toBe(content);
    expect([faults, complete, unclaimed]).toEqual([[], true, []]);
    const budget = new Budget();
    const source = decompressorFor(format)?.decompress(memorySource(bytes), budget);
    expect(source?.size).toBe(content.length);
    expect(budget.inflatable).toBe(budget.limits.inflatedBytes - content.length);
  });

  test("windows of 1, 7 and 65,536 bytes give the same", () => {
    const whole = outcome(format, bytes);
    expect(outcome(format, bytes, 1)).toEqual(whole);
    expect(outcome(format, bytes, 7)).toEqual(whole);
  });

  test("cut anywhere it gives the beginning of its content", () => {
    const whole = decodeBytes(format, bytes).value;
    // A file may end, complete, between members only: what it has then is what those hold.
    const boundaries = new Set([...whole.members.map((one) => one.contentStart), content.length]);
    for (let end = 0; end < bytes.length; end += 1) {
      const seen = outcome(format, bytes.subarray(0, end));
      const kept = typeof seen === "string" ? "" : seen.text;
      expect(content.startsWith(kept)).toBe(true);
      const isWhole = typeof seen !== "string" && seen.complete;
      expect(isWhole && !boundaries.has(kept.length)).toBe(false);
      expect(seen === "bad-magic" && end >= 20).toBe(false);
    }
  });

  test("a flipped byte breaks nothing, at any window", () => {
    // Longer fixtures repeat what shorter ones have.
    for (let at = 0; at < bytes.length; at += bytes.length > 250 ? 4 : 1) {
      const flipped = new Uint8Array(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ ([0x01, 0x80, 0xff, 0x10, 0x04][at % 5] ?? 1);
      // Single bytes are slow: every eleventh flip is read by them too.
      expect(outcome(format, flipped, at % 11 === 0 ? 1 : 7)).toEqual(outcome(format, flipped));
    }
  });
});

test("every format is there, and nothing else", () => {
  expect(decompressorFor("lz4")?.format).toBe("lz4");
  expect(decompressorFor("7z")).toBeUndefined();
  expect(decompressorFor("constructor")).toBeUndefined();
});

test("noise is refused or faulted, never more", () => {
  const formats = fc.constantFrom<CompressFormat>("deflate", "bzip2", "xz", "lzma", "lz4");
  const heads: Readonly<Record<string, string>> = {
    bzip2: "425a6831314159265359",
    xz: "fd377a585a000000ff12d941",
    lzma: "5d00000100ffffffffffffffff00",
    lz4: "04224d18604082",
  };
  fc.assert(
    fc.property(formats, fc.uint8Array({ maxLength: 200 }), (format, tail) => {
      const head = Buffer.from(heads[format] ?? "", "hex");
      const bytes = concat([head, tail]);
      expect(outcome(format, bytes, 1)).toEqual(outcome(format, bytes));
    }),
    { numRuns: 100 },
  );
});
