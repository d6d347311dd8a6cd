import { createHash } from "node:crypto";
import { constants, crc32, deflateSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";

import { decodeBytes, decoded } from "../kit/compress-read.ts";
import {
  BZIP2_TEXT,
  compressedText,
  LZMA_FAR,
  LZMA_TEXT,
  lzma2Text,
  XZ_TEXT,
} from "../kit/compressed.ts";
import { gzipMember } from "../kit/gzip.ts";
import { lz4Frame, lz4Sequence } from "../kit/lz4.ts";
import { concat, text } from "../kit/records.ts";
import { lzma2Stored, xzStream, type XzSpec } from "../kit/xz.ts";
import type { CompressFormat } from "./types.ts";

const TEXT = compressedText();

/** Bytes with some of them changed. */
function changed(bytes: Uint8Array, at: number, ...values: readonly number[]): Uint8Array {
  const copy = new Uint8Array(bytes);
  copy.set(values, at < 0 ? bytes.length + at : at);
  return copy;
}

function u32(value: number): number[] {
  return [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24];
}

const sum = (content: string): Uint8Array => Uint8Array.from(u32(crc32(content)));

const stored: XzSpec = {
  blocks: [{ lzma2: lzma2Stored("abc"), length: 3, check: sum("abc") }],
  check: 1,
};
const xz = (change: Partial<XzSpec>): Uint8Array => xzStream({ ...stored, ...change });
const zstd = (content: string): Uint8Array =>
  zstdCompressSync(content, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
const half = lz4Frame({ blocks: [{ stored: "half" }] }).subarray(0, -4);

const sha256 = (content: string): XzSpec => ({
  blocks: [
    {
      lzma2: lzma2Stored("abc"),
      length: 3,
      check: createHash("sha256").update(content).digest(),
    },
  ],
  check: 10,
});

type Case = readonly [
  name: string,
  format: CompressFormat,
  bytes: Uint8Array,
  code: string,
  /** What is kept. */
  content: string,
  complete: boolean,
];

const CASES: readonly Case[] = [
  ["gzip: sum", "gzip", gzipMember({ data: "a", fields: { crc32: 1 } }), "checksum", "a", true],
  ["gzip: size", "gzip", gzipMember({ data: "a", fields: { size: 2 } }), "bad-field", "a", true],
  [
    "gzip: sum of the header",
    "gzip",
    gzipMember({ data: "a", headerSum: true, fields: { headerSum: 1 } }),
    "checksum",
    "a",
    true,
  ],
  [
    "gzip: reserved flag",
    "gzip",
    gzipMember({ data: "a", fields: { flags: 0x20 } }),
    "ambiguous",
    "a",
    true,
  ],
  ["gzip: bytes behind", "gzip", concat([gzipMember({ data: "a" }), text("x")]), "gap", "a", true],
  [
    "gzip: the second member is damaged",
    "gzip",
    concat([gzipMember({ data: "a" }), gzipMember({ fields: { deflated: text("\x07") } })]),
    "bad-encoding",
    "a",
    false,
  ],
  ["zlib: sum", "zlib", changed(deflateSync("a"), -1, 0), "checksum", "a", true],
  ["zlib: dictionary", "zlib", Uint8Array.of(0x78, 0xbb, 0, 0), "unsupported", "", false],
  ["zlib: bytes behind", "zlib", concat([deflateSync("a"), text("x")]), "gap", "a", true],
  ["zstd: sum", "zstd", changed(zstd("abc"), -2, 0, 0), "checksum", "abc", true],
  [
    "zstd: sum of the first frame",
    "zstd",
    concat([changed(zstd("abc"), -4, 0, 0, 0, 0), zstd("d")]),
    "checksum",
    "abcd",
    true,
  ],
  [
    "zstd: a block of no type",
    "zstd",
    concat([zstd("abc"), changed(zstd("d"), 6, 0x0f, 0, 0)]),
    "bad-encoding",
    "abc",
    false,
  ],
  [
    "zstd: dictionary",
    "zstd",
    Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x21, 7, 0, 1, 0, 0),
    "unsupported",
    "",
    false,
  ],
  [
    "zstd: reserved bit",
    "zstd",
    Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x28, 0, 1, 0, 0),
    "bad-field",
    "",
    false,
  ],
  ["bzip2: sum of the block", "bzip2", changed(BZIP2_TEXT, 10, 0), "checksum", TEXT, true],
  ["bzip2: sum of the stream", "bzip2", changed(BZIP2_TEXT, -3, 0), "checksum", TEXT, true],
  ["bzip2: made random", "bzip2", changed(BZIP2_TEXT, 14, 0x80), "unsupported", "", false],
  ["bzip2: no block", "bzip2", changed(BZIP2_TEXT, 4, 0), "bad-field", "", false],
  ["bzip2: bytes behind", "bzip2", concat([BZIP2_TEXT, text("BZh")]), "gap", TEXT, true],
  [
    "xz: sum of the block",
    "xz",
    xz({ blocks: [{ lzma2: lzma2Stored("abd"), length: 3, check: sum("abc") }] }),
    "checksum",
    "abd",
    true,
  ],
  ["xz: CRC-64 of the block", "xz", changed(XZ_TEXT, 204, 0), "checksum", TEXT, true],
  ["xz: SHA-256 of the block", "xz", xz(sha256("abd")), "checksum", "abc", true],
  ["xz: sum of the stream header", "xz", xz({ fields: { streamSum: 0 } }), "checksum", "", false],
  ["xz: sum of the block header", "xz", xz({ fields: { blockSum: 0 } }), "checksum", "", false],
  ["xz: another filter", "xz", xz({ fields: { filter: 4 } }), "unsupported", "", false],
  ["xz: two filters", "xz", xz({ fields: { blockFlags: 1 } }), "unsupported", "", false],
  ["xz: reserved flag", "xz", xz({ fields: { blockFlags: 4 } }), "unsupported", "", false],
  ["xz: exponent", "xz", xz({ fields: { exponent: 41 } }), "bad-field", "", false],
  [
    "xz: sizes in the header",
    "xz",
    xz({ fields: { blockFlags: 0x80, sizes: Uint8Array.of(4) } }),
    "bad-field",
    "abc",
    false,
  ],
  ["xz: a check nobody knows", "xz", xz({ check: 2 }), "unsupported", "abc", false],
  ["xz: index", "xz", xz({ fields: { index: new Uint8Array(8) } }), "bad-field", "abc", false],
  ["xz: footer", "xz", xz({ fields: { backward: 7 } }), "bad-field", "abc", false],
  ["xz: bytes behind", "xz", concat([XZ_TEXT, text("\0\0")]), "gap", TEXT, true],
  [
    "xz: a chunk that needs a dictionary",
    "xz",
    xz({ blocks: [{ lzma2: changed(lzma2Stored("abc"), 0, 2), length: 3 }] }),
    "bad-encoding",
    "",
    false,
  ],
  [
    "xz: a chunk that needs properties",
    "xz",
    xz({
      blocks: [
        {
          lzma2: concat([lzma2Stored("abc").subarray(0, -1), Uint8Array.of(0x80, 0, 0)]),
          length: 3,
        },
      ],
    }),
    "bad-encoding",
    "abc",
    false,
  ],
  [
    "xz: a chunk longer than its data",
    "xz",
    xz({ blocks: [{ lzma2: changed(lzma2Text(), 2, 0xce), length: 1 }] }),
    "bad-encoding",
    TEXT.slice(0, -1),
    false,
  ],
  [
    "lzma: shorter than it says",
    "lzma",
    changed(LZMA_TEXT, 5, 0xff, 2, 0, 0, 0, 0, 0, 0),
    "bad-encoding",
    TEXT,
    false,
  ],
  [
    "xz: a chunk that does not end its data",
    "xz",
    xz({ blocks: [{ lzma2: changed(lzma2Text(), 177, 0xff), length: 464 }] }),
    "bad-encoding",
    TEXT,
    false,
  ],
  ...[0, 1, 9].map((length): Case => [
    `lzma: longer than the ${length} bytes it says`,
    "lzma",
    changed(LZMA_TEXT, 5, length, 0, 0, 0, 0, 0, 0, 0),
    "bad-encoding",
    TEXT.slice(0, length),
    false,
  ]),
  ["lzma: bytes behind", "lzma", concat([LZMA_TEXT, text("x")]), "gap", TEXT, true],
  [
    "lz4: sum of the header",
    "lz4",
    lz4Frame({ blocks: [{ stored: "a" }], fields: { headerSum: 0 } }),
    "checksum",
    "a",
    true,
  ],
  [
    "lz4: sum of a block",
    "lz4",
    lz4Frame({ blocks: [{ stored: "a", sum: 0 }], hasBlockSums: true }),
    "checksum",
    "a",
    true,
  ],
  [
    "lz4: sum of the content",
    "lz4",
    lz4Frame({ blocks: [{ stored: "a" }], content: "a", sum: 0 }),
    "checksum",
    "a",
    true,
  ],
  [
    "lz4: length of the content",
    "lz4",
    lz4Frame({ blocks: [{ stored: "a" }], contentSize: 2 }),
    "bad-field",
    "a",
    true,
  ],
  [
    "lz4: version",
    "lz4",
    lz4Frame({ blocks: [], fields: { flags: 0x80 } }),
    "bad-version",
    "",
    false,
  ],
  [
    "lz4: reserved",
    "lz4",
    lz4Frame({ blocks: [], fields: { flags: 0x62 } }),
    "bad-field",
    "",
    false,
  ],
  ["lz4: dictionary", "lz4", lz4Frame({ blocks: [], dictionary: 5 }), "unsupported", "", false],
  [
    "lz4: a block too long",
    "lz4",
    lz4Frame({ blocks: [{ stored: "a" }, { length: 65_537 }] }),
    "bad-field",
    "a",
    false,
  ],
  [
    "lz4: a block that decodes to too much",
    "lz4",
    lz4Frame({ blocks: [{ packed: concat([lz4Sequence("a", 1, 65_536), lz4Sequence("")]) }] }),
    "bad-encoding",
    "a".repeat(65_537),
    false,
  ],
  [
    "lz4: a copy from the block before",
    "lz4",
    lz4Frame({
      blocks: [{ stored: "abcd" }, { packed: concat([lz4Sequence("", 4, 4), lz4Sequence("")]) }],
    }),
    "bad-encoding",
    "abcd",
    false,
  ],
  [
    "lz4: a copy of distance 0",
    "lz4",
    lz4Frame({ blocks: [{ packed: concat([lz4Sequence("a", 0, 4), lz4Sequence("")]) }] }),
    "bad-encoding",
    "a",
    false,
  ],
  ["lz4: the end is missing", "lz4", half, "truncated", "half", false],
  [
    "lz4: a legacy frame behind",
    "lz4",
    concat([half, new Uint8Array(4), Uint8Array.from(u32(0x184c2102))]),
    "unsupported",
    "half",
    false,
  ],
];

