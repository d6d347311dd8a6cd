/** What one JSON text may cost. */
export type JsonLimits = {
  /** Length of the text, in UTF-16 units (never more than its bytes in UTF-8). */
  readonly bytes: number;
  /** Containers within containers; a value above `JSON_MAX_DEPTH` counts as that. */
  readonly depth: number;
  /** Values of all kinds; a value above `JSON_MAX_VALUES` counts as that. */
  readonly values: number;
};

/** The largest header a format allows is 100 MB; every byte of text costs several of heap (CWE-770). */
export const JSON_MAX_BYTES = 134_217_728;

/** The reader recurses once a level, and 20,000 open brackets would end its stack (CWE-674). */
export const JSON_MAX_DEPTH = 200;

/** Digits of one integer: turning decimal text into a bigint costs more than linear time (CWE-407). */
export const JSON_MAX_DIGITS = 1_000;

/** Values in one text: `{}` takes three bytes and a hundred of heap (CWE-770). The largest tokenizers have some two million. */
export const JSON_MAX_VALUES = 8_000_000;
