import type { Collector } from "./collector.ts";
import { otlpBody } from "./otlp.ts";
import type { Attributes, Span } from "./span.ts";

/** Spans that wait for the collector: a slow or missing one must not fill memory (CWE-770). */
export const QUEUE_MAX = 2_048;

/** Spans of one request. */
export const BATCH_MAX = 256;

/** Milliseconds that a span waits for others to go with. */
const WAIT_MS = 2_000;

/** Times that a batch is tried before it is dropped. */
const TRIES_MAX = 5;

/** Milliseconds before a second try, doubled with each. */
const RETRY_MS = 1_000;

/** What the exporter stands on. */
export type ExporterPorts = {
  readonly collector: Collector;
  readonly resource: Attributes;
  readonly version: string;
  /** Told how many spans left, or never will. */
  readonly counted: (result: "sent" | "dropped", count: number) => void;
  /** Told when it begins to fail, and when it is well again. */
  readonly changed: (state: "well" | "failing", reason: string) => void;
  /** Calls back later, and returns what calls it off; unlike a request, it keeps no process alive. */
  readonly later: (work: () => void, ms: number) => () => void;
};

/**
 * Sends spans in batches, one at a time. Adding one never waits, never throws and takes no more than its place in
 * the queue: when there is none, the span is dropped and counted.
 */
export class Exporter {
  readonly #ports: ExporterPorts;
  #queue: Span[] = [];
  #batch: readonly Span[] = [];
  #cancel: (() => void) | undefined;
  #isSending = false;
  #isClosed = false;
  #tries = 0;
  #state: "well" | "failing" = "well";
  #idle: (() => void) | undefined;

  constructor(ports: ExporterPorts) {
    this.#ports = ports;
  }

  /** Takes a span, or drops it. */
  add(span: Span): void {
    if (this.#isClosed || this.#queue.length + this.#batch.length >= QUEUE_MAX) {
      this.#ports.counted("dropped", 1);
      return;
    }
    this.#queue.push(span);
    if (this.#batch.length > 0) return;
    if (this.#queue.length >= BATCH_MAX) this.#send();
    else
      this.#cancel ??= this.#ports.later(() => {
        this.#send();
      }, WAIT_MS);
  }

  /** Sends what waits, for so many milliseconds at most, and drops the rest. */
  async close(ms: number): Promise<void> {
    this.#isClosed = true;
    if (this.#waiting > 0) {
      const done = new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
      const timer = setTimeout(() => this.#idle?.(), ms);
      this.#send();
      await done;
      clearTimeout(timer);
    }
    this.#idle = undefined;
    this.#cancel?.();
    this.#ports.collector.close();
    if (this.#waiting > 0) this.#ports.counted("dropped", this.#waiting);
    this.#queue = [];
    this.#batch = [];
  }

  get #waiting(): number {
    return this.#queue.length + this.#batch.length;
  }

  #send(): void {
    if (this.#isSending) return;
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#batch.length === 0) this.#batch = this.#queue.splice(0, BATCH_MAX);
    if (this.#batch.length === 0) {
      this.#idle?.();
      return;
    }
    this.#isSending = true;
    void this.#deliver(this.#batch);
  }

  async #deliver(batch: readonly Span[]): Promise<void> {
    const { collector, counted } = this.#ports;
    const delivery = await collector.send(otlpBody(batch, this.#ports));
    this.#isSending = false;
    // It was closed meanwhile, and has counted these already.
    if (this.#batch !== batch) return;
    this.#tries += 1;
    if (delivery.kind === "taken") {
      const refused = Math.min(delivery.refused, batch.length);
      if (refused > 0) counted("dropped", refused);
      if (refused < batch.length) counted("sent", batch.length - refused);
      this.#become(refused > 0 ? "failing" : "well", "the collector refused spans");
      this.#next();
      return;
    }
    this.#become("failing", delivery.reason);
    if (delivery.kind === "refused" || this.#tries >= TRIES_MAX) {
      counted("dropped", batch.length);
      this.#next();
      return;
    }
    const own = RETRY_MS * 2 ** (this.#tries - 1);
    this.#cancel = this.#ports.later(() => {
      this.#send();
    }, delivery.afterMs ?? own);
  }

  #next(): void {
    this.#batch = [];
    this.#tries = 0;
    this.#send();
  }

  #become(state: "well" | "failing", reason: string): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#ports.changed(state, state === "well" ? "" : reason);
  }
}
