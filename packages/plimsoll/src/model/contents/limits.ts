/**
 * Bytes of decompressed data held at once for one file: an archive, the one in it, and what is read of that.
 * Each may be as large as its own limit allows, and eight in each other would be gigabytes (CWE-770).
 */
export const CONTENTS_MAX_HELD = 268_435_456;

/**
 * Bytes that one stream of bzip2, xz or lzma may become: they are decoded at some 10 MB a second, and a
 * file has half a minute (CWE-400).
 */
export const SLOW_MAX_OUTPUT = 134_217_728;

/** Steps of the file's budget that one container takes: its directory is searched, read and compared (CWE-834). */
export const CONTAINER_STEPS = 1_000;

/** Unread parts told one by one for a file; the rest is counted: an archive can have 200,000 members (CWE-400). */
export const CONTENTS_MAX_UNREAD = 1_000;
