import type { Budget } from "../core/budget.ts";
import type { Reading } from "../core/cursor.ts";
import { runSync } from "../core/driver.ts";
import type { Parsed } from "../core/parsed.ts";
import type { ByteSource } from "../source/byte-source.ts";
import { memorySource } from "../source/memory.ts";
import type { CompressLimits } from "./limits.ts";
import { readCompressed } from "./read.ts";
import type { CompressFormat, Decompressed } from "./types.ts";

/** What decompression may cost beside the budget. */
export type DecompressOptions = {
  readonly limits?: Partial<CompressLimits>;
  /** Names the content in messages; the source's own name when left out. */
  readonly id?: string;
};

/** Decompression of one format. */
export type Decompressor = {
  readonly format: CompressFormat;
  /**
   * The whole content, in memory.
   * @throws FormatError the first fault there is: half a content is none. Bytes behind it are no fault.
   */
  readonly decompress: (
    source: ByteSource,
    budget: Budget,
    options?: DecompressOptions,
  ) => ByteSource;
  /** What can be decoded, with what was wrong: see `readCompressed`. @throws FormatError `bad-magic`. */
  readonly read: (
    size: number,
    budget: Budget,
    options?: DecompressOptions,
  ) => Reading<Parsed<Decompressed>>;
};

/** The one interface to all formats: undefined for a name that is no compression. */
export function decompressorFor(format: string): Decompressor | undefined {
  return DECOMPRESSORS.get(format);
}

const FORMATS: readonly CompressFormat[] = [
  "gzip",
  "zlib",
  "deflate",
  "zstd",
  "bzip2",
  "xz",
  "lzma",
  "lz4",
];

const DECOMPRESSORS: ReadonlyMap<string, Decompressor> = new Map(
  FORMATS.map((format) => [format, makeDecompressor(format)]),
);

function makeDecompressor(format: CompressFormat): Decompressor {
  return {
    format,
    decompress: (source, budget, options = {}) => {
      const parsed = runSync(readCompressed(format, source.size, budget, options.limits), source);
      const fault = parsed.faults.find(({ code }) => code !== "gap");
      if (fault !== undefined) throw fault;
      return memorySource(parsed.value.bytes, options.id ?? source.id);
    },
    read: (size, budget, options = {}) => readCompressed(format, size, budget, options.limits),
  };
}
