/** Opcodes of one artifact, nested streams included. One byte can be one opcode, and files have gigabytes (CWE-834). */
export const PICKLE_MAX_OPS = 50_000_000;

/** Streams in one artifact, nested ones included: each costs a machine (CWE-770). */
export const PICKLE_MAX_STREAMS = 4_096;

/** Values and marks on the stack of one stream. Picklers write in batches of 1,000 (CWE-770). */
export const PICKLE_MAX_STACK = 1_000_000;

/** Memo slots of one stream. The index is the attacker's, so slots are kept by index and not as a table that long (CWE-789). */
export const PICKLE_MAX_MEMO = 10_000_000;

/** Memo slots out of order in one stream. Picklers number them; only an optimised pickle has gaps (CWE-770). */
export const PICKLE_MAX_SPARSE = 1_000_000;

/** Pickles in strings of pickles (CWE-674). */
export const PICKLE_MAX_NESTING = 8;

/**
 * Values of one artifact that are kept. One opcode of one byte makes one of 40 to 120 bytes, and a
 * worker has 512 MB. A checkpoint has some ten a tensor (CWE-770).
 */
export const PICKLE_MAX_VALUES = 2_000_000;

/** Effects of one artifact that are kept, of some 100 bytes; the values in them come on top (CWE-770). */
export const PICKLE_MAX_EFFECTS = 1_000_000;

/** Bytes of one string, bytes object or integer that are loaded; a longer one is kept as offset and length (CWE-789). */
export const PICKLE_MAX_INLINE = 4_096;

/**
 * Bytes of all loaded strings, bytes objects, large integers and different import names together. Later
 * ones are kept as offset and length; an import name that must be known is the limit (CWE-770).
 */
export const PICKLE_MAX_TEXT = 67_108_864;

/** Bytes of one name or number in text form: they must be read whole to be understood (CWE-770). */
export const PICKLE_MAX_LINE = 1_048_576;

/** Digits of one number in text form. CPython refuses more in decimal too, since parsing them is not linear (CVE-2020-10735). */
export const PICKLE_MAX_DIGITS = 4_300;

/** Bytes of all nested pickles that lie there as escaped or encoded text: those must be decoded in memory (CWE-770). */
export const PICKLE_MAX_DECODED = 67_108_864;

/** The limits above, so that a caller can lower them and a test can reach them. */
export type PickleLimits = {
  readonly ops: number;
  readonly streams: number;
  readonly stack: number;
  readonly memo: number;
  readonly sparse: number;
  readonly nesting: number;
  readonly values: number;
  readonly effects: number;
  readonly inline: number;
  readonly text: number;
  readonly line: number;
  readonly digits: number;
  readonly decoded: number;
};

/** What real models need, many times over. */
export const DEFAULT_PICKLE_LIMITS: PickleLimits = {
  ops: PICKLE_MAX_OPS,
  streams: PICKLE_MAX_STREAMS,
  stack: PICKLE_MAX_STACK,
  memo: PICKLE_MAX_MEMO,
  sparse: PICKLE_MAX_SPARSE,
  nesting: PICKLE_MAX_NESTING,
  values: PICKLE_MAX_VALUES,
  effects: PICKLE_MAX_EFFECTS,
  inline: PICKLE_MAX_INLINE,
  text: PICKLE_MAX_TEXT,
  line: PICKLE_MAX_LINE,
  digits: PICKLE_MAX_DIGITS,
  decoded: PICKLE_MAX_DECODED,
};
