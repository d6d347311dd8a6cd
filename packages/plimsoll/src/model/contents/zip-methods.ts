import { crc32 } from "node:zlib";

import {
  decompressorFor,
  FormatError,
  memorySource,
  openMember,
  runSync,
  sliceSource,
  type Budget,
  type ByteSource,
  type FormatErrorCode,
  type ZipMember,
} from "@plimsoll/formats";

import { SLOW_MAX_OUTPUT } from "./limits.ts";

/** A member's content as far as it could be decoded, with what was wrong. */
export type ZipContent = { readonly source: ByteSource; readonly faults: readonly FormatError[] };

/** Methods of APPNOTE 4.4.5 that Python's zipfile decodes too, beside those of `openMember`. */
const BZIP2 = 12;
const LZMA = 14;
const XZ = 95;

/** Flags of encryption (APPNOTE 4.4.4). */
const ENCRYPTED = 0x2041;

/** Opens a member, whatever method it is compressed with. @throws FormatError when there is nothing to give. */
export function openZipMember(
  archive: ByteSource,
  member: ZipMember,
  budget: Budget,
  room: number,
): ZipContent {
  const { method, dataOffset, compressedSize, flags, size, headerOffset } = member;
  const decompressor = decompressorFor(FORMATS.get(method) ?? "");
  if (decompressor === undefined || dataOffset === undefined || (flags & ENCRYPTED) !== 0) {
    return openMember(archive, member, budget);
  }
  const id = `${archive.id}!${member.name}`;
  const stored = sliceSource(archive, dataOffset, compressedSize, id);
  const packed = method === LZMA ? asLzmaFile(stored, member) : stored;
  const limits = { output: Math.min(room, SLOW_MAX_OUTPUT) };
  const { value, faults } = runSync(decompressor.read(packed.size, budget, { limits }), packed);
  const { bytes } = value;
  const all = [...faults];
  if (faults.length === 0 && bytes.length !== size) {
    all.push(fault("ambiguous", `data becomes ${bytes.length} of ${size} bytes`, headerOffset));
  } else if (faults.length === 0 && crc32(bytes) !== member.crc32) {
    all.push(fault("checksum", "content does not match its checksum", headerOffset));
  }
  return { source: memorySource(bytes, id), faults: all };
}

const FORMATS: ReadonlyMap<number, string> = new Map([
  [BZIP2, "bzip2"],
  [LZMA, "lzma"],
  [XZ, "xz"],
]);

/** Bit 1 of the flags of LZMA data: an end mark follows, so that the size need not be known. */
const HAS_END_MARK = 0x02;

/** Before LZMA data a zip archive has a version of two bytes and the length of the properties; a file has the size instead (APPNOTE 5.8.8). */
function asLzmaFile(packed: ByteSource, { size, flags, headerOffset }: ZipMember): ByteSource {
  const head = packed.read(0, 9);
  if (head.length < 9 || head[2] !== 5 || head[3] !== 0) {
    throw fault("unsupported", "LZMA data with other properties", headerOffset);
  }
  const start = new Uint8Array(13).fill(0xff);
  start.set(head.subarray(4, 9));
  if ((flags & HAS_END_MARK) === 0) new DataView(start.buffer).setBigUint64(5, BigInt(size), true);
  return joined(start, sliceSource(packed, 9, packed.size - 9));
}

/** Two sources, one behind the other. */
function joined(start: Uint8Array, rest: ByteSource): ByteSource {
  return {
    id: rest.id,
    size: start.length + rest.size,
    read: (offset, length) => {
      const end = offset + length;
      const first = start.subarray(offset, Math.max(offset, Math.min(end, start.length)));
      if (end <= start.length) return first;
      const from = Math.max(0, offset - start.length);
      const second = rest.read(from, end - start.length - from);
      const both = new Uint8Array(first.length + second.length);
      both.set(first);
      both.set(second, first.length);
      return both;
    },
  };
}

function fault(code: FormatErrorCode, message: string, offset: number): FormatError {
  return new FormatError(code, message, { offset });
}
