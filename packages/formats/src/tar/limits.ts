import { ARCHIVE_MAX_MEMBERS } from "../zip/limits.ts";

/** Bytes of one extended header or long name: they are read whole before their member is known (CWE-770). */
export const TAR_MAX_EXTENDED = 1_048_576;

/** Bytes of all names and link targets that are kept: an archive of long names is small, compressed (CWE-770). */
export const TAR_MAX_NAMES = 67_108_864;

/** Headers of all kinds: extended ones are no members, and may follow one another without end (CWE-834). */
export const TAR_MAX_HEADERS = 1_000_000;

/** Bytes in which the next header is looked for after a damaged one, or something else than zeros after the end (CWE-834). */
export const TAR_MAX_SEARCH = 67_108_864;

/** What one archive may cost. */
export type TarLimits = {
  readonly members: number;
  readonly extended: number;
  readonly names: number;
  readonly headers: number;
  readonly search: number;
};

/** What model archives need, many times over. */
export const DEFAULT_TAR_LIMITS: TarLimits = {
  members: ARCHIVE_MAX_MEMBERS,
  extended: TAR_MAX_EXTENDED,
  names: TAR_MAX_NAMES,
  headers: TAR_MAX_HEADERS,
  search: TAR_MAX_SEARCH,
};
