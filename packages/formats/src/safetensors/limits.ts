import { MAX_FAULTS } from "../core/fault-list.ts";

/**
 * Bytes of the JSON header; the reference refuses more. It is decoded before anything is verified, and
 * costs several times its size in memory (CWE-770).
 */
export const SAFETENSORS_MAX_HEADER = 100_000_000;

/** What one header may cost; tests set smaller ones. */
export type SafetensorsLimits = {
  /** Bytes of the JSON header. */
  readonly header: number;
  /** Faults kept. */
  readonly faults: number;
};

/** The limits above, and those of fault lists. */
export const DEFAULT_SAFETENSORS_LIMITS: SafetensorsLimits = {
  header: SAFETENSORS_MAX_HEADER,
  faults: MAX_FAULTS,
};
