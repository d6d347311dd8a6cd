import { MAX_FAULTS } from "../core/fault-list.ts";

/** Key-value pairs of one header. Real models have below 100; a count is the attacker's (CWE-834). */
export const GGUF_MAX_KV = 100_000;

/** Tensors of one file. The largest mixture-of-experts models have below 20,000 (CWE-834). */
export const GGUF_MAX_TENSORS = 1_000_000;

/** Bytes of one string. A chat template has some KB; llama.cpp allows 1 GiB, which is memory for the asking (CWE-789). */
export const GGUF_MAX_STRING = 10_485_760;

/** Elements of one array. The largest vocabularies have below 300,000 (CWE-789). */
export const GGUF_MAX_ARRAY = 16_777_216;

/** Bytes before the tensor data, all strings and arrays together: many arrays that each pass must not add up (CWE-770). */
export const GGUF_MAX_HEADER = 268_435_456;

/**
 * Dimensions that are read past the four that loaders accept, so that what follows is still found.
 * More of them is a count that lies (CWE-834).
 */
export const GGUF_MAX_DIMENSIONS_READ = 64;

/** Arrays in arrays are no GGUF; they are stepped over to this depth and no deeper (CWE-674). */
export const GGUF_MAX_ARRAY_DEPTH = 4;

/** Arrays stepped over for one key: each takes 12 bytes, and a header could hold 20 million (CWE-834). */
export const GGUF_MAX_ARRAYS_SKIPPED = 65_536;

/** Padding longer than this is told as unclaimed bytes: an alignment of 2 GiB would hide a payload in it. */
export const GGUF_MAX_PADDING = 65_536;

/** What one header may cost; tests set smaller ones. */
export type GgufLimits = {
  readonly kv: number;
  readonly tensors: number;
  /** Bytes. */
  readonly string: number;
  /** Elements. */
  readonly array: number;
  /** Bytes. */
  readonly header: number;
  /** Faults kept. */
  readonly faults: number;
};

/** The limits above, and those of fault lists. */
export const DEFAULT_GGUF_LIMITS: GgufLimits = {
  kv: GGUF_MAX_KV,
  tensors: GGUF_MAX_TENSORS,
  string: GGUF_MAX_STRING,
  array: GGUF_MAX_ARRAY,
  header: GGUF_MAX_HEADER,
  faults: MAX_FAULTS,
};
