import type { Cursor, Reading } from "../core/cursor.ts";
import type { FaultList } from "../core/fault-list.ts";
import { END_BYTES, END_SIGNATURE, SENTINEL_16, SENTINEL_32 } from "./fields.ts";
import { readEnd64 } from "./end64.ts";
import { ZIP_MAX_END_RECORDS } from "./limits.ts";

/** Where the directory lies, by the end record and its zip64 form. */
export type ZipEnd = {
  /** Records in the directory. */
  readonly count: number;
  readonly directoryOffset: number;
  readonly directorySize: number;
  /** Where the directory must end: offset of the end record, or of the zip64 record before it. */
  readonly at: number;
  /** Offset of the end record itself. */
  readonly offset: number;
  /** Nothing behind it looks like another: Python takes the last signature, and gives up where that is no record. */
  readonly isLast: boolean;
  /** Offsets of records before it that a reader may take which checks the length of the comment. */
  readonly rivals: readonly number[];
  /** Where the archive ends: after the comment. */
  readonly end: number;
  readonly comment: Uint8Array;
};

/** The values of one of the two end records. */
export type EndValues = {
  readonly disk: number;
  readonly directoryDisk: number;
  readonly diskCount: number;
  readonly count: number;
  readonly directorySize: number;
  readonly directoryOffset: number;
};

/** The end record is within its own size and the longest comment from the end. */
const SEARCH_BYTES = END_BYTES + 0xffff;

/**
 * Finds and reads the end records; undefined when there is none.
 *
 * Readers search backwards and take the last signature. A record before it whose comment would reach
 * the end of the file is what a reader sees that checks the comment's length: both is `ambiguous`.
 */
export function* readEnd(cursor: Cursor, faults: FaultList): Reading<ZipEnd | undefined> {
  const start = Math.max(0, cursor.size - SEARCH_BYTES);
  cursor.seek(start);
  yield* cursor.fill(cursor.size - start);
  const tail = cursor.bytes(cursor.size - start);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  const found = findSignature(view, tail.length - END_BYTES);
  if (found < 0) return undefined;
  const rivals: number[] = [];
  for (let at = findSignature(view, found - 1); at >= 0; at = findSignature(view, at - 1)) {
    if (at + END_BYTES + view.getUint16(at + 20, true) === tail.length) {
      faults.add("ambiguous", "an end record in the comment of another", start + at);
      if (rivals.length < ZIP_MAX_END_RECORDS) rivals.push(start + at);
    }
  }
  const offset = start + found;
  const values = endValues(view, found);
  const end = offset + END_BYTES + view.getUint16(found + 20, true);
  const comment = tail.slice(found + END_BYTES, end - start);
  if (end > cursor.size) faults.add("truncated", "comment ends after the file", offset);
  const end64 = yield* readEnd64(cursor, offset, faults);
  if (end64 !== undefined) checkAgreement(values, end64.values, offset, faults);
  const { disk, directoryDisk, diskCount, count, directorySize, directoryOffset } =
    end64?.values ?? values;
  if (disk !== 0 || directoryDisk !== 0) {
    faults.add("unsupported", "archive spans several disks", offset);
  }
  if (diskCount !== count) faults.add("ambiguous", "two counts of members", offset);
  const at = end64?.at ?? offset;
  const isLast = end === cursor.size && comment.length === 0 ? true : isLastIn(view, found);
  const place = { at, offset, isLast, rivals, end: Math.min(end, cursor.size) };
  return { count, directoryOffset, directorySize, ...place, comment };
}

function isLastIn(view: DataView, found: number): boolean {
  return view.byteLength < 4 || findSignature(view, view.byteLength - 4) === found;
}

function findSignature(view: DataView, from: number): number {
  for (let at = from; at >= 0; at -= 1) {
    if (view.getUint8(at) === 0x50 && view.getUint32(at, true) === END_SIGNATURE) return at;
  }
  return -1;
}

function endValues(view: DataView, at: number): EndValues {
  return {
    disk: view.getUint16(at + 4, true),
    directoryDisk: view.getUint16(at + 6, true),
    diskCount: view.getUint16(at + 8, true),
    count: view.getUint16(at + 10, true),
    directorySize: view.getUint32(at + 12, true),
    directoryOffset: view.getUint32(at + 16, true),
  };
}

/** Some readers always prefer the zip64 record, others only where a sentinel sends them to it. */
function checkAgreement(
  short: EndValues,
  long: EndValues,
  offset: number,
  faults: FaultList,
): void {
  const agrees =
    follows(short.disk, long.disk, SENTINEL_16) &&
    follows(short.directoryDisk, long.directoryDisk, SENTINEL_16) &&
    follows(short.diskCount, long.diskCount, SENTINEL_16) &&
    follows(short.count, long.count, SENTINEL_16) &&
    follows(short.directorySize, long.directorySize, SENTINEL_32) &&
    follows(short.directoryOffset, long.directoryOffset, SENTINEL_32);
  if (!agrees) faults.add("ambiguous", "end record and zip64 end record differ", offset);
}

function follows(short: number, long: number, sentinel: number): boolean {
  return short === sentinel || short === long;
}
