import type { Cursor, Reading } from "../core/cursor.ts";
import { FormatError } from "../core/format-error.ts";
import { readExtra, Zip64Values } from "./extra.ts";
import type { FaultList } from "../core/fault-list.ts";
import {
  CENTRAL_BYTES,
  CENTRAL_SIGNATURE,
  ENCRYPTION_FLAGS,
  METHOD_AES,
  METHOD_STORED,
  PATCH_FLAG,
  SENTINEL_16,
  SENTINEL_32,
} from "./fields.ts";
import type { ZipLimits } from "./limits.ts";
import { decodeName } from "./name.ts";

/** One record of the central directory. */
export type CentralRecord = {
  readonly at: number;
  readonly name: string;
  readonly nameBytes: Uint8Array;
  /** Version needed to extract, times ten. */
  readonly version: number;
  readonly flags: number;
  readonly method: number;
  /** Time of day in the form of DOS. */
  readonly time: number;
  readonly crc32: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Another name, from the extra field of Info-ZIP. */
  readonly path: string | undefined;
  /** Offset of the local header, as stored. */
  readonly localOffset: number;
  /** The attributes say symbolic link. */
  readonly isSymlink: boolean;
};

/**
 * Reads the records from `start` to `end` into `records`, which keeps what came before a fault.
 *
 * False when it could not go on to the end.
 */
export function* readCentral(
  cursor: Cursor,
  range: { readonly start: number; readonly end: number },
  limits: ZipLimits,
  records: CentralRecord[],
  faults: FaultList,
): Reading<boolean> {
  cursor.seek(range.start);
  while (cursor.offset < range.end) {
    const at = cursor.offset;
    if (records.length >= limits.members) {
      faults.keep(FormatError.limit("ARCHIVE_MAX_MEMBERS", limits.members, at));
      return false;
    }
    if (at + CENTRAL_BYTES > range.end) {
      faults.add("truncated", "directory ends within a record", at);
      return false;
    }
    yield* cursor.fill(CENTRAL_BYTES);
    if (cursor.u32() !== CENTRAL_SIGNATURE) {
      faults.add("bad-field", "directory holds something else than a record", at);
      return false;
    }
    const record = yield* readRecord(cursor, at, range.end, faults);
    if (record === undefined) return false;
    checkRecord(record, faults);
    records.push(record);
  }
  return true;
}

/** Stands behind the signature, with the fixed part in the window (section 4.3.12). */
function* readRecord(
  cursor: Cursor,
  at: number,
  end: number,
  faults: FaultList,
): Reading<CentralRecord | undefined> {
  const madeBy = cursor.u16();
  const version = cursor.u16();
  const flags = cursor.u16();
  const method = cursor.u16();
  const time = cursor.u16();
  cursor.skip(2);
  const crc32 = cursor.u32();
  const compressedField = cursor.u32();
  const sizeField = cursor.u32();
  const nameLength = cursor.u16();
  const extraLength = cursor.u16();
  const commentLength = cursor.u16();
  const diskField = cursor.u16();
  cursor.skip(2);
  const attributes = cursor.u32();
  const offsetField = cursor.u32();
  if (cursor.offset + nameLength + extraLength + commentLength > end) {
    faults.add("truncated", "directory ends within a record", at);
    return undefined;
  }
  yield* cursor.fill(nameLength + extraLength);
  const nameBytes = cursor.bytes(nameLength).slice();
  const { zip64, path } = readExtra(cursor.bytes(extraLength), nameBytes, at, faults);
  const values = new Zip64Values(zip64, at, faults);
  const size = values.take(sizeField, SENTINEL_32);
  const compressedSize = values.take(compressedField, SENTINEL_32);
  const localOffset = values.take(offsetField, SENTINEL_32);
  values.checkRest([size, compressedSize, localOffset]);
  if (diskField !== 0 && diskField !== SENTINEL_16) {
    faults.add("unsupported", "member lies on another disk", at);
  }
  cursor.skip(commentLength);
  const name = decodeName(nameBytes, flags, at, faults);
  const isSymlink = isUnixSymlink(madeBy, attributes);
  return {
    at,
    name,
    nameBytes,
    path,
    version,
    flags,
    method,
    time,
    crc32,
    compressedSize,
    size,
    localOffset,
    isSymlink,
  };
}

function checkRecord(record: CentralRecord, faults: FaultList): void {
  if ((record.flags & ENCRYPTION_FLAGS) !== 0 || record.method === METHOD_AES) {
    faults.add("encrypted", "member is encrypted", record.at);
  } else if (record.method === METHOD_STORED && record.compressedSize !== record.size) {
    faults.add("ambiguous", "stored member has two sizes", record.at);
  }
  if ((record.flags & PATCH_FLAG) !== 0) {
    faults.add("unsupported", "member is a patch to another file", record.at);
  }
  if (record.name.endsWith("/") && record.size !== 0) {
    faults.add("ambiguous", "a folder with content", record.at);
  }
}

/** Section 4.4.2: hosts 3 (Unix) and 19 (OS X) keep the file mode in the upper half of the attributes. */
function isUnixSymlink(madeBy: number, attributes: number): boolean {
  const host = madeBy >>> 8;
  return (host === 3 || host === 19) && ((attributes >>> 16) & 0xf000) === 0xa000;
}
