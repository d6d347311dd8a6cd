import type { ServerResponse } from "node:http";

/** The requests that began under one configuration: what they use is closed only when the last of them is over. */
export class Generation {
  readonly #before: Promise<unknown>;
  #running = 0;
  #end: (() => void) | undefined;

  /** `before`: the end of all that began under earlier ones. */
  constructor(before: Promise<unknown> = Promise.resolve()) {
    this.#before = before;
  }

  /** One more, over when its answer is. */
  enter(response: Pick<ServerResponse, "once">): void {
    this.#running += 1;
    response.once("close", () => {
      this.#running -= 1;
      if (this.#running === 0) this.#end?.();
    });
  }

  /** Resolves when all of these, and all before them, are over. Asked once, when no more begin. */
  async ended(): Promise<void> {
    await this.#before;
    if (this.#running === 0) return;
    await new Promise<void>((resolve) => {
      this.#end = resolve;
    });
  }
}

/** What is closed when nothing runs on it any more. */
export type Closable = { readonly close: () => Promise<void> };

/** Remembers under which configuration requests began, and closes what only earlier ones used. */
export class Generations {
  readonly #retiring = new Set<Closable>();
  #current = new Generation();

  /** A request begins. */
  enter(response: Pick<ServerResponse, "once">): void {
    this.#current.enter(response);
  }

  /** Another configuration serves; what is gone with it is closed when all that began before now is over. */
  async next(gone: readonly Closable[]): Promise<void> {
    const ended = this.#current.ended();
    this.#current = new Generation(ended);
    for (const one of gone) this.#retiring.add(one);
    await ended;
    for (const one of gone) {
      this.#retiring.delete(one);
      await one.close();
    }
  }

  /** Closes at once what still waits to be. */
  async close(): Promise<void> {
    await Promise.all([...this.#retiring].map((one) => one.close()));
  }
}
