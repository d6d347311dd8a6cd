/** One record of the central directory, with where its data lies. */
export type ZipMember = {
  /** The name, decoded: UTF-8 where the bytes are that, else byte by byte (ISO 8859-1). */
  readonly name: string;
  readonly nameBytes: Uint8Array;
  /** Compression method as stored: 0 stored, 8 deflate, 93 zstd. */
  readonly method: number;
  /** General purpose flags as stored. */
  readonly flags: number;
  /** Bytes in the archive. */
  readonly compressedSize: number;
  /** Bytes after decompression, as declared. */
  readonly size: number;
  readonly crc32: number;
  /** Absolute offset of the central record. */
  readonly recordOffset: number;
  /** Absolute offset of the local header. */
  readonly headerOffset: number;
  /** Absolute offset of the first byte of data; undefined when there is no local header to tell. */
  readonly dataOffset: number | undefined;
  /** The name ends in a slash. */
  readonly isDirectory: boolean;
  /** The attributes say symbolic link; the data is its target. */
  readonly isSymlink: boolean;
  /** Absolute, with a drive, a backslash, a NUL or a `..` step, or empty: must not become a path. */
  readonly unsafeName: boolean;
};

/** What the directory of a zip archive lists. */
export type ZipArchive = {
  /** In the order of the central directory, repeated names included. */
  readonly members: readonly ZipMember[];
  readonly comment: Uint8Array;
};
