import { constants, deflateRawSync, deflateSync, gzipSync } from "node:zlib";

import { gzipMember } from "../../../packages/formats/src/kit/gzip.ts";
import { concat } from "../../../packages/formats/src/kit/records.ts";
import type { Random } from "../random.ts";
import { wordList, type FuzzTarget } from "../target.ts";
import { anyContent, compressedTarget, ENGINE } from "./compressed.ts";

const INFLATE = ["gzip.ts", "inflate.ts", "inflate-huffman.ts", "lsb-bits.ts", "adler32.ts"];
const TEXT = "line after line after line ".repeat(8);

const STRATEGIES = [
  constants.Z_DEFAULT_STRATEGY,
  constants.Z_FIXED,
  constants.Z_HUFFMAN_ONLY,
  constants.Z_RLE,
] as const;

const WORDS = wordList("0x1f8b08", "0x789c", "0x0000ffff", "0x0300", "0x010000ffff", "0x4b4c04");

/** Members with their headers, names and sums. */
export const gzip: FuzzTarget = compressedTarget({
  format: "gzip",
  code: INFLATE,
  seeds: () => [
    gzipSync(TEXT),
    gzipMember({
      data: TEXT,
      name: "name",
      comment: "comment",
      extra: Uint8Array.of(1, 2),
      headerSum: true,
    }),
    concat([gzipMember({ data: "a" }), new Uint8Array(3), gzipMember({ data: "b" })]),
  ],
  build: lyingGzip,
  words: WORDS,
  engine: ENGINE.gzip,
});

/** One stream with a sum. */
export const zlibTarget: FuzzTarget = compressedTarget({
  format: "zlib",
  code: INFLATE,
  seeds: () => [deflateSync(TEXT), deflateSync(TEXT, { level: 0 })],
  build: (random) => deflateSync(anyContent(random), optionsOf(random)),
  words: WORDS,
  engine: ENGINE.zlib,
});

/** Bare deflate: neither header nor sum stands in the way of a mutation. */
export const deflate: FuzzTarget = compressedTarget({
  format: "deflate",
  code: INFLATE,
  seeds: () => STRATEGIES.map((strategy) => deflateRawSync(TEXT, { strategy })),
  build: (random) => deflateRawSync(anyContent(random), optionsOf(random)),
  words: WORDS,
  engine: ENGINE.deflate,
});

function optionsOf(random: Random): { level: number; strategy: number; windowBits: number } {
  return {
    level: random.below(10),
    strategy: random.pick(STRATEGIES),
    windowBits: 9 + random.below(7),
  };
}

function lyingGzip(random: Random): Uint8Array {
  const members = 1 + random.below(3);
  return concat(
    Array.from({ length: members }, () =>
      gzipMember({
        data: anyContent(random),
        headerSum: random.once(3),
        ...(random.once(4) ? { name: random.pick(["", "n", "x".repeat(300)]) } : {}),
        ...(random.once(4) ? { comment: "c" } : {}),
        ...(random.once(4) ? { extra: random.bytes(random.below(20)) } : {}),
        fields: random.once(3)
          ? {
              [random.pick(["method", "flags", "headerSum", "crc32", "size"] as const)]:
                random.edge(),
            }
          : {},
      }),
    ),
  );
}
