import { crc32 } from "node:zlib";

import { BZIP2_TEXT, LZMA_TEXT, XZ_TEXT } from "../compressed.ts";
import { concat, text } from "../records.ts";
import { lzma2Stored, xzStream, type XzSpec } from "../xz.ts";
import { never, NO_ENCRYPTION, NO_NAMES, NO_OFFSETS, NO_VERSION } from "./cells.ts";
import { changed, compressedCells, decoding } from "./compressed.ts";
import type { FormatFaults } from "./types.ts";

const bzip2 = compressedCells("bzip2", () => BZIP2_TEXT);
const NO_SIZE = never("it stores no size");
const ONE_READING = never("a stream has one reading");

/** bzip2: streams of blocks. */
export const BZIP2_FAULTS: FormatFaults = bzip2.table("bzip2", "whole", {
  truncated: bzip2.caught("the end is missing", () => BZIP2_TEXT.slice(0, -12)),
  "bad-magic": bzip2.caught("another signature", () => text("no bzip2")),
  "bad-version": bzip2.caughtAs("bad-magic", "bzip 1, which BZ0 begins", () =>
    changed(BZIP2_TEXT, 2, 0x30),
  ),
  "bad-field": bzip2.caught("a block without its signature", () => changed(BZIP2_TEXT, 4, 0)),
  "bad-encoding": bzip2.caught("a damaged block", () => changed(BZIP2_TEXT, 19, 1)),
  overflow: NO_SIZE,
  "out-of-bounds": bzip2.caughtAs("bad-field", "a beginning behind the block", () =>
    changed(BZIP2_TEXT, 14, 0x7f),
  ),
  overlap: NO_OFFSETS,
  gap: bzip2.caught("bytes behind the stream", () => concat([BZIP2_TEXT, text("x")])),
  duplicate: NO_NAMES,
  ambiguous: ONE_READING,
  limit: bzip2.caught(
    "more content than allowed",
    () => BZIP2_TEXT,
    decoding("bzip2", { output: 9 }),
  ),
  unsupported: bzip2.caught("a block made random, as before 1999", () =>
    changed(BZIP2_TEXT, 14, 0x80),
  ),
  encrypted: NO_ENCRYPTION,
  checksum: bzip2.caught("another sum", () => changed(BZIP2_TEXT, 10, 0)),
});

const xz = compressedCells("xz", () => XZ_TEXT);
const sum = new Uint8Array(new Uint32Array([crc32("abc")]).buffer);
const stream = (change: Partial<XzSpec>) => (): Uint8Array =>
  xzStream({ blocks: [{ lzma2: lzma2Stored("abc"), length: 3, check: sum }], check: 1, ...change });

/** xz: streams of blocks, with an index. */
export const XZ_FAULTS: FormatFaults = xz.table("xz", "whole, LZMA2 without other filters", {
  truncated: xz.caught("the footer is missing", () => XZ_TEXT.slice(0, -12)),
  "bad-magic": xz.caught("another signature", () => text("no xz at all")),
  "bad-version": xz.caughtAs(
    "unsupported",
    "stream flags that we do not know",
    stream({ fields: { streamFlags: Uint8Array.of(1, 1), streamSum: crc32(Uint8Array.of(1, 1)) } }),
  ),
  "bad-field": xz.caught("another index", stream({ fields: { index: new Uint8Array(8) } })),
  "bad-encoding": xz.caught(
    "a damaged chunk",
    stream({ blocks: [{ lzma2: changed(lzma2Stored("abc"), 0, 3), length: 3 }] }),
  ),
  overflow: xz.caughtAs(
    "bad-field",
    "a size beyond 2^53",
    stream({ fields: { blockFlags: 0x80, sizes: new Uint8Array(8).fill(0xff).with(7, 0x7f) } }),
  ),
  "out-of-bounds": xz.caughtAs(
    "bad-field",
    "an index that reaches too far back",
    stream({ fields: { backward: 99 } }),
  ),
  overlap: NO_OFFSETS,
  gap: xz.caught("bytes behind the stream", () => concat([XZ_TEXT, text("x")])),
  duplicate: NO_NAMES,
  ambiguous: ONE_READING,
  limit: xz.caught("more content than allowed", () => XZ_TEXT, decoding("xz", { output: 9 })),
  unsupported: xz.caught("another filter", stream({ fields: { filter: 4 } })),
  encrypted: NO_ENCRYPTION,
  checksum: xz.caught("another sum", () => changed(XZ_TEXT, 204, 0)),
});

const lzma = compressedCells("lzma", () => LZMA_TEXT);

/** LZMA in its own header, as in `.lzma` files. */
export const LZMA_FAULTS: FormatFaults = lzma.table("LZMA", "whole", {
  truncated: lzma.caught("the end is missing", () => LZMA_TEXT.slice(0, -12)),
  "bad-magic": lzma.caught("properties that cannot be", () => changed(LZMA_TEXT, 0, 225)),
  "bad-version": NO_VERSION,
  "bad-field": lzma.caughtAs("bad-encoding", "a length shorter than the data", () =>
    changed(LZMA_TEXT, 5, 9, 0, 0, 0, 0, 0, 0, 0),
  ),
  "bad-encoding": lzma.caught("damaged data", () => changed(LZMA_TEXT, 60, 0xff, 0xff, 0xff, 0xff)),
  overflow: lzma.caughtAs("truncated", "a length beyond 2^53", () =>
    changed(LZMA_TEXT.slice(0, -9), 5, 0, 0, 0, 0, 0, 0, 0, 0x40),
  ),
  "out-of-bounds": lzma.caughtAs("bad-encoding", "a copy from before the beginning", () =>
    changed(LZMA_TEXT, 14, 0xff, 0xff, 0xff, 0xff, 0xff),
  ),
  overlap: NO_OFFSETS,
  gap: lzma.caught("bytes behind the stream", () => concat([LZMA_TEXT, text("x")])),
  duplicate: NO_NAMES,
  ambiguous: ONE_READING,
  limit: lzma.caught("more content than allowed", () => LZMA_TEXT, decoding("lzma", { output: 9 })),
  unsupported: never("all that its header can ask for is decoded"),
  encrypted: NO_ENCRYPTION,
  checksum: never("the format stores no sum"),
});
