/** Commits that are read of one history: the largest projects have two million, a model has some dozens (CWE-400). */
export const GIT_MAX_COMMITS = 1_000_000;

/** Bytes of output taken from git: a commit may carry an author of a megabyte, a million times (CWE-770). */
export const GIT_MAX_OUTPUT_BYTES = 268_435_456;

/**
 * Milliseconds for reading the commits: a pack can be built that takes hours to unpack (CWE-400). A hundred thousand
 * commits take one second. Together with the tags it stays below what `vet` gives one check, which would end the
 * thread that waits and leave git running.
 */
export const GIT_MAX_MS = 18_000;

/** Milliseconds for reading the dates of tags. */
export const GIT_TAGS_MAX_MS = 5_000;

/** Bytes of one memory block that git may ask for: a commit of a gigabyte packs into a megabyte (CWE-409). */
export const GIT_MAX_ALLOC = "512m";

/** Characters kept of a name, an address or a date; the rest of a longer one is dropped (CWE-770). */
export const GIT_MAX_FIELD_CHARACTERS = 4_096;

/** Bytes of words that git says on its error stream, of which one line is shown. */
export const GIT_MAX_ERROR_BYTES = 4_096;

/** Entries of the object store that are looked at for links before git opens it (CWE-59). */
export const GIT_MAX_STORE_ENTRIES = 300_000;

/** Bytes of the list of packed references: two hundred thousand tags fit (CWE-770). */
export const GIT_MAX_PACKED_REFS_BYTES = 16_777_216;

/** Bytes of a file that holds one reference, or the list of commits where a shallow copy ends. */
export const GIT_MAX_REF_BYTES = 4_096;

/** Bytes of the list of commits at which a shallow copy ends. */
export const GIT_MAX_SHALLOW_BYTES = 1_048_576;

/** Tags of one history (CWE-400). */
export const GIT_MAX_TAGS = 100_000;

/** Folders within folders of references (CWE-674). */
export const GIT_MAX_REF_DEPTH = 16;
