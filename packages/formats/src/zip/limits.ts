/** What one archive's directory may cost. */
export type ZipLimits = {
  readonly members: number;
  /** Size of the central directory in bytes. */
  readonly directoryBytes: number;
  /** Members that no directory lists, or that one lists otherwise. */
  readonly hiddenMembers: number;
  /** Bytes outside of members that are searched for headers. */
  readonly scannedBytes: number;
  /** Stored bytes that more than one hidden member claims, each time counted. */
  readonly sharedBytes: number;
};

/** Every record becomes objects in memory; a model repository has thousands of files (CWE-770). */
export const ARCHIVE_MAX_MEMBERS = 200_000;

/** A record may carry 192 KiB of name, extra field and comment: bounds what the records may hold (CWE-770). */
export const ZIP_MAX_DIRECTORY_BYTES = 67_108_864;

/**
 * Headers outside of the directory: 30 bytes each, which may all claim the same data to be read again and
 * again (CWE-407). An archive before another one has hundreds.
 */
export const ZIP_MAX_HIDDEN_MEMBERS = 4_096;

/** A gap, a prefix or what follows may be as large as the file is; in a sound archive there is none (CWE-834). */
export const ZIP_MAX_SCANNED_BYTES = 268_435_456;

/** Stored data of hidden members that share it is read for each of them (CWE-407). */
export const ZIP_MAX_SHARED_BYTES = 67_108_864;

/** End records that are followed: each may point to a directory of its own (CWE-834). */
export const ZIP_MAX_END_RECORDS = 64;

/** Bytes of local headers in all, names and extra fields; headers that share bytes count each (CWE-407). */
export const ZIP_MAX_HEADER_BYTES = 134_217_728;

/**
 * Times that all bytes of an archive may be decompressed. Members can share data that decodes to nothing: it
 * costs no output, and is read for each of them (CWE-407). Who opens a damaged member reads it twice.
 */
export const ZIP_MAX_REREADING = 4;

/** Bytes of an archive that may be decompressed, however small it is. */
export const ZIP_FREE_REREAD_BYTES = 16_777_216;

/** A compressed member is inflated in memory, whole; weights are stored, so what is larger is no header (CWE-409). */
export const ZIP_MAX_INFLATED_MEMBER = 268_435_456;

/** Output per input byte. Deflate reaches 1,032 on zeros alone: beyond 1,000 it is a bomb (CWE-409). */
export const INFLATE_MAX_RATIO = 1_000;

/** Below this size the ratio says nothing: an empty table of a few KiB compresses as well. */
export const INFLATE_RATIO_FREE_BYTES = 1_048_576;

/** The limits of an archive's directory, unless a caller lowers them. */
export const DEFAULT_ZIP_LIMITS: ZipLimits = {
  members: ARCHIVE_MAX_MEMBERS,
  directoryBytes: ZIP_MAX_DIRECTORY_BYTES,
  hiddenMembers: ZIP_MAX_HIDDEN_MEMBERS,
  scannedBytes: ZIP_MAX_SCANNED_BYTES,
  sharedBytes: ZIP_MAX_SHARED_BYTES,
};
