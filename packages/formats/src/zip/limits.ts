/** What one archive's directory may cost. */
export type ZipLimits = {
  readonly members: number;
  /** Size of the central directory in bytes. */
  readonly directoryBytes: number;
};

/** Every record becomes objects in memory; a model repository has thousands of files (CWE-770). */
export const ARCHIVE_MAX_MEMBERS = 200_000;

/** A record may carry 192 KiB of name, extra field and comment: bounds what the records may hold (CWE-770). */
export const ZIP_MAX_DIRECTORY_BYTES = 67_108_864;

/** A compressed member is inflated in memory, whole; weights are stored, so what is larger is no header (CWE-409). */
export const ZIP_MAX_INFLATED_MEMBER = 268_435_456;

/** Output per input byte. Deflate reaches 1,032 on zeros alone: beyond 1,000 it is a bomb (CWE-409). */
export const INFLATE_MAX_RATIO = 1_000;

/** Below this size the ratio says nothing: an empty table of a few KiB compresses as well. */
export const INFLATE_RATIO_FREE_BYTES = 1_048_576;
