import type { Cursor, Reading } from "../core/cursor.ts";
import type { CentralRecord } from "./central.ts";
import type { FaultList } from "../core/fault-list.ts";
import { DESCRIPTOR_SIGNATURE } from "./fields.ts";

/** The longest form: signature, CRC and two 64-bit sizes. */
const MAX_BYTES = 24;

/**
 * Finds the form of the data descriptor at `at` that says what the directory says; returns its end.
 *
 * Nothing tells which of four forms a writer used (signature or not, sizes of 4 or 8 bytes), so the one
 * that fits is it. The longer forms go first: they cannot fit by chance, since a header would follow.
 * @see APPNOTE.TXT 6.3.10, section 4.3.9
 */
export function* readDescriptor(
  cursor: Cursor,
  at: number,
  end: number,
  record: CentralRecord,
  faults: FaultList,
): Reading<number> {
  const length = Math.min(MAX_BYTES, end - at);
  cursor.seek(at);
  yield* cursor.fill(length);
  const bytes = cursor.bytes(length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const signed = length >= 4 && view.getUint32(0, true) === DESCRIPTOR_SIGNATURE;
  for (const start of signed ? [4, 0] : [0]) {
    for (const width of [8, 4]) {
      if (fits(view, start, width, record)) return at + start + 4 + 2 * width;
    }
  }
  faults.add("ambiguous", "data descriptor is absent or differs from the directory", at);
  return at;
}

function fits(view: DataView, start: number, width: number, record: CentralRecord): boolean {
  if (start + 4 + 2 * width > view.byteLength) return false;
  const size = (at: number): bigint =>
    width === 8 ? view.getBigUint64(at, true) : BigInt(view.getUint32(at, true));
  return (
    view.getUint32(start, true) === record.crc32 &&
    size(start + 4) === BigInt(record.compressedSize) &&
    size(start + 4 + width) === BigInt(record.size)
  );
}
