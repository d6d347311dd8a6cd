import { Buffer, constants, isUtf8 } from "node:buffer";

import { FormatError } from "../core/format-error.ts";

/**
 * Decodes UTF-8 strictly; a byte order mark is kept, so that offsets stay true.
 *
 * `base` is the offset of the first byte in its source, for the error.
 * @throws FormatError `bad-encoding` with the offset of the first invalid sequence (a sequence cut by
 * the end included), `limit` when the engine cannot hold a string of that length.
 */
export function decodeUtf8(bytes: Uint8Array, base = 0): string {
  if (bytes.length > constants.MAX_STRING_LENGTH) {
    throw FormatError.limit("MAX_STRING_LENGTH", constants.MAX_STRING_LENGTH, base);
  }
  if (!isUtf8(bytes)) {
    const offset = base + validUtf8Length(bytes);
    throw new FormatError("bad-encoding", `invalid UTF-8 at byte ${offset}`, { offset });
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}

/**
 * Length of the longest valid UTF-8 beginning, in bytes.
 * @see Unicode 16, section 3.9, table 3-7
 */
export function validUtf8Length(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length === 0) return at;
    at += length;
  }
  return at;
}

/** Bytes of the sequence at `at`, 0 when it is invalid or cut. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  // The second byte's range rules out overlong forms, surrogates and values past U+10FFFF.
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  const second = bytes[at + 1] ?? 0;
  if (second < low || second > high) return 0;
  for (let index = 2; index < length; index += 1) {
    const next = bytes[at + index] ?? 0;
    if (next < 0x80 || next > 0xbf) return 0;
  }
  return length;
}
