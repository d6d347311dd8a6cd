import { constants, crc32, zstdCompressSync } from "node:zlib";

import {
  BZIP2_TEXT,
  LZMA_FAR,
  LZMA_TEXT,
  lzma2Text,
  lzmaTextWithLength,
  XZ_TEXT,
} from "../../../packages/formats/src/kit/compressed.ts";
import { lz4Frame, lz4Sequence } from "../../../packages/formats/src/kit/lz4.ts";
import { concat } from "../../../packages/formats/src/kit/records.ts";
import { lzma2Stored, xzStream } from "../../../packages/formats/src/kit/xz.ts";
import { mutate } from "../mutate.ts";
import type { Random } from "../random.ts";
import { wordList, type FuzzTarget } from "../target.ts";
import { anyContent, compressedTarget, ENGINE } from "./compressed.ts";

/** Frames, skippable ones among them; blocks are the engine's. */
export const zstd: FuzzTarget = compressedTarget({
  format: "zstd",
  code: ["zstd.ts", "zstd-header.ts"],
  seeds: () => [
    zstdCompressSync("text and text and text"),
    sealed("with a sum"),
    concat([skippable(5), zstdCompressSync("a"), skippable(0), zstdCompressSync("b")]),
  ],
  build: (random) =>
    concat(
      random.some(3, () =>
        random.once(4)
          ? skippable(random.below(9))
          : random.once(2)
            ? sealed(anyContent(random))
            : zstdCompressSync(anyContent(random)),
      ),
    ),
  words: wordList("0x28b52ffd", "0x5f2a4d18", "0x010000", "0x0b0000", "0xfdffff"),
  engine: ENGINE.zstd,
});

/** Blocks under bits, without a byte's border: every mutation reaches deep. */
export const bzip2: FuzzTarget = compressedTarget({
  format: "bzip2",
  code: [
    "bzip2.ts",
    "bzip2-block.ts",
    "bzip2-huffman.ts",
    "bzip2-transform.ts",
    "bzip2-sum.ts",
    "msb-bits.ts",
  ],
  seeds: () => [BZIP2_TEXT, concat([BZIP2_TEXT, BZIP2_TEXT])],
  build: (random) => concat(random.some(3, () => BZIP2_TEXT)),
  words: wordList("BZh1", "BZh9", "0x314159265359", "0x177245385090"),
});

/** Streams of blocks; data is mutated under sums that are right. */
export const xz: FuzzTarget = compressedTarget({
  format: "xz",
  code: [
    "xz.ts",
    "xz-block.ts",
    "xz-index.ts",
    "crc64.ts",
    "lzma2.ts",
    "lzma-decoder.ts",
    "lzma-lengths.ts",
    "range-decoder.ts",
  ],
  seeds: () => [XZ_TEXT, lyingXz(undefined), concat([XZ_TEXT, new Uint8Array(4), XZ_TEXT])],
  build: (random) => lyingXz(random),
  words: wordList("0xfd377a585a00", "YZ", "0x0100", "0xe000", "0x2101"),
});

/** One stream of LZMA, from its own header. */
export const lzma: FuzzTarget = compressedTarget({
  format: "lzma",
  code: ["lzma-alone.ts", "lzma-decoder.ts", "lzma-lengths.ts", "range-decoder.ts"],
  seeds: () => [LZMA_TEXT, LZMA_FAR, lzmaTextWithLength()],
  build: (random) => lzmaTextWithLength(Number(random.lie(470, 2)) % 2 ** 32),
  words: wordList("0x5d00008000", "0xffffffffffffffff", "0x5d00001000"),
});

/** Frames of blocks, linked or not. */
export const lz4: FuzzTarget = compressedTarget({
  format: "lz4",
  code: ["lz4.ts", "lz4-header.ts", "lz4-block.ts", "xxh32.ts"],
  seeds: () => [
    lz4Frame({ blocks: [{ stored: "abc" }], content: "abc" }),
    lz4Frame({ blocks: [{ packed: concat([lz4Sequence("ab", 2, 20), lz4Sequence("end")]) }] }),
    lz4Frame({
      blocks: [{ stored: "a" }, { stored: "b" }],
      isLinked: true,
      hasBlockSums: true,
      contentSize: 2,
    }),
  ],
  build: (random) => lyingLz4(random),
  words: wordList("0x04224d18", "0x02214c18", "0x502a4d18", "0x00000000", "0x01000080"),
});

function sealed(content: string | Uint8Array): Uint8Array {
  return zstdCompressSync(content, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
}

function skippable(length: number): Uint8Array {
  return concat([Uint8Array.of(0x50, 0x2a, 0x4d, 0x18, length, 0, 0, 0), new Uint8Array(length)]);
}

/** Without a random source, a sound one. */
function lyingXz(random: Random | undefined): Uint8Array {
  const sum = new Uint8Array(4);
  new DataView(sum.buffer).setUint32(0, crc32("abc"), true);
  if (random === undefined) {
    return xzStream({ blocks: [{ lzma2: lzma2Stored("abc"), length: 3, check: sum }], check: 1 });
  }
  const blocks = random.some(3, () => {
    const sound = random.once(2) ? lzma2Text() : lzma2Stored("abc");
    const lzma2 = mutate(sound, random, { corpus: [lzma2Text()], words: [], most: 2_048 });
    return { lzma2, length: random.pick([3, 463, 0]), check: new Uint8Array(0) };
  });
  const key = random.pick([
    "streamFlags",
    "blockFlags",
    "filter",
    "propertyBytes",
    "exponent",
    "blockSum",
    "backward",
    "footerMagic",
  ] as const);
  const value = key === "streamFlags" ? random.bytes(2) : random.edge();
  return xzStream({ blocks, check: 0, fields: random.once(3) ? { [key]: value } : {} });
}

function lyingLz4(random: Random): Uint8Array {
  const blocks = random.some(4, () => {
    if (random.once(3)) return { stored: anyContent(random) };
    const sequences = random.some(4, () =>
      lz4Sequence("x".repeat(random.below(20)), random.below(70), 4 + random.below(300)),
    );
    const length = random.once(12) ? { length: Number(random.edge() & 0xffffffffn) } : {};
    return { packed: concat([...sequences, lz4Sequence("end")]), ...length };
  });
  return lz4Frame({
    blocks,
    isLinked: random.once(2),
    hasBlockSums: random.once(3),
    ...(random.once(4) ? { contentSize: Number(random.edge() & 0xffffffffn) } : {}),
    ...(random.once(8) ? { dictionary: 1 } : {}),
    ...(random.once(8) ? { fields: { flags: random.below(256) } } : {}),
  });
}
