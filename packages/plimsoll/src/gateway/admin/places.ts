import type { ServerResponse } from "node:http";

/** Requests at the same time, of all keys and of one; people and their tools make few (CWE-770). */
const RUNNING_MAX = 64;
const RUNNING_OF_ONE_MAX = 32;

/** The places for requests that were let in. Whoever was not holds none, however slowly they go. */
export class Places {
  readonly #ofKey = new Map<string, number>();
  #running = 0;

  /** Takes one until the response is over; false when there is none. */
  take(key: string, response: ServerResponse): boolean {
    const own = this.#ofKey.get(key) ?? 0;
    if (this.#running >= RUNNING_MAX || own >= RUNNING_OF_ONE_MAX) return false;
    this.#running += 1;
    this.#ofKey.set(key, own + 1);
    response.once("close", () => {
      this.#running -= 1;
      const left = (this.#ofKey.get(key) ?? 1) - 1;
      if (left === 0) this.#ofKey.delete(key);
      else this.#ofKey.set(key, left);
    });
    return true;
  }
}
