/** Exit code of what was interrupted before its end. */
const INTERRUPTED = 130;

/** What the system told a server. */
export type Signals = {
  /** Resolves with the first signal that asks for an end; a second one, whichever it is, does not wait. */
  readonly ended: Promise<void>;
  /** Has SIGHUP, also one that came before now, read the configuration anew. */
  readonly onReload: (reload: () => Promise<unknown>) => void;
};

/**
 * Hears signals from now to the end of the process: one that comes while a server starts must not leave anything half
 * written, and none may end it in the middle of its answers.
 */
export function hearSignals(on: NodeJS.Process = process): Signals {
  const reloads = new Reloads();
  on.on("SIGHUP", () => {
    reloads.ask();
  });
  const ended = new Promise<void>((resolve) => {
    let isAsked = false;
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      on.on(signal, () => {
        if (isAsked) on.exit(INTERRUPTED);
        isAsked = true;
        resolve();
      });
    }
  });
  return {
    ended,
    onReload: (reload) => {
      reloads.begin(reload);
    },
  };
}

/** One that runs may have read the file already; one that waits has not, and a third would read the same. */
class Reloads {
  #reload: (() => Promise<unknown>) | undefined;
  #isRunning = false;
  #isWaiting = false;

  ask(): void {
    if (this.#reload === undefined || this.#isRunning) this.#isWaiting = true;
    else void this.#run(this.#reload);
  }

  begin(reload: () => Promise<unknown>): void {
    this.#reload = reload;
    if (this.#isWaiting) void this.#run(reload);
  }

  async #run(reload: () => Promise<unknown>): Promise<void> {
    this.#isRunning = true;
    do {
      this.#isWaiting = false;
      await reload();
    } while (this.#hasMore());
    this.#isRunning = false;
  }

  #hasMore(): boolean {
    return this.#isWaiting;
  }
}
