import type { AuditLog } from "../../audit/contract.ts";
import type { EngineHealth } from "../../engine/contract.ts";

/** Why requests are shed. */
export const SHED_REASONS = ["lag", "memory", "requests"] as const;

/** One of them. */
export type ShedReason = (typeof SHED_REASONS)[number];

/** What is asked only when somebody looks: it costs nothing in between. */
export type Sampled = {
  readonly upstreams: () => readonly {
    readonly name: string;
    readonly state: EngineHealth["state"];
    readonly isOpen: boolean;
    readonly running: number;
  }[];
  /** Retries that are saved up. */
  readonly retries: () => number;
  /** Seconds that the event loop was late. */
  readonly lag: () => { readonly p50: number; readonly p99: number; readonly max: number };
  /** Why new requests are shed now; undefined while they are not. */
  readonly shedding: () => ShedReason | undefined;
  /** Turns that run. */
  readonly running: () => number;
  readonly inFlightBytes: () => number;
  readonly audit: () => ReturnType<AuditLog["state"]> & { readonly isAvailable: boolean };
  readonly store: () => { readonly waiting: number; readonly isAvailable: boolean };
  /** Milliseconds since 1970. */
  readonly now: () => number;
};
