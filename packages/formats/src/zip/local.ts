import type { Cursor, Reading } from "../core/cursor.ts";
import type { FaultList } from "../core/fault-list.ts";
import { FormatError } from "../core/format-error.ts";
import type { CentralRecord } from "./central.ts";
import { readDescriptor } from "./descriptor.ts";
import { sameBytes } from "./extra.ts";
import { DESCRIPTOR_FLAG, SENTINEL_32 } from "./fields.ts";
import { readHeader, type LocalHeader } from "./header.ts";
import { ZIP_MAX_HEADER_BYTES } from "./limits.ts";

/** Where a member lies: its local header, its data, and the end of both with the data descriptor. */
export type LocalPlace = {
  readonly start: number;
  readonly dataOffset: number;
  readonly end: number;
  readonly header: LocalHeader;
  /** The header says what the directory says. */
  readonly agrees: boolean;
};

/**
 * Reads the local header of every record, in file order, compares it, and fills `places`.
 *
 * Headers may share bytes, which makes a small file cost as much as a large one (CWE-407): what they hold is
 * counted, each for itself.
 */
export function* readLocals(
  cursor: Cursor,
  records: readonly CentralRecord[],
  shift: number,
  directoryStart: number,
  places: Map<CentralRecord, LocalPlace>,
  faults: FaultList,
): Reading<void> {
  const inFileOrder = records.toSorted((left, right) => left.localOffset - right.localOffset);
  let header: LocalHeader | undefined;
  let spent = 0;
  for (const record of inFileOrder) {
    const at = record.localOffset + shift;
    if (header === undefined || header.at !== at) {
      if (header !== undefined && at < header.dataOffset) {
        faults.add("overlap", "local header begins within another", at);
      }
      const next: LocalHeader | undefined = yield* readHeader(cursor, at, directoryStart, faults);
      if (next === undefined) continue;
      header = next;
      spent += header.dataOffset - at;
      if (spent > ZIP_MAX_HEADER_BYTES) {
        faults.keep(FormatError.limit("ZIP_MAX_HEADER_BYTES", ZIP_MAX_HEADER_BYTES, at));
        return;
      }
    }
    const differences = differencesOf(record, header);
    for (const what of differences) {
      faults.add("ambiguous", `local header and directory differ in ${what}`, header.at);
    }
    const agrees = differences.length === 0;
    const end = yield* endOf(cursor, record, header, directoryStart, faults);
    places.set(record, { start: at, dataOffset: header.dataOffset, end, header, agrees });
  }
}

/** The fields in which the two headers of a member differ, in words. */
export function differencesOf(record: CentralRecord, header: LocalHeader): readonly string[] {
  const later = (record.flags & header.flags & DESCRIPTOR_FLAG) !== 0;
  const agree = (central: number, local: number): boolean =>
    // A value that follows the data is zero in the local header, all ones in some writers, or already true.
    central === local || (later && (local === 0 || local === SENTINEL_32));
  const fields: readonly (readonly [boolean, string])[] = [
    [sameBytes(record.nameBytes, header.nameBytes), "the name"],
    [record.method === header.method, "the method"],
    [record.flags === header.flags, "the flags"],
    [agree(record.crc32, header.crc32), "the checksum"],
    [agree(record.compressedSize, header.compressedSize), "the compressed size"],
    [agree(record.size, header.size), "the size"],
  ];
  return fields.flatMap(([same, what]) => (same ? [] : [what]));
}

function* endOf(
  cursor: Cursor,
  record: CentralRecord,
  header: LocalHeader,
  directoryStart: number,
  faults: FaultList,
): Reading<number> {
  const dataEnd = header.dataOffset + record.compressedSize;
  if (dataEnd > directoryStart) {
    faults.add("out-of-bounds", "data of a member reaches into the directory", header.at);
    return dataEnd;
  }
  if ((record.flags & DESCRIPTOR_FLAG) === 0) return dataEnd;
  return yield* readDescriptor(cursor, dataEnd, directoryStart, record, faults);
}
