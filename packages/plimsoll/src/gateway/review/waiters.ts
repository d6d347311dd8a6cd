/** Connections that wait for a decision at the same time (CWE-770). */
export const WAITERS_MAX = 1_000;

/** Who waits for a decision; told once something may have changed, and never what. */
export class Waiters {
  readonly #waiting = new Map<string, Set<() => void>>();
  #count = 0;
  #isOver = false;

  /** The held answers that somebody waits for. */
  get ids(): readonly string[] {
    return [...this.#waiting.keys()];
  }

  /**
   * Resolves when somebody decided, the time is up, the signal ends it or all waiting ends; undefined when nobody
   * more may wait.
   */
  wait(id: string, ms: number, signal: AbortSignal): Promise<void> | undefined {
    if (this.#isOver || this.#count >= WAITERS_MAX || signal.aborted) return undefined;
    return new Promise((resolve) => {
      const own = this.#waiting.get(id) ?? new Set<() => void>();
      this.#waiting.set(id, own);
      this.#count += 1;
      const end = (): void => {
        if (!own.delete(end)) return;
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        this.#count -= 1;
        if (own.size === 0 && this.#waiting.get(id) === own) this.#waiting.delete(id);
        resolve();
      };
      const timer = setTimeout(end, ms);
      own.add(end);
      signal.addEventListener("abort", end);
    });
  }

  /** Lets everybody who waits for it look. */
  tell(id: string): void {
    for (const end of this.#waiting.get(id) ?? []) end();
  }

  /** Nobody waits any more, and nobody begins to: the server ends. */
  end(): void {
    this.#isOver = true;
    for (const id of this.ids) this.tell(id);
  }
}
