/** Bytes of a header. NumPy refuses more than 10,000 unless it may unpickle; types of many fields need them (CWE-770). */
export const NPY_MAX_HEADER = 1_048_576;

/** Brackets within brackets in a header: both its parser and its reader walk them (CWE-674). */
export const NPY_MAX_DEPTH = 64;

/** What one header may cost. */
export type NpyLimits = {
  readonly header: number;
  readonly depth: number;
};

/** What arrays need, many times over. */
export const DEFAULT_NPY_LIMITS: NpyLimits = { header: NPY_MAX_HEADER, depth: NPY_MAX_DEPTH };
