import { reasonOf } from "../kernel/error.ts";
import type { RetainOptions, Store, StoreCutoffs } from "../store/contract.ts";
import type { HotPorts } from "./hot/contract.ts";

/** How long what is kept is kept, in milliseconds, by kind. */
export type RetentionAges = {
  readonly requests: number;
  /** Sums by the hour. */
  readonly usage: number;
  /** Held answers, from when they were decided. */
  readonly holds: number;
  readonly bodies: number;
};

/** Milliseconds between two looks at what is old; less where something lives shorter. */
const RETAIN_EVERY_MS = 3_600_000;

/** The shortest time between two looks, in milliseconds. */
const RETAIN_MIN_MS = 60_000;

/** Milliseconds between two steps, in which requests have the disk to themselves. */
const REST_MS = 25;

/** What removing stands on. */
export type RetentionPorts = {
  readonly store: Pick<Store, "retain">;
  readonly ages: () => RetentionAges;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: HotPorts["log"];
  /** Waited for between two steps; a moment when absent. */
  readonly rest?: RetainOptions["rest"];
};

/**
 * Removes from the store what is older than the policy lets it be, beside serving: a few rows at a time. The audit log
 * is not shortened by it.
 */
export class Retention {
  readonly #ports: RetentionPorts;
  readonly #ending = new AbortController();
  #nextAt: number;
  #lookedAt: number;
  #running: Promise<void> | undefined;

  constructor(ports: RetentionPorts) {
    this.#ports = ports;
    this.#lookedAt = ports.now();
    // Not while everything else begins.
    this.#nextAt = this.#lookedAt + RETAIN_MIN_MS;
  }

  /** Begins when it is time to; called as often as one likes. */
  look(): void {
    const now = this.#ports.now();
    // A clock that was set back must not put it off for as long.
    if (now < this.#lookedAt) this.#nextAt = now + RETAIN_MIN_MS;
    this.#lookedAt = now;
    if (now < this.#nextAt || this.#running !== undefined || this.#ending.signal.aborted) return;
    this.#nextAt = now + everyMs(this.#ports.ages());
    this.#running = this.#run(now).finally(() => {
      this.#running = undefined;
    });
  }

  /** Resolves when nothing is being removed. */
  async idle(): Promise<void> {
    await this.#running;
  }

  /** Ends after the step that runs. */
  async close(): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  async #run(now: number): Promise<void> {
    const { store, ages, log, rest = restABit } = this.#ports;
    try {
      const rows = await store.retain(cutoffsOf(ages(), now), {
        rest,
        signal: this.#ending.signal,
      });
      if (rows > 0) log("info", "retention", { rows });
    } catch (error) {
      log("error", "retention", { reason: reasonOf(error) });
    }
  }
}

function cutoffsOf({ requests, usage, holds, bodies }: RetentionAges, now: number): StoreCutoffs {
  return {
    requests: now - requests,
    usage: now - usage,
    holds: now - holds,
    bodies: now - bodies,
  };
}

function everyMs(ages: RetentionAges): number {
  return Math.max(RETAIN_MIN_MS, Math.min(RETAIN_EVERY_MS, ...Object.values(ages)));
}

function restABit(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, REST_MS);
  });
}
