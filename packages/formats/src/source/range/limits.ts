/** Bytes of one cached block, and of the first request: a header of most models fits. */
export const RANGE_BLOCK_BYTES = 262_144;

/** Most bytes fetched ahead of a reader that goes on and on; reached in three steps of four times each. */
export const RANGE_MAX_READ_AHEAD = 8_388_608;

/** Bytes of blocks that are kept for readers that come back; the reader of a hostile file may ask for all of it (CWE-770). */
export const RANGE_CACHE_BYTES = 33_554_432;

/** Bytes asked for at once: a header field may ask for all of a file, and all of it is kept until it is whole (CWE-789). */
export const RANGE_MAX_REQUEST = 67_108_864;

/** A file sent whole, by a server that knows no ranges, is taken up to this size: larger ones are left (CWE-770). */
export const RANGE_MAX_WHOLE = 8_388_608;

/** Redirects followed for one request: a hub sends to its store, a store to a mirror; more is a loop (CWE-834). */
export const RANGE_MAX_REDIRECTS = 5;

/** Milliseconds without a byte after which a server is given up: one that drips holds a reader for ever (CWE-400). */
export const RANGE_STALL_MS = 30_000;

/** The limits above, so that a caller can lower them and a test can reach them. */
export type RangeLimits = {
  readonly block: number;
  readonly readAhead: number;
  readonly cache: number;
  readonly request: number;
  readonly whole: number;
  readonly redirects: number;
  readonly stallMs: number;
};

/** What reading the headers of model files needs. */
export const DEFAULT_RANGE_LIMITS: RangeLimits = {
  block: RANGE_BLOCK_BYTES,
  readAhead: RANGE_MAX_READ_AHEAD,
  cache: RANGE_CACHE_BYTES,
  request: RANGE_MAX_REQUEST,
  whole: RANGE_MAX_WHOLE,
  redirects: RANGE_MAX_REDIRECTS,
  stallMs: RANGE_STALL_MS,
};
