import { FaultList } from "../core/fault-list.ts";
import { FormatError } from "../core/format-error.ts";
import type { CentralRecord } from "./central.ts";
import { DESCRIPTOR_FLAG, METHOD_DEFLATE, METHOD_STORED } from "./fields.ts";
import type { LocalHeader } from "./header.ts";
import type { ZipLimits } from "./limits.ts";
import { decodeName, isUnsafeName } from "./name.ts";
import { pythonName, readersOf } from "./readers.ts";
import type { ZipMember, ZipReader } from "./types.ts";

/** A record with the place that one or more readers take its local header to be at. */
export type Sighting = {
  readonly record: CentralRecord;
  readonly headerOffset: number;
  /** Who lists it; whether they can open it is another question. */
  readonly by: ReadonlySet<ZipReader>;
};

/** What listing needs to know of the archive. */
export type ListedArchive = {
  readonly size: number;
  readonly limits: ZipLimits;
  readonly faults: FaultList;
};

/** Every member as every reader sees it: those of directories, under each of their names, then the others. */
export function listMembers(
  sightings: readonly Sighting[],
  headers: ReadonlyMap<number, LocalHeader>,
  archive: ListedArchive,
): readonly ZipMember[] {
  const lastByName = new Map<string, Sighting>();
  for (const sighting of sightings) {
    if (sighting.by.has("python-zipfile")) lastByName.set(pythonName(sighting.record), sighting);
  }
  const members: ZipMember[] = [];
  const seen = new Set<LocalHeader>();
  for (const sighting of sightings) {
    const { record } = sighting;
    const header = headers.get(sighting.headerOffset);
    const isLast = lastByName.get(pythonName(record)) === sighting;
    const readers = readersOf({ ...sighting, header, isLast, size: archive.size });
    if (header !== undefined && readers.includes("scan")) seen.add(header);
    for (const member of membersOf(sighting, header, readers)) members.push(member);
  }
  const others = [...headers.values()].filter((header) => !seen.has(header));
  for (const member of hiddenMembers(others, archive)) members.push(member);
  return members;
}

/** A record under each of its names, and once more where its data may be more than it says. */
function* membersOf(
  { record, headerOffset }: Sighting,
  header: LocalHeader | undefined,
  readers: readonly ZipReader[],
): Generator<ZipMember> {
  const member: ZipMember = {
    ...named(record.name),
    nameBytes: record.nameBytes,
    method: record.method,
    flags: record.flags,
    compressedSize: record.compressedSize,
    size: record.size,
    crc32: record.crc32,
    recordOffset: record.at,
    headerOffset,
    dataOffset: header?.dataOffset,
    readers,
    sizesKnown: true,
    isSymlink: record.isSymlink,
  };
  const isPython = readers.includes("python-zipfile");
  const cut = pythonName(record);
  const others = readers.filter((reader) => reader !== "python-zipfile");
  yield cut === record.name ? member : { ...member, readers: others };
  if (isPython && cut !== record.name) {
    yield { ...member, ...named(cut), readers: ["python-zipfile"] };
  }
  if (isPython && record.path !== undefined) {
    yield { ...member, ...named(record.path), readers: ["python-zipfile"] };
  }
  if (record.size === 0 && record.compressedSize > emptyBytes(record.method)) {
    yield { ...member, size: record.compressedSize, readers: ["scan"], sizesKnown: false };
  }
}

function named(name: string): Pick<ZipMember, "name" | "isDirectory" | "unsafeName"> {
  return { name, isDirectory: name.endsWith("/"), unsafeName: isUnsafeName(name) };
}

/** Most bytes that nothing compresses to: an xz file without content has 32, bzip2's 14. */
const EMPTY_FILE_BYTES = 64;
const EMPTY_DEFLATE_BYTES = 2;

function emptyBytes(method: number): number {
  if (method === METHOD_STORED) return 0;
  return method === METHOD_DEFLATE ? EMPTY_DEFLATE_BYTES : EMPTY_FILE_BYTES;
}

/** Members as local headers tell them, where no directory says the same. */
function* hiddenMembers(
  headers: readonly LocalHeader[],
  archive: ListedArchive,
): Generator<ZipMember> {
  let reached = 0;
  let shared = 0;
  for (const header of headers.toSorted((left, right) => left.at - right.at)) {
    const { dataOffset, method } = header;
    const packed = packedBytes(header, archive.size);
    if (method === METHOD_STORED) {
      // Stored data is read as it lies: what several claim is read several times (CWE-407).
      shared += Math.max(0, Math.min(dataOffset + packed, reached) - dataOffset);
      reached = Math.max(reached, dataOffset + packed);
    }
    const { sharedBytes } = archive.limits;
    if (shared > sharedBytes) {
      archive.faults.keep(FormatError.limit("ZIP_MAX_SHARED_BYTES", sharedBytes, header.at));
      return;
    }
    yield hiddenMember(header, packed);
  }
}

/**
 * The bytes that a reader without a directory may take: what the header says where that can be, else all that
 * follows. Compressed data says itself where it ends.
 */
function packedBytes(
  { method, flags, compressedSize, dataOffset }: LocalHeader,
  size: number,
): number {
  const room = Math.max(0, size - dataOffset);
  const isTold = compressedSize > 0 || (flags & DESCRIPTOR_FLAG) === 0;
  return method === METHOD_STORED && isTold ? Math.min(compressedSize, room) : room;
}

function hiddenMember(header: LocalHeader, packed: number): ZipMember {
  const { nameBytes, method, flags, crc32, at, dataOffset } = header;
  // What is wrong with the name was told, where a record leads here; elsewhere the gap was.
  const name = decodeName(nameBytes, flags, at, new FaultList(0));
  return {
    ...named(name),
    nameBytes,
    method,
    flags,
    compressedSize: packed,
    size: packed,
    crc32,
    recordOffset: at,
    headerOffset: at,
    dataOffset,
    readers: ["scan"],
    sizesKnown: false,
    isSymlink: false,
  };
}
