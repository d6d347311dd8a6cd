import { monitorEventLoopDelay } from "node:perf_hooks";

import type { Sampled, ShedReason } from "../../gateway/telemetry/contract.ts";
import { memoryShare, reasonToShed } from "./shedding.ts";

/** Milliseconds between two looks at how late the event loop is. */
const RESOLUTION_MS = 20;

/** How late an event loop was, in seconds. */
type Lag = ReturnType<Sampled["lag"]> & { readonly p80: number };

/** How late the event loop of this process is and how full its memory, as of the last look. */
export class Strain {
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #lag: Lag = { p50: 0, p80: 0, p99: 0, max: 0 };
  #memoryShare = 0;

  constructor() {
    this.#delay.enable();
  }

  /** How late the loop was between the last two looks. */
  get lag(): Lag {
    return this.#lag;
  }

  /** Looks, and begins to count anew. */
  look(): void {
    this.#lag = lagOf(this.#delay);
    this.#delay.reset();
    this.#memoryShare = memoryShare();
  }

  /** Why new requests are not taken beside so many that run; undefined while they are. */
  reasonToShed(running: number, runningMax: number): ShedReason | undefined {
    const load = { lagMs: this.#lag.p80 * 1_000, memoryShare: this.#memoryShare, running };
    return reasonToShed(load, runningMax);
  }

  /** Looks no more. */
  close(): void {
    this.#delay.disable();
  }
}

function lagOf(histogram: ReturnType<typeof monitorEventLoopDelay>): Lag {
  return {
    p50: secondsLate(histogram.percentile(50)),
    p80: secondsLate(histogram.percentile(80)),
    p99: secondsLate(histogram.percentile(99)),
    max: secondsLate(histogram.max),
  };
}

/** The histogram counts the time between two looks with it. */
function secondsLate(nanos: number): number {
  return Number.isFinite(nanos) ? Math.max(0, nanos / 1e6 - RESOLUTION_MS) / 1_000 : 0;
}