test.each(CASES)("%s", (_, format, bytes, code, text, complete) => {
  expect(decoded(format, bytes)).toEqual({ text, codes: [code], complete });
});

describe("the sound twins", () => {
  test.each<[string, CompressFormat, Uint8Array, string]>([
    ["gzip", "gzip", gzipMember({ data: "a", headerSum: true, name: "n" }), "a"],
    ["zlib", "zlib", deflateSync("a"), "a"],
    ["zstd", "zstd", concat([zstd("abc"), zstd("d")]), "abcd"],
    ["xz, stored", "xz", xz({}), "abc"],
    ["xz, sizes told", "xz", xz({ fields: { blockFlags: 0x80, sizes: Uint8Array.of(3) } }), "abc"],
    [
      "xz, no check",
      "xz",
      xz({ check: 0, blocks: [{ lzma2: lzma2Stored("abc"), length: 3 }] }),
      "abc",
    ],
    ["xz, exponent", "xz", xz({ fields: { exponent: 30 } }), "abc"],
    ["xz, SHA-256", "xz", xz(sha256("abc")), "abc"],
    ["xz, no block", "xz", xz({ blocks: [] }), ""],
    [
      "lzma, told length and end mark",
      "lzma",
      changed(LZMA_TEXT, 5, ...u32(TEXT.length), 0, 0, 0, 0),
      TEXT,
    ],
    ["lz4", "lz4", lz4Frame({ blocks: [{ stored: "a" }], contentSize: 1, content: "a" }), "a"],
    [
      "lz4, a full block",
      "lz4",
      lz4Frame({ blocks: [{ packed: concat([lz4Sequence("a", 1, 65_535), lz4Sequence("")]) }] }),
      "a".repeat(65_536),
    ],
    [
      "lz4, linked",
      "lz4",
      lz4Frame({
        blocks: [{ stored: "abcd" }, { packed: concat([lz4Sequence("", 4, 4), lz4Sequence("")]) }],
        isLinked: true,
      }),
      "abcdabcd",
    ],
  ])("%s", (_, format, bytes, text) => {
    expect(decoded(format, bytes)).toEqual({ text, codes: [], complete: true });
  });
});

