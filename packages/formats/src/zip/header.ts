import type { Cursor, Reading } from "../core/cursor.ts";
import type { FaultList } from "../core/fault-list.ts";
import { readExtra, Zip64Values } from "./extra.ts";
import { LOCAL_BYTES, LOCAL_SIGNATURE, SENTINEL_32 } from "./fields.ts";

/** A local file header as stored (APPNOTE.TXT 6.3.10, section 4.3.7). */
export type LocalHeader = {
  readonly at: number;
  /** Version needed to extract. */
  readonly version: number;
  readonly flags: number;
  readonly method: number;
  readonly crc32: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly nameBytes: Uint8Array;
  readonly dataOffset: number;
};

/** Reads the local header at `at`, which must end before `end`; undefined when there is none. */
export function* readHeader(
  cursor: Cursor,
  at: number,
  end: number,
  faults: FaultList,
): Reading<LocalHeader | undefined> {
  if (at < 0 || at + LOCAL_BYTES > end) {
    faults.add("out-of-bounds", "local header is said to lie beyond the data", at);
    return undefined;
  }
  cursor.seek(at);
  yield* cursor.fill(LOCAL_BYTES);
  if (cursor.u32() !== LOCAL_SIGNATURE) {
    faults.add("ambiguous", "no local header where the directory says", at);
    return undefined;
  }
  const version = cursor.u16();
  const flags = cursor.u16();
  const method = cursor.u16();
  cursor.skip(4);
  const crc32 = cursor.u32();
  const compressedField = cursor.u32();
  const sizeField = cursor.u32();
  const nameLength = cursor.u16();
  const extraLength = cursor.u16();
  const dataOffset = cursor.offset + nameLength + extraLength;
  if (dataOffset > end) {
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
  return { at, version, flags, method, crc32, compressedSize, size, nameBytes, dataOffset };
}
