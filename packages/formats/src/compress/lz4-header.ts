import type { Reading } from "../core/cursor.ts";
import type { Work } from "./work.ts";
import { xxh32 } from "./xxh32.ts";

/** What a frame header says of the blocks behind it. */
export type Lz4Header = {
  /** Copies may reach into the blocks before. */
  readonly isLinked: boolean;
  /** Longest block, stored or decoded. */
  readonly blockBytes: number;
  readonly hasBlockSums: boolean;
  /** A sum of the content follows the last block. */
  readonly hasSum: boolean;
  /** Length of the content, when it is told. */
  readonly size: number | undefined;
};

const VERSION = 1;

/** Reads the descriptor behind the signature. @throws FormatError `bad-version`, `bad-field`, `unsupported`, `truncated`. */
export function* readLz4Header(work: Work): Reading<Lz4Header> {
  const { input } = work;
  const start = input.offset;
  yield* input.more(15);
  yield* input.need(3);
  const from = input.at;
  const flags = input.u8();
  const sizes = input.u8();
  if (flags >>> 6 !== VERSION) throw input.fault("bad-version", "an unknown version", start);
  const code = sizes >>> 4;
  if ((flags & 0x02) !== 0 || (sizes & 0x8f) !== 0 || code < 4) {
    throw input.fault("bad-field", "reserved bits are set, or blocks have no size", start);
  }
  const hasSize = (flags & 0x08) !== 0;
  const hasDictionary = (flags & 0x01) !== 0;
  yield* input.need((hasSize ? 8 : 0) + (hasDictionary ? 4 : 0) + 1);
  const size = hasSize ? input.u32() + input.u32() * 2 ** 32 : undefined;
  if (hasDictionary && input.u32() !== 0) {
    throw input.fault("unsupported", "a dictionary is needed", start);
  }
  const sum = (xxh32(input.bytes.subarray(from, input.at)) >>> 8) & 0xff;
  work.checkSum(input.u8() === sum, "the header of a frame", start);
  return {
    isLinked: (flags & 0x20) === 0,
    blockBytes: 1 << (8 + 2 * code),
    hasBlockSums: (flags & 0x10) !== 0,
    hasSum: (flags & 0x04) !== 0,
    size,
  };
}
