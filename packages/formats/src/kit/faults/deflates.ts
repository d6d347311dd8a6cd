import { deflateSync } from "node:zlib";

import { gzipMember, type GzipSpec } from "../gzip.ts";
import { concat, text } from "../records.ts";
import { never, NO_ENCRYPTION, NO_NAMES, NO_OFFSETS, NO_VERSION } from "./cells.ts";
import { changed, compressedCells, decoding } from "./compressed.ts";
import type { FormatFaults } from "./types.ts";

const TEXT = "line after line after line ".repeat(30);

const gzip = compressedCells("gzip", () => gzipMember({ data: TEXT, headerSum: true }));
const member = (spec: GzipSpec) => (): Uint8Array => gzipMember({ data: TEXT, ...spec });

/** gzip: members, their headers and sums. */
export const GZIP_FAULTS: FormatFaults = gzip.table("gzip", "whole", {
  truncated: gzip.caught("the sums are missing", () => gzipMember({ data: TEXT }).slice(0, -8)),
  "bad-magic": gzip.caught("another signature", () => text("no gzip")),
  "bad-version": NO_VERSION,
  "bad-field": gzip.caught("another size", member({ fields: { size: 1 } })),
  "bad-encoding": gzip.caught(
    "a block of no type",
    member({ fields: { deflated: Uint8Array.of(7) } }),
  ),
  overflow: never("sizes are stored modulo 2^32, and compared as such"),
  "out-of-bounds": gzip.caughtAs(
    "bad-encoding",
    "a copy from before the beginning",
    member({ fields: { deflated: Uint8Array.of(0x4b, 0x87, 0x14, 0, 0) } }),
  ),
  overlap: NO_OFFSETS,
  gap: gzip.caught("bytes behind the last member", () =>
    concat([gzipMember({ data: TEXT }), text("x")]),
  ),
  duplicate: never("members may repeat: their content is put together"),
  ambiguous: gzip.caught(
    "reserved flags, which Python does not mind",
    member({ fields: { flags: 0x40 } }),
  ),
  limit: gzip.caught("more content than allowed", member({}), decoding("gzip", { output: 9 })),
  unsupported: gzip.caughtAs(
    "bad-magic",
    "another method than deflate",
    member({ fields: { method: 7 } }),
  ),
  encrypted: gzip.caughtAs(
    "ambiguous",
    "the flag of an old gzip for encryption",
    member({ fields: { flags: 0x20 } }),
  ),
  checksum: gzip.caught("another sum", member({ fields: { crc32: 1 } })),
});

const zlib = compressedCells("zlib", () => deflateSync(TEXT));
const SHORT = deflateSync(TEXT);

/** zlib: one stream with a sum. */
export const ZLIB_FAULTS: FormatFaults = zlib.table("zlib", "whole", {
  truncated: zlib.caught("the sum is missing", () => SHORT.subarray(0, -4)),
  "bad-magic": zlib.caught("header bits that contradict each other", () =>
    Uint8Array.of(0x78, 0x9d, 3, 0),
  ),
  "bad-version": NO_VERSION,
  "bad-field": zlib.caughtAs("bad-magic", "a window larger than there is", () =>
    Uint8Array.of(0x88, 0x1c, 3, 0),
  ),
  "bad-encoding": zlib.caught("a block of no type", () => Uint8Array.of(0x78, 0x9c, 7)),
  overflow: never("it stores no size"),
  "out-of-bounds": zlib.caughtAs("bad-encoding", "a copy from before the beginning", () =>
    Uint8Array.of(0x78, 0x9c, 0x4b, 0x87, 0x14, 0, 0),
  ),
  overlap: NO_OFFSETS,
  gap: zlib.caught("bytes behind the stream", () => concat([SHORT, text("x")])),
  duplicate: NO_NAMES,
  ambiguous: never("a stream has one reading"),
  limit: zlib.caught("more content than allowed", () => SHORT, decoding("zlib", { output: 9 })),
  unsupported: zlib.caught("a preset dictionary", () => Uint8Array.of(0x78, 0xbb, 0, 0)),
  encrypted: NO_ENCRYPTION,
  checksum: zlib.caught("another sum", () => changed(SHORT, -1, 0x77)),
});
