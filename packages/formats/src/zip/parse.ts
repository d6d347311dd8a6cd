import { Cursor, type Reading } from "../core/cursor.ts";
import { FormatError, type FormatErrorCode } from "../core/format-error.ts";
import type { ByteRange, Parsed } from "../core/parsed.ts";
import { readCentral, type CentralRecord } from "./central.ts";
import { readEnd, type ZipEnd } from "./end.ts";
import { FaultList } from "../core/fault-list.ts";
import { CENTRAL_SIGNATURE, LOCAL_SIGNATURE } from "./fields.ts";
import { checkLayout } from "./layout.ts";
import { ARCHIVE_MAX_MEMBERS, ZIP_MAX_DIRECTORY_BYTES, type ZipLimits } from "./limits.ts";
import { readLocals, type LocalPlace } from "./local.ts";
import { isUnsafeName } from "./name.ts";
import type { ZipArchive, ZipMember } from "./types.ts";

const DEFAULT_LIMITS: ZipLimits = {
  members: ARCHIVE_MAX_MEMBERS,
  directoryBytes: ZIP_MAX_DIRECTORY_BYTES,
};

/**
 * Reads the directory of a zip archive, strictly.
 *
 * No fault means that every reader sees the same members: one end record, every local header equal to
 * its record, names that differ in more than case, and no byte outside. Any fault means that readers
 * may see different archives (`ambiguous`, `duplicate`, `overlap`, `gap`, `out-of-bounds`,
 * `bad-field`, `bad-encoding`, `overflow`) or that part was not read (`truncated`, `encrypted`,
 * `unsupported`, `limit`, `io`). Data and its checksums are not read: see `memberSource`.
 * @throws FormatError `bad-magic` when there is neither a local header at 0 nor an end record.
 * @see APPNOTE.TXT 6.3.10, PKWARE, section 4.3
 */
export function* readZip(
  size: number,
  limits: Partial<ZipLimits> = {},
): Reading<Parsed<ZipArchive>> {
  const cursor = new Cursor(size);
  const faults = new FaultList();
  const begins = size >= 4 && (yield* peek(cursor, 0)) === LOCAL_SIGNATURE;
  const end = yield* readEnd(cursor, faults);
  if (end === undefined || (!begins && !isPlausible(end))) {
    if (!begins) throw new FormatError("bad-magic", "not a zip archive", { offset: 0 });
    faults.add("truncated", "no end record: the archive is cut short", size);
    return result([], new Uint8Array(0), faults, [{ start: 0, end: size }]);
  }
  const records: CentralRecord[] = [];
  const places = new Map<CentralRecord, LocalPlace>();
  let shift = 0;
  let holes: ByteRange[] = [];
  try {
    const directory = yield* placeDirectory(cursor, end, faults);
    shift = directory.start - end.directoryOffset;
    yield* readDirectory(cursor, end, directory, { ...DEFAULT_LIMITS, ...limits }, records, faults);
    checkNames(records, faults);
    yield* readLocals(cursor, records, shift, directory.start, places, faults);
    holes = checkLayout([...places.values(), directory], end.at, faults);
  } catch (error) {
    // The source failed on the way: what was read until then stays.
    if (!FormatError.isInstance(error)) throw error;
    faults.stop(error);
  }
  if (end.end < size) {
    faults.add("gap", `${size - end.end} bytes after the archive`, end.end);
    holes.push({ start: end.end, end: size });
  }
  const members = records.map((record) => toMember(record, shift, places.get(record)));
  return result(members, end.comment, faults, holes);
}

function result(
  members: readonly ZipMember[],
  comment: Uint8Array,
  faults: FaultList,
  unclaimed: readonly ByteRange[],
): Parsed<ZipArchive> {
  return {
    value: { members, comment },
    faults: faults.list,
    complete: !faults.list.some((fault) => HIDING.has(fault.code)),
    unclaimed,
  };
}

/** Codes after which something that belongs to the archive was not read. */
const HIDING: ReadonlySet<FormatErrorCode> = new Set<FormatErrorCode>([
  "truncated",
  "bad-field",
  "overflow",
  "limit",
  "unsupported",
  "encrypted",
  "io",
  "changed",
]);

function* peek(cursor: Cursor, at: number): Reading<number> {
  cursor.seek(at);
  yield* cursor.fill(4);
  return cursor.u32();
}

/** Four bytes of an end record occur by chance in large files; its values then point anywhere. */
function isPlausible(end: ZipEnd): boolean {
  return end.directoryOffset + end.directorySize <= end.at;
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

function toMember(record: CentralRecord, shift: number, place: LocalPlace | undefined): ZipMember {
  return {
    name: record.name,
    nameBytes: record.nameBytes,
    method: record.method,
    flags: record.flags,
    compressedSize: record.compressedSize,
    size: record.size,
    crc32: record.crc32,
    recordOffset: record.at,
    headerOffset: record.localOffset + shift,
    dataOffset: place?.dataOffset,
    isDirectory: record.name.endsWith("/"),
    isSymlink: record.isSymlink,
    unsafeName: isUnsafeName(record.name),
  };
}
