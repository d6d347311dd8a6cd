import type { CompressFormat } from "../compress/types.ts";
import type { Budget } from "../core/budget.ts";
import { FormatError } from "../core/format-error.ts";
import type { ByteSource } from "../source/byte-source.ts";
import { sliceSource } from "../source/slice.ts";
import {
  LZMA_END_FLAG,
  METHOD_BZIP2,
  METHOD_DEFLATE,
  METHOD_LZMA,
  METHOD_XZ,
  METHOD_ZSTD,
} from "./fields.ts";
import { ZIP_FREE_REREAD_BYTES, ZIP_MAX_REREADING } from "./limits.ts";
import type { ZipMember } from "./types.ts";

/** The compressed data of a member, as a file of a format that `compress/` decodes. */
export type PackedMember = { readonly format: CompressFormat; readonly source: ByteSource };

const FORMATS: ReadonlyMap<number, CompressFormat> = new Map([
  [METHOD_DEFLATE, "deflate"],
  [METHOD_BZIP2, "bzip2"],
  [METHOD_LZMA, "lzma"],
  [METHOD_ZSTD, "zstd"],
  [METHOD_XZ, "xz"],
]);

/**
 * The compressed data of a member; undefined for a method that we do not decode, and when there is no data.
 * @throws FormatError `bad-encoding` when its own header makes no sense; `limit` when the archive was decoded
 * too many times over, from its source too; `io` and `changed` from the source.
 */
export function packedMember(
  archive: ByteSource,
  member: ZipMember,
  budget: Budget,
): PackedMember | undefined {
  const { dataOffset, compressedSize } = member;
  const format = FORMATS.get(member.method);
  if (format === undefined || dataOffset === undefined) return undefined;
  const slice = sliceSource(archive, dataOffset, compressedSize, archive.id);
  const data: ByteSource = {
    ...slice,
    read(offset, length) {
      const bytes = slice.read(offset, length);
      takePacked(archive, bytes.length, budget, dataOffset);
      return bytes;
    },
  };
  return { format, source: format === "lzma" ? asLzmaFile(data, member) : data };
}

/**
 * Counts compressed bytes that are about to be decoded.
 * @throws FormatError `limit` when the archive was decoded too many times over.
 */
export function takePacked(
  archive: ByteSource,
  bytes: number,
  budget: Budget,
  offset: number,
): void {
  const most = archive.size * ZIP_MAX_REREADING + ZIP_FREE_REREAD_BYTES;
  if (budget.take(archive, bytes) > most) {
    throw FormatError.limit("ZIP_MAX_REREADING", ZIP_MAX_REREADING, offset);
  }
}

/** Bytes of compressed data fetched at a time: all of them count. */
export const PACKED_WINDOW_BYTES = 4_096;

/** Version of the LZMA SDK, length of the properties, and the properties (section 5.8.8.1). */
const ZIP_HEADER_BYTES = 9;
const PROPERTIES_AT = 4;
const PROPERTIES_BYTES = 5;

/** The same data with the header of an `.lzma` file: the length is told, or that an end mark follows. */
function asLzmaFile(data: ByteSource, { flags, size, sizesKnown }: ZipMember): ByteSource {
  const given = data.read(0, ZIP_HEADER_BYTES);
  const length = (given[2] ?? 0) | ((given[3] ?? 0) << 8);
  if (given.length < ZIP_HEADER_BYTES || length !== PROPERTIES_BYTES) {
    throw new FormatError("bad-encoding", "LZMA data without its properties", { offset: 0 });
  }
  const header = new Uint8Array(PROPERTIES_BYTES + 8);
  header.set(given.subarray(PROPERTIES_AT));
  const isMarked = !sizesKnown || (flags & LZMA_END_FLAG) !== 0;
  const told = isMarked ? 0xffff_ffff_ffff_ffffn : BigInt(size);
  new DataView(header.buffer).setBigUint64(PROPERTIES_BYTES, told, true);
  return withBeginning(header, data, ZIP_HEADER_BYTES);
}

/** A source that begins with `beginning`, and goes on with `rest` from `from`. */
function withBeginning(beginning: Uint8Array, rest: ByteSource, from: number): ByteSource {
  return {
    id: rest.id,
    size: beginning.length + rest.size - from,
    read(offset, length) {
      if (offset >= beginning.length) return rest.read(offset - beginning.length + from, length);
      const head = beginning.subarray(offset, offset + length);
      if (head.length === length) return head;
      const tail = rest.read(from, length - head.length);
      const joined = new Uint8Array(head.length + tail.length);
      joined.set(head);
      joined.set(tail, head.length);
      return joined;
    },
  };
}
