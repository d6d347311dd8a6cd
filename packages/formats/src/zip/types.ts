/**
 * Who comes upon a member by name, and reads this content:
 * - `python-zipfile`: Python's zip module, in one of its versions 3.6 to 3.13, which were run;
 * - `torch/miniz`: PyTorch's reader, by pytorch/pytorch third_party/miniz-3.0.2/miniz.c (read 2026-11-25). Of
 *   names that are equal but for case its search takes one or the other, so that each counts;
 * - `directory`: a reader that takes what those two do not: another end record, another place of a directory,
 *   an earlier one of two equal names, a method that they do not know;
 * - `scan`: a reader that goes by local headers: one that unpacks a stream, or that repairs.
 */
export type ZipReader = "python-zipfile" | "torch/miniz" | "directory" | "scan";

/** A member as one or more readers see it, with where its data lies. */
export type ZipMember = {
  /** The name, decoded: UTF-8 where the bytes are that, else byte by byte (ISO 8859-1). */
  readonly name: string;
  readonly nameBytes: Uint8Array;
  /** Compression method as stored: 0 stored, 8 deflate, 12 bzip2, 14 LZMA, 93 zstd, 95 xz. */
  readonly method: number;
  /** General purpose flags as stored. */
  readonly flags: number;
  /** Bytes in the archive. */
  readonly compressedSize: number;
  /** Bytes after decompression, as declared. */
  readonly size: number;
  readonly crc32: number;
  /** Absolute offset of the central record; of the local header, where only that tells of the member. */
  readonly recordOffset: number;
  /** Absolute offset of the local header. */
  readonly headerOffset: number;
  /** Absolute offset of the first byte of data; undefined when there is no local header to tell. */
  readonly dataOffset: number | undefined;
  /** In the order of the union; empty when none gets past the headers. */
  readonly readers: readonly ZipReader[];
  /** False when both sizes are only the most there can be: no header tells them, or readers do not mind them. */
  readonly sizesKnown: boolean;
  /** The name ends in a slash. */
  readonly isDirectory: boolean;
  /** The attributes say symbolic link; the data is its target. */
  readonly isSymlink: boolean;
  /** Absolute, with a drive, a backslash, a NUL or a `..` step, or empty: must not become a path. */
  readonly unsafeName: boolean;
};

/** What a zip archive holds, for all readers together. */
export type ZipArchive = {
  /**
   * In the order of the central directory, repeated names included; then what other directories list, and
   * what only local headers tell. Readers that see one otherwise (by name, method or size) see another member.
   */
  readonly members: readonly ZipMember[];
  readonly comment: Uint8Array;
};
