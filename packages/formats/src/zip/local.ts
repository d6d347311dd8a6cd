import type { Cursor, Reading } from "../core/cursor.ts";
import type { CentralRecord } from "./central.ts";
import { readDescriptor } from "./descriptor.ts";
import { readExtra, sameBytes, Zip64Values } from "./extra.ts";
import type { FaultList } from "../core/fault-list.ts";
import { DESCRIPTOR_FLAG, LOCAL_BYTES, LOCAL_SIGNATURE, SENTINEL_32 } from "./fields.ts";

/** Where a member lies: its local header, its data, and the end of both with the data descriptor. */
export type LocalPlace = {
  readonly start: number;
  readonly dataOffset: number;
  readonly end: number;
};

/** A local file header as stored (section 4.3.7). */
type LocalHeader = {
  readonly at: number;
  readonly flags: number;
  readonly method: number;
  readonly crc32: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly nameBytes: Uint8Array;
  readonly dataOffset: number;
};

/**
 * Reads the local header of every record, in file order, compares it, and fills `places`.
 *
 * A header that begins within another is not read: headers that share bytes would make a small file
 * cost as much as a large one (CWE-407).
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
  for (const record of inFileOrder) {
    const at = record.localOffset + shift;
    if (header === undefined || header.at !== at) {
      if (header !== undefined && at < header.dataOffset) {
        faults.add("overlap", "local header begins within another", at);
        continue;
      }
      const next: LocalHeader | undefined = yield* readHeader(cursor, at, directoryStart, faults);
      if (next === undefined) continue;
      header = next;
    }
    compare(record, header, faults);
    const end = yield* endOf(cursor, record, header, directoryStart, faults);
    places.set(record, { start: at, dataOffset: header.dataOffset, end });
  }
}

function* readHeader(
  cursor: Cursor,
  at: number,
  directoryStart: number,
  faults: FaultList,
): Reading<LocalHeader | undefined> {
  if (at < 0 || at + LOCAL_BYTES > directoryStart) {
    faults.add("out-of-bounds", "local header is said to lie beyond the data", at);
    return undefined;
  }
  cursor.seek(at);
  yield* cursor.fill(LOCAL_BYTES);
  if (cursor.u32() !== LOCAL_SIGNATURE) {
    faults.add("ambiguous", "no local header where the directory says", at);
    return undefined;
  }
  cursor.skip(2);
  const flags = cursor.u16();
  const method = cursor.u16();
  cursor.skip(4);
  const crc32 = cursor.u32();
  const compressedField = cursor.u32();
  const sizeField = cursor.u32();
  const nameLength = cursor.u16();
  const extraLength = cursor.u16();
  const dataOffset = cursor.offset + nameLength + extraLength;
  if (dataOffset > directoryStart) {
    faults.add("out-of-bounds", "local header reaches beyond the data", at);
    return undefined;
  }
  yield* cursor.fill(nameLength + extraLength);
  const nameBytes = cursor.bytes(nameLength).slice();
  const { zip64 } = readExtra(cursor.bytes(extraLength), nameBytes, at, faults);
  // Values not asked for are not checked here: PyTorch writes the offset of members past 4 GiB.
  const values = new Zip64Values(zip64, at, faults);
  const size = values.take(sizeField, SENTINEL_32);
  const compressedSize = values.take(compressedField, SENTINEL_32);
  return { at, flags, method, crc32, compressedSize, size, nameBytes, dataOffset };
}

/** Reports each field in which the two headers of a member differ. */
function compare(record: CentralRecord, header: LocalHeader, faults: FaultList): void {
  const report = (what: string): void => {
    faults.add("ambiguous", `local header and directory differ in ${what}`, header.at);
  };
  if (!sameBytes(record.nameBytes, header.nameBytes)) report("the name");
  if (record.method !== header.method) report("the method");
  if (record.flags !== header.flags) report("the flags");
  const later = (record.flags & header.flags & DESCRIPTOR_FLAG) !== 0;
  if (!agrees(record.crc32, header.crc32, later)) report("the checksum");
  if (!agrees(record.compressedSize, header.compressedSize, later)) report("the compressed size");
  if (!agrees(record.size, header.size, later)) report("the size");
}

/** A value that follows the data is zero in the local header, all ones in some writers, or already true. */
function agrees(central: number, local: number, later: boolean): boolean {
  return central === local || (later && (local === 0 || local === SENTINEL_32));
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