test.each<[CompressFormat, Uint8Array, Uint8Array]>([
  ["gzip", Uint8Array.of(0x1f, 0x8b, 7), Uint8Array.of(0x1f, 0x8b, 8)],
  ["zlib", Uint8Array.of(0x78, 0x9d, 0), Uint8Array.of(0x78, 0x9c, 0)],
  ["zstd", Uint8Array.of(0x28, 0xb5, 0x2f, 0xfc), Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd)],
  ["bzip2", text("BZh0"), text("BZh1")],
  ["xz", text("\xfd7zXZ\x01"), XZ_TEXT.subarray(0, 6)],
  ["lzma", Uint8Array.of(225), Uint8Array.of(224)],
  ["lz4", Uint8Array.from(u32(0x184d2205)), Uint8Array.from(u32(0x184d2204))],
])("%s begins as it must", (format, other, own) => {
  expect(() => decodeBytes(format, other)).toThrow(expect.objectContaining({ code: "bad-magic" }));
  expect(decoded(format, own).codes).toEqual(["truncated"]);
});

test("an LZMA copy reaches as far as the dictionary", () => {
  const whole = `abcdefgh${"\0".repeat(4_500)}abcdefgh`;
  expect(decoded("lzma", changed(LZMA_FAR, 1, 0xa0, 0x11, 0, 0))).toEqual({
    text: whole,
    codes: [],
    complete: true,
  });
  // Readers round 4,493 up to 4,496, which is less than 4,508.
  const short = decoded("lzma", changed(LZMA_FAR, 1, 0x8d, 0x11, 0, 0));
  expect([short.codes, short.text]).toEqual([["bad-encoding"], whole.slice(0, -8)]);
});

test("what a gzip header tells", () => {
  const bytes = concat([gzipMember({ data: "ab", name: "ä.bin", comment: "c" }), gzipMember({})]);
  const { members } = decodeBytes("gzip", bytes).value;
  expect(members).toEqual([
    { start: 0, contentStart: 0, name: "Ã¤.bin", comment: "c" },
    { start: bytes.length - 20, contentStart: 2, name: undefined, comment: undefined },
  ]);
});
