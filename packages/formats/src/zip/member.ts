import { crc32, inflateRawSync, zstdDecompressSync } from "node:zlib";

import { readCompressed } from "../compress/read.ts";
import { COMPRESS_MAX_OUTPUT } from "../compress/limits.ts";
import type { Budget } from "../core/budget.ts";
import { runSync } from "../core/driver.ts";
import { FormatError } from "../core/format-error.ts";
import type { ByteSource } from "../source/byte-source.ts";
import { memorySource } from "../source/memory.ts";
import { sliceSource } from "../source/slice.ts";
import {
  ENCRYPTION_FLAGS,
  MASKED_FLAG,
  METHOD_AES,
  METHOD_DEFLATE,
  METHOD_STORED,
  METHOD_ZSTD,
} from "./fields.ts";
import { INFLATE_MAX_RATIO, INFLATE_RATIO_FREE_BYTES, ZIP_MAX_INFLATED_MEMBER } from "./limits.ts";
import { PACKED_WINDOW_BYTES, packedMember, takePacked } from "./packed.ts";
import type { ZipMember } from "./types.ts";

/**
 * The content of a member: a window on the archive when stored, decompressed in memory otherwise (deflate,
 * bzip2, LZMA, zstd, xz).
 *
 * The checksum of stored data is not verified: PyTorch does not either, and weights are too large. Where
 * sizes are not known (`sizesKnown`), decoding ends with the data, and no checksum is compared.
 * @throws FormatError `encrypted`, `unsupported` (method), `out-of-bounds` (no local header, or data
 * past the end), `limit` (size, ratio or budget), `truncated`, `gap` or `ambiguous` (data shorter or
 * longer than it says), `bad-encoding` (not decodable), `checksum`; `io` and `changed` from the source.
 */
export function memberSource(archive: ByteSource, member: ZipMember, budget: Budget): ByteSource {
  const { dataOffset, compressedSize, method } = member;
  const id = `${archive.id}!${member.name}`;
  // Python reads the data of a member whose header is said to be masked: the bit is about the header alone.
  const isEncrypted = (member.flags & ENCRYPTION_FLAGS & ~MASKED_FLAG) !== 0;
  if (isEncrypted || method === METHOD_AES) {
    throw new FormatError("encrypted", "member is encrypted", { offset: member.headerOffset });
  }
  if (dataOffset === undefined || dataOffset + compressedSize > archive.size) {
    throw new FormatError("out-of-bounds", "data of the member lies outside the archive", {
      offset: member.headerOffset,
    });
  }
  if (method === METHOD_STORED) return sliceSource(archive, dataOffset, compressedSize, id);
  const decode = member.sizesKnown ? DECODERS.get(method) : undefined;
  if (decode === undefined) return memorySource(unpack(archive, member, budget, dataOffset), id);
  checkCost(member, dataOffset);
  budget.inflate(member.size, dataOffset);
  takePacked(archive, compressedSize, budget, dataOffset);
  const packed = archive.read(dataOffset, compressedSize);
  return memorySource(inflate(decode, packed, member, dataOffset), id);
}

/** One shot of decompression: the output and the input bytes it took. */
type Unpacked = { readonly output: Uint8Array; readonly taken: number };
type Decoder = (packed: Uint8Array, max: number) => Unpacked;

/** Methods that the engine decodes at once: the size must be known. */
const DECODERS: ReadonlyMap<number, Decoder> = new Map([
  [METHOD_DEFLATE, inflateRaw],
  [METHOD_ZSTD, decompressZstd],
]);

