import type { Cursor, Reading } from "../core/cursor.ts";
import { FaultList } from "../core/fault-list.ts";
import { FormatError } from "../core/format-error.ts";
import type { ByteRange } from "../core/parsed.ts";
import type { CentralRecord } from "./central.ts";
import { Directories } from "./directories.ts";
import type { ZipEnd } from "./end.ts";
import { END_BYTES } from "./fields.ts";
import { readHeader, type LocalHeader } from "./header.ts";
import { ZIP_MAX_END_RECORDS, ZIP_MAX_HEADER_BYTES, type ZipLimits } from "./limits.ts";
import type { LocalPlace } from "./local.ts";
import { rangesOutside, scanRanges } from "./scan.ts";
import { Sightings } from "./sightings.ts";
import { viewsOf } from "./views.ts";

/** What the strict reading knows. */
export type StrictView = {
  readonly records: readonly CentralRecord[];
  readonly places: ReadonlyMap<CentralRecord, LocalPlace>;
  /** What is added to the stated offsets. */
  readonly shift: number;
  readonly end: ZipEnd | undefined;
  /** The first bytes are a local header's. */
  readonly begins: boolean;
};

/**
 * Reads an archive that is not sound as every reader does, together: all directories that its end records
 * lead to, and all local headers outside of members that both headers agree on.
 *
 * What such a member claims is not searched, so that an archive costs its headers and not its size.
 * What is wrong was told by the strict reading; only limits are told here.
 */
export function* readLenient(
  cursor: Cursor,
  strict: StrictView,
  limits: ZipLimits,
  faults: FaultList,
): Reading<Sightings> {
  const sightings = new Sightings(cursor.size, limits, faults);
  const { end, shift } = strict;
  for (const record of strict.records) {
    sightings.addRecord(record, shift);
    const place = strict.places.get(record);
    if (place !== undefined) sightings.addHeader(place.header);
  }
  const hits = yield* scanRanges(cursor, unclaimed(strict, cursor.size), limits, faults);
  const ends = new Set([...(end === undefined ? [] : [end.offset, ...end.rivals]), ...hits.ends]);
  if (ends.size > ZIP_MAX_END_RECORDS) {
    faults.keep(FormatError.limit("ZIP_MAX_END_RECORDS", ZIP_MAX_END_RECORDS, 0));
  }
  const directories = new Directories(cursor, limits, faults);
  for (const at of [...ends].slice(0, ZIP_MAX_END_RECORDS)) {
    if (at + END_BYTES > cursor.size) continue;
    const isChosen = at === end?.offset;
    const by = { python: isChosen && end.isLast, torch: isChosen && strict.begins };
    const views = yield* viewsOf(cursor, at, by);
    for (const view of views) yield* directories.read(view, sightings);
  }
  yield* readHeaders(cursor, hits.locals, sightings, faults);
  return sightings;
}

/** Everything but members whose two headers agree: of others, what both say is theirs. */
function unclaimed({ places }: StrictView, size: number): readonly ByteRange[] {
  const claims = [...places].map(([record, { start, dataOffset, end, header, agrees }]) => {
    const least = Math.min(record.compressedSize, header.compressedSize);
    return { start, end: agrees ? end : dataOffset + least };
  });
  return rangesOutside(claims, size);
}

/** Reads the local headers that records point to, and those that the search has found. */
function* readHeaders(
  cursor: Cursor,
  found: readonly number[],
  sightings: Sightings,
  faults: FaultList,
): Reading<void> {
  let spent = 0;
  // What is wrong with them was told, or is nothing to tell: bytes by chance.
  const told = new FaultList(0);
  const wanted = new Set(sightings.wantedHeaders());
  const all = new Set([...wanted, ...found]);
  for (const at of [...all].toSorted((left, right) => left - right)) {
    if (sightings.hasHeader(at)) continue;
    const header = yield* readHeader(cursor, at, cursor.size, told);
    if (header === undefined || (!wanted.has(at) && isChance(header))) continue;
    sightings.addHeader(header);
    spent += header.dataOffset - at;
    if (spent > ZIP_MAX_HEADER_BYTES) {
      faults.keep(FormatError.limit("ZIP_MAX_HEADER_BYTES", ZIP_MAX_HEADER_BYTES, at));
      return;
    }
  }
}

/** Highest number of a method and of a version in APPNOTE.TXT 6.3.10, sections 4.4.5 and 4.4.3.2. */
const LAST_METHOD = 99;
const LAST_VERSION = 63;

/** Four bytes of a local header occur by chance in programs: its fields then make no sense, or it holds nothing. */
function isChance({ version, method, nameBytes, compressedSize, flags }: LocalHeader): boolean {
  if (method > LAST_METHOD || (version & 0xff) > LAST_VERSION) return true;
  return nameBytes.length === 0 && compressedSize === 0 && flags === 0;
}
