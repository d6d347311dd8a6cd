import { Buffer } from "node:buffer";

import type { Cursor, Reading } from "../core/cursor.ts";
import { FormatError } from "../core/format-error.ts";
import type { FaultList } from "../core/fault-list.ts";
import type { ByteRange } from "../core/parsed.ts";
import { END_SIGNATURE, LOCAL_SIGNATURE } from "./fields.ts";
import type { ZipLimits } from "./limits.ts";

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
      for (const [offset, signature] of signaturesIn(cursor.bytes(length))) {
        (signature === LOCAL_SIGNATURE ? locals : ends).push(at + offset);
      }
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

function* signaturesIn(bytes: Uint8Array): Generator<readonly [offset: number, signature: number]> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = buffer.indexOf("PK"); at >= 0; at = buffer.indexOf("PK", at + 2)) {
    if (at + SIGNATURE_BYTES > buffer.length) return;
    const signature = buffer.readUInt32LE(at);
    if (signature === LOCAL_SIGNATURE || signature === END_SIGNATURE) yield [at, signature];
  }
}
