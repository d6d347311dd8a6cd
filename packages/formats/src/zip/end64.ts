import type { Cursor, Reading } from "../core/cursor.ts";
import type { EndValues } from "./end.ts";
import type { FaultList } from "../core/fault-list.ts";
import { END64_BYTES, END64_SIGNATURE, LOCATOR_BYTES, LOCATOR_SIGNATURE } from "./fields.ts";

/** The zip64 end record and where it lies. */
export type ZipEnd64 = { readonly at: number; readonly values: EndValues };

/**
 * Reads the zip64 end record that belongs to the end record at `endOffset`; undefined when there is none.
 *
 * Readers find it by the locator, or by counting back from it: the two places must be one.
 * @see APPNOTE.TXT 6.3.10, sections 4.3.14 and 4.3.15
 */
export function* readEnd64(
  cursor: Cursor,
  endOffset: number,
  faults: FaultList,
): Reading<ZipEnd64 | undefined> {
  const locatorAt = endOffset - LOCATOR_BYTES;
  if (locatorAt < 0) return undefined;
  cursor.seek(locatorAt);
  yield* cursor.fill(LOCATOR_BYTES);
  if (cursor.u32() !== LOCATOR_SIGNATURE) return undefined;
  const disk = cursor.u32();
  const at = cursor.u64();
  const disks = cursor.u32();
  if (disk !== 0 || disks > 1) {
    faults.add("unsupported", "archive spans several disks", locatorAt);
  }
  const expected = locatorAt - END64_BYTES;
  if (at !== BigInt(expected)) {
    faults.add(
      "ambiguous",
      `zip64 record is said to be at ${at}, not before its locator`,
      locatorAt,
    );
  }
  if (expected < 0) return undefined;
  return yield* readEnd64Record(cursor, expected, faults);
}

/** Reads the zip64 end record at `at`; undefined when it is none. */
export function* readEnd64Record(
  cursor: Cursor,
  at: number,
  faults: FaultList,
): Reading<ZipEnd64 | undefined> {
  cursor.seek(at);
  yield* cursor.fill(END64_BYTES);
  if (cursor.u32() !== END64_SIGNATURE) {
    faults.add("ambiguous", "zip64 locator without its record", at);
    return undefined;
  }
  if (cursor.u64() !== BigInt(END64_BYTES - 12)) {
    // A longer record holds vendor data, and readers that count back miss it.
    faults.add("ambiguous", "zip64 record of an unusual size", at);
  }
  cursor.skip(4);
  const disk = cursor.u32();
  const directoryDisk = cursor.u32();
  const number = (): number => {
    const value = cursor.u64();
    if (value <= Number.MAX_SAFE_INTEGER) return Number(value);
    faults.add("overflow", `value ${value} is beyond 2^53`, at);
    return Number.MAX_SAFE_INTEGER;
  };
  const diskCount = number();
  const count = number();
  const directorySize = number();
  const directoryOffset = number();
  return {
    at,
    values: { disk, directoryDisk, diskCount, count, directorySize, directoryOffset },
  };
}
