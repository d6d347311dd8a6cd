import { Cursor, type Reading } from "../core/cursor.ts";
import { FaultList } from "../core/fault-list.ts";
import { FormatError, type FormatErrorCode } from "../core/format-error.ts";
import type { Parsed } from "../core/parsed.ts";
import { readEnd, type ZipEnd } from "./end.ts";
import { LOCAL_SIGNATURE } from "./fields.ts";
import { readLenient } from "./lenient.ts";
import { DEFAULT_ZIP_LIMITS, type ZipLimits } from "./limits.ts";
import { listMembers } from "./listing.ts";
import { isListedByPython, isListedByTorch } from "./readers.ts";
import { peek, readStrict, type Strict } from "./strict.ts";
import type { ZipArchive, ZipMember, ZipReader } from "./types.ts";

/**
 * Reads a zip archive: strictly, and where that finds a fault, as every other reader does too.
 *
 * No fault means that every reader sees the same members: one end record, every local header equal to
 * its record, names that differ in more than case, and no byte outside. Any fault means that readers
 * may see different archives (`ambiguous`, `duplicate`, `overlap`, `gap`, `out-of-bounds`,
 * `bad-field`, `bad-encoding`, `overflow`) or that part was not read (`truncated`, `encrypted`,
 * `unsupported`, `limit`, `io`). Then `members` are those of all of them, each with the readers that reach
 * it. Data and its checksums are not read: see `memberSource`.
 * @throws FormatError `bad-magic` when there is neither a local header at 0 nor an end record.
 * @see APPNOTE.TXT 6.3.10, PKWARE, section 4.3
 */
export function* readZip(
  size: number,
  limits: Partial<ZipLimits> = {},
): Reading<Parsed<ZipArchive>> {
  const cursor = new Cursor(size);
  const faults = new FaultList();
  const bounds = { ...DEFAULT_ZIP_LIMITS, ...limits };
  const begins = size >= 4 && (yield* peek(cursor, 0)) === LOCAL_SIGNATURE;
  const end = yield* readEnd(cursor, faults);
  if (!begins && (end === undefined || !isPlausible(end))) {
    throw new FormatError("bad-magic", "not a zip archive", { offset: 0 });
  }
  const strict: Strict = { records: [], places: new Map(), shift: 0, holes: [], end, begins };
  let members: readonly ZipMember[];
  try {
    yield* readStrict(cursor, strict, bounds, faults);
    members = yield* readMembers(cursor, strict, bounds, faults);
  } catch (error) {
    // The source failed on the way: what was read until then stays.
    if (!FormatError.isInstance(error)) throw error;
    faults.stop(error);
    members = strictMembers(cursor, strict, bounds, faults);
  }
  return {
    value: { members, comment: end?.comment ?? new Uint8Array(0) },
    faults: faults.list,
    complete: !faults.list.some((fault) => HIDING.has(fault.code)),
    unclaimed: strict.holes,
  };
}

/** A sound archive is what the strict reading saw, for every reader. */
function* readMembers(
  cursor: Cursor,
  strict: Strict,
  limits: ZipLimits,
  faults: FaultList,
): Reading<readonly ZipMember[]> {
  if (faults.list.length === 0) return strictMembers(cursor, strict, limits, faults);
  return (yield* readLenient(cursor, strict, limits, faults)).members();
}

function strictMembers(
  { size }: Cursor,
  { records, places, shift, end, begins }: Strict,
  limits: ZipLimits,
  faults: FaultList,
): readonly ZipMember[] {
  const by = new Set<ZipReader>();
  if (end?.isLast === true && records.every(isListedByPython)) by.add("python-zipfile");
  if (begins && records.every(isListedByTorch)) by.add("torch/miniz");
  const sightings = records.map((record) => ({
    record,
    headerOffset: record.localOffset + shift,
    by,
  }));
  const headers = new Map([...places.values()].map(({ start, header }) => [start, header]));
  return listMembers(sightings, headers, { size, limits, faults });
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

/** Four bytes of an end record occur by chance in large files; its values then point anywhere. */
function isPlausible(end: ZipEnd): boolean {
  return end.directoryOffset + end.directorySize <= end.at;
}
