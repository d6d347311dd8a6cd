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
