import { deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";

import { Budget, DEFAULT_BUDGET } from "../core/budget.ts";
import { runSync } from "../core/driver.ts";
import { decodeBytes } from "../kit/compress-read.ts";
import { BZIP2_TEXT, compressedText, LZMA_TEXT, XZ_TEXT } from "../kit/compressed.ts";
import { gzipMember } from "../kit/gzip.ts";
import { lz4Frame, lz4Sequence } from "../kit/lz4.ts";
import { concat, text } from "../kit/records.ts";
import { lzma2Stored, xzStream } from "../kit/xz.ts";
import { memorySource } from "../source/memory.ts";
import { DEFAULT_COMPRESS_LIMITS, type CompressLimits } from "./limits.ts";
import { readCompressed } from "./read.ts";
import type { CompressFormat } from "./types.ts";

const TEXT = compressedText();
const BYTES = text(TEXT);
const lz4 = lz4Frame({ blocks: [{ stored: TEXT }] });

const ALL: readonly (readonly [CompressFormat, Uint8Array])[] = [
  ["gzip", gzipSync(BYTES)],
  ["zlib", deflateSync(BYTES)],
  ["zstd", zstdCompressSync(BYTES)],
  ["bzip2", BZIP2_TEXT],
  ["xz", XZ_TEXT],
  ["lzma", LZMA_TEXT],
  ["lz4", lz4],
];

/** The name of the limit that was reached, and how much was decoded until then. */
function reached(
  format: CompressFormat,
  bytes: Uint8Array,
  limits: Partial<CompressLimits>,
): [string | undefined, number] {
  const { value, faults, complete } = decodeBytes(format, bytes, limits);
  const name = faults.find(({ code }) => code === "limit")?.limit?.name;
  expect(complete).toBe(name === undefined);
  return [name, value.bytes.length];
}

describe.each(ALL)("%s", (format, bytes) => {
  test("output, at the limit and one past it", () => {
    expect(reached(format, bytes, { output: 464 })).toEqual([undefined, 464]);
    const [name, kept] = reached(format, bytes, { output: 463 });
    expect(name).toBe("COMPRESS_MAX_OUTPUT");
    // The engine's decoder keeps whole blocks, ours every byte.
    expect(kept).toBe(format === "zstd" ? 0 : 463);
  });

  test("what the budget has left", () => {
    for (const [inflatedBytes, names] of [
      [464, []],
      [463, ["INFLATE_MAX_BYTES"]],
    ] as const) {
      const budget = new Budget({ ...DEFAULT_BUDGET, inflatedBytes });
      const reading = readCompressed(format, bytes.length, budget);
      const { faults } = runSync(reading, memorySource(bytes));
      expect(faults.map(({ limit }) => limit?.name)).toEqual(names);
      expect(budget.inflatable).toBeGreaterThanOrEqual(0);
    }
  });

  test("input", () => {
    expect(reached(format, bytes, { input: bytes.length })).toEqual([undefined, 464]);
    expect(reached(format, bytes, { input: bytes.length - 1 })[0]).toBe("COMPRESS_MAX_INPUT");
  });

  test("ratio", () => {
    const zeros = { ratioFree: 463, ratio: 464.5 / bytes.length };
    expect(reached(format, bytes, zeros)).toEqual([undefined, 464]);
    const less = { ratioFree: 463, ratio: 463.5 / bytes.length };
    expect(reached(format, bytes, less)[0]).toBe("INFLATE_MAX_RATIO");
    expect(reached(format, bytes, { ...less, ratioFree: 464 })[0]).toBeUndefined();
  });
});

test.each<[CompressFormat, Uint8Array, number]>([
  // A member and a block each; a frame, a header and a block.
  ["gzip", concat([gzipMember({}), gzipMember({})]), 4],
  ["zstd", concat([zstdCompressSync("a"), zstdCompressSync("b")]), 4],
  ["bzip2", concat([BZIP2_TEXT, BZIP2_TEXT]), 4],
  ["xz", concat([XZ_TEXT, XZ_TEXT]), 6],
  ["lz4", concat([lz4, lz4]), 4],
])("blocks of %s", (format, bytes, blocks) => {
  expect(reached(format, bytes, { blocks })[0]).toBeUndefined();
  expect(reached(format, bytes, { blocks: blocks - 1 })[0]).toBe("COMPRESS_MAX_BLOCKS");
});

test("texts of a gzip header", () => {
  for (const spec of [{ name: "abc" }, { comment: "abc" }, { extra: new Uint8Array(4) }]) {
    const bytes = gzipMember(spec);
    expect(reached("gzip", bytes, { text: 4 })[0]).toBeUndefined();
    expect(reached("gzip", bytes, { text: 3 })[0]).toBe("GZIP_MAX_TEXT");
  }
});

/** An LZMA file that asks for a dictionary of so many bytes. */
function alone(dictionary: number): Uint8Array {
  const bytes = new Uint8Array(LZMA_TEXT);
  new DataView(bytes.buffer).setUint32(1, dictionary, true);
  return bytes;
}

test("dictionaries", () => {
  const xz = xzStream({
    blocks: [{ lzma2: lzma2Stored("a"), length: 1 }],
    // 256 MiB and one step more.
    fields: { exponent: 32 },
  });
  const more = xzStream({
    blocks: [{ lzma2: lzma2Stored("a"), length: 1 }],
    fields: { exponent: 33 },
  });
  expect(reached("xz", xz, {})[0]).toBeUndefined();
  expect(reached("xz", more, {})[0]).toBe("LZMA_MAX_DICT");
  expect(reached("lzma", alone(DEFAULT_COMPRESS_LIMITS.dictionary), {})[0]).toBeUndefined();
  expect(reached("lzma", alone(DEFAULT_COMPRESS_LIMITS.dictionary + 1), {})[0]).toBe(
    "LZMA_MAX_DICT",
  );
});

test("the window of a zstd frame", () => {
  // 2^27 bytes, and an eighth more.
  const frame = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 17 << 3, 0x09, 0, 0, 0x61);
  expect(reached("zstd", frame, {})).toEqual([undefined, 1]);
  expect(reached("zstd", frame.with(5, (17 << 3) | 1), {})).toEqual(["ZSTD_MAX_WINDOW", 0]);
});

describe("bombs cost what was allowed", () => {
  const zeros = new Uint8Array(3_000_000);
  test.each<[CompressFormat, Uint8Array]>([
    ["gzip", gzipSync(zeros)],
    ["zstd", zstdCompressSync(zeros)],
    [
      "lz4",
      lz4Frame({
        blocks: Array.from({ length: 50 }, () => ({
          packed: concat([lz4Sequence("a", 1, 65_000), lz4Sequence("")]),
        })),
      }),
    ],
  ])("%s", (format, bytes) => {
    const { value } = decodeBytes(format, bytes, { output: 1_000_000 });
    expect(value.bytes.length).toBeLessThanOrEqual(1_000_000);
    expect(value.bytes.buffer.byteLength).toBeLessThanOrEqual(1_000_000);
    expect(reached(format, bytes, { ratio: 100 })[0]).toBe("INFLATE_MAX_RATIO");
    expect(reached(format, bytes, { ratio: 30_000 })[0]).toBeUndefined();
  });
});
