import type { CentralRecord } from "./central.ts";
import { sameBytes } from "./extra.ts";
import {
  ENCRYPTION_FLAGS,
  MASKED_FLAG,
  METHOD_BZIP2,
  METHOD_DEFLATE,
  METHOD_LZMA,
  METHOD_STORED,
  PATCH_FLAG,
} from "./fields.ts";
import type { LocalHeader } from "./header.ts";
import { differencesOf } from "./local.ts";
import type { ZipReader } from "./types.ts";

/** Newest version of the format that Python's zip module unpacks, times ten. */
const PYTHON_VERSION = 63;

const PYTHON_METHODS: ReadonlySet<number> = new Set([
  METHOD_STORED,
  METHOD_DEFLATE,
  METHOD_BZIP2,
  METHOD_LZMA,
]);

/** The name under which Python lists a record, before an extra field gives it another: it ends at a NUL. */
export function pythonName(record: CentralRecord): string {
  const [name = ""] = record.name.split("\0", 1);
  return name;
}

/** A record in the eyes of its readers. */
export type ReadRecord = {
  readonly record: CentralRecord;
  /** The local header where they look for it. */
  readonly header: LocalHeader | undefined;
  /** Who lists it. */
  readonly by: ReadonlySet<ZipReader>;
  /** The last of its name: that one Python opens. */
  readonly isLast: boolean;
  /** Bytes of the archive. */
  readonly size: number;
};

/** The readers that open a record and read what it says. */
export function readersOf(read: ReadRecord): readonly ZipReader[] {
  const { record, header, by } = read;
  if (header === undefined) return [];
  const readers: ZipReader[] = [];
  if (by.has("python-zipfile") && read.isLast && isOpenedByPython(record, header)) {
    readers.push("python-zipfile");
  }
  if (by.has("torch/miniz") && isOpenedByTorch(record, header, read.size)) {
    readers.push("torch/miniz");
  }
  if (readers.length === 0) readers.push("directory");
  // A reader that goes by local headers sees what the directory says.
  if (differencesOf(record, header).length === 0) readers.push("scan");
  return readers;
}

/** True when Python lists a directory that holds this record; else it refuses the archive. */
export function isListedByPython(record: CentralRecord): boolean {
  return (record.version & 0xff) <= PYTHON_VERSION;
}

/**
 * True when PyTorch's reader accepts a directory that holds this record: a masked header, or stored data of
 * two sizes, makes it refuse the archive. It looks for the method in four bytes, two of which are the time.
 */
export function isListedByTorch(record: CentralRecord): boolean {
  const { flags, method, time, size, compressedSize } = record;
  const isStored = method === METHOD_STORED && time === 0;
  const isOdd = (isStored && size !== compressedSize) || (size > 0 && compressedSize === 0);
  return (flags & MASKED_FLAG) === 0 && !isOdd;
}

/** Python wants the name of the local header to be the same, and takes everything else from the directory. */
function isOpenedByPython(record: CentralRecord, header: LocalHeader): boolean {
  return (
    sameBytes(record.nameBytes, header.nameBytes) &&
    (record.flags & (ENCRYPTION_FLAGS | PATCH_FLAG) & ~MASKED_FLAG) === 0 &&
    PYTHON_METHODS.has(record.method)
  );
}

/** Of the local header PyTorch takes the length alone. */
function isOpenedByTorch(record: CentralRecord, header: LocalHeader, size: number): boolean {
  return (
    !record.name.includes("\0") &&
    (record.flags & (ENCRYPTION_FLAGS | PATCH_FLAG)) === 0 &&
    (record.method === METHOD_STORED || record.method === METHOD_DEFLATE) &&
    header.dataOffset + record.compressedSize <= size
  );
}
