import { Buffer } from "node:buffer";

import type { Cursor, Reading } from "../core/cursor.ts";
import { FormatError } from "../core/format-error.ts";
import type { FaultList } from "../core/fault-list.ts";
import type { ByteRange } from "../core/parsed.ts";
import { END_SIGNATURE, LOCAL_SIGNATURE } from "./fields.ts";
import { ZIP_MAX_END_RECORDS, type ZipLimits } from "./limits.ts";

/** Offsets of what looks like a record, in file order. */
export type ScanHits = { readonly locals: readonly number[]; readonly ends: readonly number[] };

/** Bytes searched at a time. */
const WINDOW_BYTES = 1_048_576;

const SIGNATURE_BYTES = 4;

/** Searches `ranges` for the signatures of local headers and end records that begin in them. */
export function* scanRanges(
  cursor: Cursor,
  ranges: readonly ByteRange[],
  limits: ZipLimits,
  faults: FaultList,
): Reading<ScanHits> {
  const locals: number[] = [];
  const ends: number[] = [];
  let left = limits.scannedBytes;
  for (const { start, end } of ranges) {
    for (let at = start; at < end;) {
      if (left <= 0) {
        faults.keep(FormatError.limit("ZIP_MAX_SCANNED_BYTES", limits.scannedBytes, at));
        return { locals, ends };
      }
      const stop = Math.min(end, at + Math.min(WINDOW_BYTES, left));
      // A signature may begin in this window and end behind it.
      const length = Math.min(stop + SIGNATURE_BYTES - 1, cursor.size) - at;
      cursor.seek(at);
      yield* cursor.fill(length);
      const bytes = cursor.bytes(length);
      collect(bytes, LOCAL, at, locals, limits.hiddenMembers + 1);
      collect(bytes, END, at, ends, ZIP_MAX_END_RECORDS + 1);
      if (locals.length > limits.hiddenMembers) {
        const where = locals[limits.hiddenMembers] ?? at;
        faults.keep(FormatError.limit("ZIP_MAX_HIDDEN_MEMBERS", limits.hiddenMembers, where));
        return { locals: locals.slice(0, limits.hiddenMembers), ends };
      }
      left -= stop - at;
      at = stop;
    }
  }
  return { locals, ends };
}

/** The bytes from 0 to `size` that are in none of `claims`, in order. */
export function rangesOutside(claims: readonly ByteRange[], size: number): readonly ByteRange[] {
  const ranges: ByteRange[] = [];
  let reached = 0;
  for (const { start, end } of claims.toSorted((left, right) => left.start - right.start)) {
    if (start > reached) ranges.push({ start: reached, end: Math.min(start, size) });
    reached = Math.max(reached, end);
  }
  if (reached < size) ranges.push({ start: reached, end: size });
  return ranges;
}

const LOCAL = signatureBytes(LOCAL_SIGNATURE);
const END = signatureBytes(END_SIGNATURE);

function signatureBytes(signature: number): Buffer {
  const bytes = Buffer.alloc(SIGNATURE_BYTES);
  bytes.writeUInt32LE(signature);
  return bytes;
}

/** Adds where `signature` is in `bytes`, which begin at `start`, until there are `most`. */
function collect(
  bytes: Uint8Array,
  signature: Buffer,
  start: number,
  hits: number[],
  most: number,
): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = buffer.indexOf(signature);
  while (at >= 0 && hits.length < most) {
    hits.push(start + at);
    at = buffer.indexOf(signature, at + SIGNATURE_BYTES);
  }
}
