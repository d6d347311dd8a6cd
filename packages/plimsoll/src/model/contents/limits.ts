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

/**
 * Steps of the file's budget that one container takes: its directory is searched, read and compared. So a
 * file has 10,000 at most, which take some three seconds (CWE-834).
 */
export const CONTAINER_STEPS = 5_000;

/** Steps that a NumPy array takes: it is only a header, and an archive of weights has thousands. */
export const ARRAY_STEPS = 100;

/** The limits of one walk, so that a test can reach them. */
export type ContentLimits = {
  readonly held: number;
  readonly containerSteps: number;
  readonly arraySteps: number;
  readonly unread: number;
};

/** Unread parts told one by one for a file; the rest is counted: an archive can have 200,000 members (CWE-400). */
export const CONTENTS_MAX_UNREAD = 1_000;

/** What the files of models need, many times over. */
export const DEFAULT_CONTENT_LIMITS: ContentLimits = {
  held: CONTENTS_MAX_HELD,
  containerSteps: CONTAINER_STEPS,
  arraySteps: ARRAY_STEPS,
  unread: CONTENTS_MAX_UNREAD,
};
