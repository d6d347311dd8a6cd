/** Seconds that a try counts for. */
const SECONDS = 30;

type Second = { at: number; tries: number; failures: number };

/**
 * Tries of the last thirty seconds and how many of them failed.
 *
 * They are counted by the second: what one costs must not grow with how many there were before it.
 */
export class TryWindow {
  readonly #seconds: readonly Second[] = Array.from({ length: SECONDS }, () => ({
    at: -SECONDS,
    tries: 0,
    failures: 0,
  }));

  /** Counts a try; `now` is milliseconds. */
  add(now: number, isFailure: boolean): void {
    const at = Math.floor(now / 1_000);
    const second = this.#seconds[at % SECONDS];
    if (second === undefined) return;
    if (second.at !== at) {
      second.at = at;
      second.tries = 0;
      second.failures = 0;
    }
    second.tries += 1;
    if (isFailure) second.failures += 1;
  }

  /** What was counted up to `now`. */
  sums(now: number): { readonly tries: number; readonly failures: number } {
    const oldest = Math.floor(now / 1_000) - SECONDS;
    let tries = 0;
    let failures = 0;
    for (const second of this.#seconds) {
      if (second.at <= oldest) continue;
      tries += second.tries;
      failures += second.failures;
    }
    return { tries, failures };
  }
}
