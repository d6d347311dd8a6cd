import type { Cursor, Reading } from "../core/cursor.ts";
import type { FaultList } from "../core/fault-list.ts";
import { FormatError } from "../core/format-error.ts";
import type { ByteRange } from "../core/parsed.ts";
import { readCentral, type CentralRecord } from "./central.ts";
import type { ZipEnd } from "./end.ts";
import { CENTRAL_SIGNATURE } from "./fields.ts";
import { checkLayout } from "./layout.ts";
import type { StrictView } from "./lenient.ts";
import type { ZipLimits } from "./limits.ts";
import { readLocals, type LocalPlace } from "./local.ts";

/** What the strict reading has found so far. */
export type Strict = StrictView & {
  readonly records: CentralRecord[];
  readonly places: Map<CentralRecord, LocalPlace>;
  shift: number;
  holes: readonly ByteRange[];
};

/** Reads one directory and what it points to, and faults everything that another reader may see otherwise. */
export function* readStrict(
  cursor: Cursor,
  strict: Strict,
  limits: ZipLimits,
  faults: FaultList,
): Reading<void> {
  const { end, records, places } = strict;
  const { size } = cursor;
  if (end === undefined) {
    faults.add("truncated", "no end record: the archive is cut short", size);
    strict.holes = [{ start: 0, end: size }];
    return;
  }
  const after = end.end < size ? [{ start: end.end, end: size }] : [];
  strict.holes = after;
  const directory = yield* placeDirectory(cursor, end, faults);
  strict.shift = directory.start - end.directoryOffset;
  yield* readDirectory(cursor, end, directory, limits, records, faults);
  checkNames(records, faults);
  yield* readLocals(cursor, records, strict.shift, directory.start, places, faults);
  strict.holes = [...checkLayout([...places.values(), directory], end.at, faults), ...after];
  if (end.end < size) faults.add("gap", `${size - end.end} bytes after the archive`, end.end);
}

/** The four bytes at an offset, which must be there. */
export function* peek(cursor: Cursor, at: number): Reading<number> {
  cursor.seek(at);
  yield* cursor.fill(4);
  return cursor.u32();
}

/**
 * Where the directory begins: at its stated offset for some readers, its stated size before the end
 * record for others (Python's, which then moves all offsets by the difference).
 */
function* placeDirectory(cursor: Cursor, end: ZipEnd, faults: FaultList): Reading<ByteRange> {
  const stated = end.directoryOffset;
  const counted = end.at - end.directorySize;
  if (stated === counted) return { start: stated, end: end.at };
  const isBeyond = stated + end.directorySize > end.at;
  faults.add(
    isBeyond ? "out-of-bounds" : "ambiguous",
    "directory does not end at its end record",
    end.at,
  );
  const isStated = stated + 4 <= end.at && (yield* peek(cursor, stated)) === CENTRAL_SIGNATURE;
  const start = isStated ? stated : Math.max(0, Math.min(counted, end.at));
  return { start, end: Math.min(start + end.directorySize, end.at) };
}

function* readDirectory(
  cursor: Cursor,
  end: ZipEnd,
  range: ByteRange,
  limits: ZipLimits,
  records: CentralRecord[],
  faults: FaultList,
): Reading<void> {
  if (range.end - range.start > limits.directoryBytes) {
    faults.keep(FormatError.limit("ZIP_MAX_DIRECTORY_BYTES", limits.directoryBytes, range.start));
    return;
  }
  yield* readCentral(cursor, range, limits, records, faults);
  if (records.length !== end.count) {
    // Some readers count records, others go on to the end of the directory.
    const message = `directory holds ${records.length} records, the end record says ${end.count}`;
    faults.add("ambiguous", message, range.start);
  }
}

/** Python takes the last of two equal names, others the first; PyTorch finds names in any case. */
function checkNames(records: readonly CentralRecord[], faults: FaultList): void {
  const names = new Set<string>();
  const folded = new Set<string>();
  for (const { name, at } of records) {
    const lower = name.toLowerCase();
    if (names.has(name)) faults.add("duplicate", "name appears more than once", at);
    else if (folded.has(lower)) faults.add("ambiguous", "names differ in case alone", at);
    names.add(name);
    folded.add(lower);
  }
}
