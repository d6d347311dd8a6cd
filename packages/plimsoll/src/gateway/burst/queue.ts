import type { Attempt } from "../routing/contract.ts";

/** Requests that wait for a place at the same time (CWE-770). */
export const QUEUE_MAX = 1_000;

/** Bytes of the bodies that they hold in memory (CWE-770). */
export const QUEUE_MAX_BYTES = 134_217_728;

/** One that waits. */
export type Waiting = {
  readonly ms: number;
  /** Of its body. */
  readonly bytes: number;
  /** Takes a place; undefined when there is none for it. */
  readonly take: () => Attempt | undefined;
  /** Has a listener called whenever a place may be free; it says whether it took one. Returns how to end that. */
  readonly onRoom: (listener: () => boolean) => () => void;
  /** Is told how to end the waiting. */
  readonly onStop: (stop: () => void) => void;
};

/** Requests that wait for a place at a server of ours before they may leave. Who came first has it first. */
export class Queue {
  #waiting = 0;
  #bytes = 0;

  /** Requests that wait now. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Resolves with a place, and with undefined when the time is up, it was stopped, or too many wait. */
  wait({ ms, bytes, take, onRoom, onStop }: Waiting): Promise<Attempt | undefined> {
    const isFull = this.#waiting >= QUEUE_MAX || this.#bytes + bytes > QUEUE_MAX_BYTES;
    if (ms <= 0 || isFull) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#waiting += 1;
      this.#bytes += bytes;
      let isOver = false;
      const end = (attempt: Attempt | undefined): void => {
        if (isOver) return;
        isOver = true;
        this.#waiting -= 1;
        this.#bytes -= bytes;
        clearTimeout(timer);
        endRoom();
        resolve(attempt);
      };
      const timer = setTimeout(end, ms, undefined);
      const endRoom = onRoom(() => {
        const attempt = isOver ? undefined : take();
        if (attempt === undefined) return false;
        end(attempt);
        return true;
      });
      onStop(() => {
        end(undefined);
      });
      // One may have become free while it was looked at.
      const attempt = isOver ? undefined : take();
      if (attempt !== undefined) end(attempt);
    });
  }
}
