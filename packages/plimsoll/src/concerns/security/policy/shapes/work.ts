/**
 * Values that the arguments of one file may be compared with: a pickle of a megabyte can hand one list of a
 * hundred thousand numbers to a hundred thousand calls (CWE-407). Real checkpoints need some twenty a tensor.
 */
export const PICKLE_POLICY_MAX_STEPS = 20_000_000;

/** What comparing may cost, counted down. */
export class Work {
  #left: number;
  readonly limit: number;

  constructor(limit: number = PICKLE_POLICY_MAX_STEPS) {
    this.limit = limit;
    this.#left = limit;
  }

  /** False when there is nothing left for one more step. */
  step(): boolean {
    this.#left -= 1;
    return this.#left >= 0;
  }

  /** True when something was left uncompared. */
  get isSpent(): boolean {
    return this.#left < 0;
  }
}
