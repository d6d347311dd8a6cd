import { constants, zstdCompressSync } from "node:zlib";

import { lz4Frame, lz4Sequence, type Lz4Spec } from "../lz4.ts";
import { concat, text } from "../records.ts";
import { never, NO_ENCRYPTION, NO_NAMES, NO_OFFSETS } from "./cells.ts";
import { changed, compressedCells, decoding } from "./compressed.ts";
import type { FormatFaults } from "./types.ts";

const TEXT = "line after line after line ".repeat(30);

const lz4 = compressedCells("lz4", () => lz4Frame({ blocks: [{ stored: TEXT }], content: TEXT }));
const frame = (change: Partial<Lz4Spec>) => (): Uint8Array =>
  lz4Frame({ blocks: [{ stored: TEXT }], ...change });

/** LZ4 frames. */
export const LZ4_FAULTS: FormatFaults = lz4.table("LZ4", "whole", {
  truncated: lz4.caught("no end mark", () => frame({})().subarray(0, -4)),
  "bad-magic": lz4.caught("another signature", () => text("no lz4 at all")),
  "bad-version": lz4.caught("version 2", frame({ fields: { flags: 0x80 } })),
  "bad-field": lz4.caught("another length of the content", frame({ contentSize: 2 })),
  "bad-encoding": lz4.caught(
    "a copy of distance 0",
    frame({ blocks: [{ packed: concat([lz4Sequence("a", 0, 4), lz4Sequence("")]) }] }),
  ),
  overflow: lz4.caughtAs("bad-field", "a length beyond 2^53", frame({ contentSize: 2 ** 60 })),
  "out-of-bounds": lz4.caughtAs(
    "bad-encoding",
    "a copy from before the beginning",
    frame({ blocks: [{ packed: concat([lz4Sequence("a", 9, 4), lz4Sequence("")]) }] }),
  ),
  overlap: NO_OFFSETS,
  gap: lz4.caught("bytes behind the last frame", () => concat([frame({})(), text("x")])),
  duplicate: NO_NAMES,
  ambiguous: never("a frame has one reading"),
  limit: lz4.caught("more content than allowed", frame({}), decoding("lz4", { output: 9 })),
  unsupported: lz4.caught("a dictionary", frame({ dictionary: 5 })),
  encrypted: NO_ENCRYPTION,
  checksum: lz4.caught("another sum", frame({ content: TEXT, sum: 1 })),
});

const SEALED = zstdCompressSync(TEXT, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
const zstd = compressedCells("zstd", () => SEALED);

/** Zstandard frames. */
export const ZSTD_FAULTS: FormatFaults = zstd.table("Zstandard", "whole, by the engine", {
  truncated: zstd.caught("the sum is missing", () => SEALED.subarray(0, -4)),
  "bad-magic": zstd.caught("another signature", () => text("no zstd at all")),
  "bad-version": zstd.caughtAs("bad-magic", "a signature from before the format was fixed", () =>
    changed(SEALED, 0, 0x27),
  ),
  "bad-field": zstd.caught("a reserved bit", () => changed(SEALED, 4, (SEALED[4] ?? 0) | 8)),
  "bad-encoding": zstd.caught("a block of no type", () =>
    concat([SEALED, Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x20, 1, 7, 0, 0)]),
  ),
  overflow: zstd.caughtAs("limit", "a size beyond 2^53", () =>
    Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0x40, 1, 0, 0),
  ),
  "out-of-bounds": zstd.caughtAs("truncated", "a block longer than the file", () =>
    Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x20, 9, 0x49, 0, 0, 1),
  ),
  overlap: NO_OFFSETS,
  gap: zstd.caught("bytes behind the last frame", () => concat([SEALED, text("xxxxx")])),
  duplicate: NO_NAMES,
  ambiguous: never("a frame has one reading"),
  limit: zstd.caught("more content than allowed", () => SEALED, decoding("zstd", { output: 9 })),
  unsupported: zstd.caught("a dictionary", () =>
    Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x21, 7, 0, 1, 0, 0),
  ),
  encrypted: NO_ENCRYPTION,
  checksum: zstd.caught("another sum", () => changed(SEALED, -2, 0x77, 0x77)),
});
