/** A format of one compressed stream of bytes, as `sniff` names it; `deflate` has no signature. */
export type CompressFormat = "gzip" | "zlib" | "deflate" | "zstd" | "bzip2" | "xz" | "lzma" | "lz4";

/** One of the members, frames or streams that follow one another in a compressed file. */
export type CompressedMember = {
  /** Where its header begins, in the compressed file. */
  readonly start: number;
  /** Where its content begins, in the decoded bytes. */
  readonly contentStart: number;
  /** The file name in a gzip header. */
  readonly name: string | undefined;
  /** The comment in a gzip header. */
  readonly comment: string | undefined;
};

/** What a compressed file decodes to. */
export type Decompressed = {
  readonly format: CompressFormat;
  /** The content of all members one behind the other, up to the fault that ended decoding. */
  readonly bytes: Uint8Array;
  /** In their order; a skipped frame without content is none. */
  readonly members: readonly CompressedMember[];
};