/** Decodes step by step, with our own decoders, which stop where the data does. */
function unpack(
  archive: ByteSource,
  member: ZipMember,
  budget: Budget,
  offset: number,
): Uint8Array {
  const packed = packedMember(archive, member, budget);
  if (packed === undefined) {
    const message = `compression method ${member.method}`;
    throw new FormatError("unsupported", message, { offset: member.headerOffset });
  }
  if (member.sizesKnown) checkCost(member, offset);
  const output = member.sizesKnown ? member.size + 1 : COMPRESS_MAX_OUTPUT;
  const parsed = runSync(
    readCompressed(packed.format, packed.source.size, budget, { output }),
    packed.source,
    PACKED_WINDOW_BYTES,
  );
  const { bytes } = parsed.value;
  const isTooLong = member.sizesKnown && bytes.length > member.size;
  if (isTooLong) throw tooLong(member.size, offset);
  const fault = parsed.faults.find(({ code }) => code !== "gap" || member.sizesKnown);
  if (fault !== undefined) throw fault;
  if (member.sizesKnown) checkContent(bytes, member, offset);
  return bytes;
}

/** Chunks of output; the sizes are known, so small members need not start with a large one. */
const CHUNK_BYTES = 65_536;

function inflateRaw(packed: Uint8Array, max: number): Unpacked {
  return unpacked(inflateRawSync(packed, optionsFor(max)));
}

function decompressZstd(packed: Uint8Array, max: number): Unpacked {
  return unpacked(zstdDecompressSync(packed, optionsFor(max)));
}

function optionsFor(max: number): { maxOutputLength: number; chunkSize: number; info: true } {
  // The engine refuses a maximum of 0.
  return { maxOutputLength: Math.max(1, max), chunkSize: CHUNK_BYTES, info: true };
}

/** With `info` the engine returns an object that its types do not tell of. */
function unpacked(result: object): Unpacked {
  if ("buffer" in result && "engine" in result && result.buffer instanceof Uint8Array) {
    const { engine } = result;
    if (typeof engine === "object" && engine !== null && "bytesWritten" in engine) {
      return { output: result.buffer, taken: Number(engine.bytesWritten) };
    }
  }
  throw new TypeError("node:zlib did not return its engine");
}

/** Refuses what is too large before a byte of it is inflated; the declared size bounds the output. */
function checkCost(member: ZipMember, offset: number): void {
  const { size, compressedSize } = member;
  if (Math.max(size, compressedSize) > ZIP_MAX_INFLATED_MEMBER) {
    throw FormatError.limit("ZIP_MAX_INFLATED_MEMBER", ZIP_MAX_INFLATED_MEMBER, offset);
  }
  if (size > INFLATE_RATIO_FREE_BYTES && size > compressedSize * INFLATE_MAX_RATIO) {
    throw FormatError.limit("INFLATE_MAX_RATIO", INFLATE_MAX_RATIO, offset);
  }
}

function inflate(
  decode: Decoder,
  packed: Uint8Array,
  member: ZipMember,
  offset: number,
): Uint8Array {
  const { output, taken } = attempt(decode, packed, member.size, offset);
  if (output.length > member.size) throw tooLong(member.size, offset);
  const isShort = output.length < member.size;
  if (!isShort && taken < packed.length) {
    throw new FormatError("gap", `${packed.length - taken} bytes after the compressed data`, {
      offset: offset + taken,
    });
  }
  checkContent(output, member, offset);
  return output;
}

function checkContent(content: Uint8Array, member: ZipMember, offset: number): void {
  if (content.length < member.size) {
    const message = `data inflates to ${content.length} of ${member.size} bytes`;
    throw new FormatError("truncated", message, { offset });
  }
  if (crc32(content) !== member.crc32) {
    throw new FormatError("checksum", "content does not match its checksum", { offset });
  }
}

function attempt(decode: Decoder, packed: Uint8Array, size: number, offset: number): Unpacked {
  try {
    return decode(packed, size);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ERR_BUFFER_TOO_LARGE") {
      throw tooLong(size, offset);
    }
    if (code === "Z_BUF_ERROR") {
      throw new FormatError("truncated", "compressed data ends early", { offset });
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new FormatError("bad-encoding", `compressed data cannot be read: ${reason}`, { offset });
  }
}

function tooLong(size: number, offset: number): FormatError {
  // Some readers stop at the declared size, others at the end of the stream.
  return new FormatError("ambiguous", `data inflates to more than its ${size} bytes`, { offset });
}
