import { refused } from "./refused.ts";

/** Ends one request when the caller says so, or when no byte has come for too long. */
export class Watch {
  readonly #controller = new AbortController();
  readonly #callers: readonly AbortSignal[];
  readonly #stallMs: number;
  readonly #id: string;
  #timer: NodeJS.Timeout | undefined;

  /** @param stallMs Milliseconds without a beat. */
  constructor(id: string, stallMs: number, callers: readonly (AbortSignal | undefined)[]) {
    this.#id = id;
    this.#stallMs = stallMs;
    this.#callers = callers.filter((signal) => signal !== undefined);
    for (const caller of this.#callers) {
      if (caller.aborted) this.#controller.abort(caller.reason);
      caller.addEventListener("abort", this.#stop, { once: true });
    }
    this.beat();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Something came: the time begins again. */
  beat(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#controller.abort(refused(this.#id, `not a byte came for ${this.#stallMs} ms`));
    }, this.#stallMs);
  }

  /**
   * What `work` gives, unless the request ends before: a fetcher that minds no signal holds nobody up.
   * @throws the reason of the end.
   */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const { signal } = this;
    if (signal.aborted) throw this.#reason();
    let stop: (() => void) | undefined;
    const ended = new Promise<never>((_, reject) => {
      stop = () => {
        reject(this.#reason());
      };
      signal.addEventListener("abort", stop, { once: true });
    });
    try {
      return await Promise.race([work(), ended]);
    } finally {
      if (stop !== undefined) signal.removeEventListener("abort", stop);
    }
  }

  /** The request is over; what is still open of it is closed. */
  end(): void {
    clearTimeout(this.#timer);
    for (const caller of this.#callers) caller.removeEventListener("abort", this.#stop);
    if (!this.signal.aborted) this.#controller.abort();
  }

  #stop = (event: Event): void => {
    const caller = event.target;
    this.#controller.abort(caller instanceof AbortSignal ? caller.reason : undefined);
  };

  #reason(): Error {
    const reason: unknown = this.signal.reason;
    return reason instanceof Error ? reason : refused(this.#id, "it was stopped");
  }
}
