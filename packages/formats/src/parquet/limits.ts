/** Limits of one Parquet footer. */
export type ParquetLimits = {
  /** Bytes of the footer. Ten thousand row groups of a thousand columns stay below; its length is the attacker's (CWE-789). */
  readonly footerBytes: number;
  /** Columns and groups of the schema (CWE-770). */
  readonly columns: number;
  /** Groups within groups (CWE-674). */
  readonly depth: number;
  /** Fields and items of all structures: each costs a step, and a footer may nest lists of nothing (CWE-834). */
  readonly steps: number;
  /** Texts kept beside the schema, and bytes of one: a least value may be a whole document (CWE-770). */
  readonly texts: number;
  readonly textBytes: number;
};

/** Generous for data sets as people share them, final for hostile ones. */
export const DEFAULT_PARQUET_LIMITS: ParquetLimits = {
  footerBytes: 67_108_864,
  columns: 100_000,
  depth: 64,
  steps: 20_000_000,
  texts: 10_000,
  textBytes: 4_096,
};
