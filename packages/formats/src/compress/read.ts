import type { Budget } from "../core/budget.ts";
import type { Reading } from "../core/cursor.ts";
import { FormatError, type FormatErrorCode } from "../core/format-error.ts";
import type { Parsed } from "../core/parsed.ts";
import { readBzip2 } from "./bzip2.ts";
import { readDeflate, readGzip, readZlib } from "./gzip.ts";
import { type CompressLimits, DEFAULT_COMPRESS_LIMITS } from "./limits.ts";
import { readLz4 } from "./lz4.ts";
import { readLzmaAlone } from "./lzma-alone.ts";
import type { CompressFormat, Decompressed } from "./types.ts";
import { type Decoder, Work } from "./work.ts";
import { readXz } from "./xz.ts";
import { readZstd } from "./zstd.ts";

/**
 * Decodes a compressed file of `size` bytes, in memory, up to its end or to the fault that ends it.
 *
 * Whatever was decoded before a fault stays in the value. `complete` is false when content is missing; a
 * wrong checksum (`checksum`) hides none. Bytes behind the last member are `unclaimed`, with a `gap`.
 * The output is entered in the budget.
 * @throws FormatError `bad-magic` when it does not begin as that format does.
 */
export function* readCompressed(
  format: CompressFormat,
  size: number,
  budget: Budget,
  limits: Partial<CompressLimits> = {},
): Reading<Parsed<Decompressed>> {
  const work = new Work(size, { ...DEFAULT_COMPRESS_LIMITS, ...limits }, budget);
  const { input, output, faults, members } = work;
  let isWhole = false;
  try {
    yield* DECODERS[format](work);
    output.checkRatio();
    isWhole = true;
  } catch (error) {
    if (!FormatError.isInstance(error)) throw error;
    if (error.code === "bad-magic") throw error;
    faults.stop(error);
  }
  budget.inflate(output.length, 0);
  const end = Math.min(input.offset, size);
  const hasRest = isWhole && end < size;
  if (hasRest) faults.add("gap", `${size - end} bytes after the compressed data`, end);
  return {
    value: { format, bytes: output.bytes.subarray(0, output.length), members },
    faults: faults.list,
    complete: isWhole && !faults.list.some(({ code }) => HIDING.has(code)),
    unclaimed: hasRest ? [{ start: end, end: size }] : [],
  };
}

const DECODERS: Readonly<Record<CompressFormat, Decoder>> = {
  gzip: readGzip,
  zlib: readZlib,
  deflate: readDeflate,
  zstd: readZstd,
  bzip2: readBzip2,
  xz: readXz,
  lzma: readLzmaAlone,
  lz4: readLz4,
};

/** Codes after which something was not read, or not verified though we know that it can be. */
const HIDING: ReadonlySet<FormatErrorCode> = new Set<FormatErrorCode>(["limit", "unsupported"]);
