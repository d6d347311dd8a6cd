/** Something that a client waits for, and that can be broken off. */
export type Running = {
  /** Ends it, told to the client as what it is. */
  readonly cut: () => void;
};

/** What runs now, so that a server that ends can wait for it, and end the rest. */
export class Turns {
  readonly #running = new Set<Running>();
  #empty: (() => void) | undefined;

  get size(): number {
    return this.#running.size;
  }

  add(one: Running): void {
    this.#running.add(one);
  }

  /** Its record is kept, and nothing of it is open any more. */
  delete(one: Running): void {
    this.#running.delete(one);
    if (this.#running.size === 0) this.#empty?.();
  }

  /** Ends all that run, and returns how many those were. */
  cut(): number {
    const running = [...this.#running];
    for (const one of running) one.cut();
    return running.length;
  }

  /** Resolves when none runs, or after so many milliseconds. */
  async ended(ms: number): Promise<void> {
    if (this.#running.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#empty = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
