import type { Reading } from "../core/cursor.ts";
import { FormatError } from "../core/format-error.ts";
import type { Work } from "./work.ts";

/** RFC 8878 section 3.1.1. */
export const ZSTD_MAGIC: number = 0xfd2fb528 | 0;

/** A frame may ask for a window of any size; readers take up to 128 MiB unless they are told otherwise (CWE-789). */
export const ZSTD_MAX_WINDOW = 134_217_728;

/** Longest content of a block, RFC 8878 section 3.1.1.2.4. */
const MAX_BLOCK = 131_072;

/** What a frame header says of the blocks behind it. */
export type ZstdHeader = {
  /** Longest content of a block. */
  readonly blockBytes: number;
  /** A sum of four bytes follows the last block. */
  readonly hasSum: boolean;
};

/** Reads a frame header. @throws FormatError `bad-field`, `unsupported`, `limit` ZSTD_MAX_WINDOW, `truncated`. */
export function* readZstdHeader({ input }: Work): Reading<ZstdHeader> {
  const start = input.offset;
  yield* input.need(6);
  input.at += 4;
  const flags = input.u8();
  const isSingle = (flags & 0x20) !== 0;
  if ((flags & 0x08) !== 0) throw input.fault("bad-field", "a reserved bit is set", start + 4);
  const idBytes = [0, 1, 2, 4][flags & 3] ?? 0;
  const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][flags >>> 6] ?? 0;
  yield* input.need((isSingle ? 0 : 1) + idBytes + sizeBytes);
  const window = isSingle ? 0 : windowOf(input.u8());
  const id = takeInteger(input.take(idBytes));
  if (id !== 0) throw input.fault("unsupported", `dictionary ${id} is needed`, start);
  const size = takeInteger(input.take(sizeBytes)) + (sizeBytes === 2 ? 256 : 0);
  const wanted = isSingle ? size : window;
  if (wanted > ZSTD_MAX_WINDOW) throw FormatError.limit("ZSTD_MAX_WINDOW", ZSTD_MAX_WINDOW, start);
  return { blockBytes: Math.min(wanted, MAX_BLOCK), hasSum: (flags & 4) !== 0 };
}

/** Exponent and mantissa, RFC 8878 section 3.1.1.1.2. */
function windowOf(field: number): number {
  const base = 2 ** (10 + (field >>> 3));
  return base + (base / 8) * (field & 7);
}

/** Little-endian; beyond 2^53 only roughly, which is above every limit. */
function takeInteger(bytes: Uint8Array): number {
  return bytes.reduceRight((value, byte) => value * 256 + byte, 0);
}
