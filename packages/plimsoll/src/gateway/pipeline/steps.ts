/** One step: undefined where it was done at once. */
export type Step = () => Promise<void> | undefined;

/** Does steps in order: at once as long as none of them waits, and after those that do. */
export class Steps {
  /** What waits for an asynchronous step; undefined while all is done at once. */
  #queue: Step[] | undefined;

  /** True while a step waits, so that the next must not be done yet. */
  get areWaiting(): boolean {
    return this.#queue !== undefined;
  }

  /** Does one step after those before it. */
  do(step: Step): void {
    if (this.#queue !== undefined) {
      this.#queue.push(step);
      return;
    }
    const wait = step();
    if (wait !== undefined) this.waitFor(wait);
  }

  /** A step was begun while none waited, and is done only when this is. */
  waitFor(wait: Promise<void>): void {
    void this.#drain(wait);
  }

  async #drain(wait: Promise<void>): Promise<void> {
    const queue: Step[] = [];
    this.#queue = queue;
    await wait;
    for (let step = queue.shift(); step !== undefined; step = queue.shift()) await step();
    this.#queue = undefined;
  }
}

/** Makes one step of several, done one after another, at once as long as none of them has to wait. */
export function inOrder(steps: readonly Step[]): Promise<void> | undefined {
  for (const [at, step] of steps.entries()) {
    const wait = step();
    if (wait !== undefined) return wait.then(() => inOrder(steps.slice(at + 1)));
  }
  return undefined;
}
