import type { AuditEvent, AuditLog } from "../audit/contract.ts";
import { EVENT_MAX_BYTES } from "../audit/event.ts";
import { PlimsollError } from "../kernel/error.ts";
import type { OutboxEvent, Store } from "../store/contract.ts";

/** Bytes of an event's facts: with all else they make one line, and one that is no line would block all behind it. */
const BODY_MAX_BYTES = EVENT_MAX_BYTES - 2_048;

/** Places of events that are remembered, for those who ask where theirs came to lie. */
const PLACES_MAX = 256;

/**
 * An event as the store keeps it until it stands in the log.
 * @throws PlimsollError `usage` when it is longer than a line of the log may be.
 */
export function outboxEvent({ kind, actor, request, body }: AuditEvent): OutboxEvent {
  const text = JSON.stringify(body);
  if (Buffer.byteLength(text) > BODY_MAX_BYTES) {
    throw new PlimsollError("usage", "this is more than one event of the audit log can tell", {
      hint: `Names, models and reasons together may have ${BODY_MAX_BYTES.toLocaleString("en")} bytes.`,
    });
  }
  return { kind, actor, body: text, ...(request === undefined ? {} : { request }) };
}

/** The event as the log takes it. */
export function auditEvent({ body, ...event }: OutboxEvent): AuditEvent {
  // Left by our own tools, of the kinds that the log knows.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { ...event, body: JSON.parse(body) } as AuditEvent;
}

/** Writes the events that changes left in the store to the log of a server that runs. */
export class OutboxWriter {
  readonly #outbox: Store["outbox"];
  readonly #audit: AuditLog;
  /** Where the last event of a request lies; the newest are at the end. */
  readonly #places = new Map<string, number>();
  /** The last change of those that are made one after another. */
  #changed: Promise<unknown> = Promise.resolve();
  #last: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;
  #isBehind = false;

  constructor(outbox: Store["outbox"], audit: AuditLog) {
    this.#outbox = outbox;
    this.#audit = audit;
  }

  /** True when something that was left could not be written: try again. */
  get isBehind(): boolean {
    return this.#isBehind;
  }

  /** Writes what was left; resolves when it is on the disk. */
  drain(): Promise<void> {
    // One that has not begun takes along what everybody left until then.
    this.#next ??= this.#begin();
    return this.#next;
  }

  /** Reads or changes something, and resolves when every event that was left by then is durable. */
  async after<T>(change: () => Promise<T>): Promise<T> {
    const result = await change();
    await this.drain();
    return result;
  }

  /** The same for changes that go by what they have just read: one is made after the other. */
  async keep<T>(change: () => Promise<T>): Promise<T> {
    const made = this.#changed.then(change);
    // Whoever asked is told.
    this.#changed = made.catch(() => undefined);
    const result = await made;
    await this.drain();
    return result;
  }

  /** Number of the last event of a request that was written from here; undefined when that is long ago. */
  seqOf(request: string): number | undefined {
    return this.#places.get(request);
  }

  /** One after another: two at once would write the same events twice. */
  async #begin(): Promise<void> {
    await this.#last;
    const run = this.#write();
    this.#next = undefined;
    this.#last = this.#settled(run);
    await run;
  }

  async #settled(run: Promise<void>): Promise<void> {
    try {
      await run;
      this.#isBehind = false;
    } catch {
      // Whoever asked is told; what is left waits for the next.
      this.#isBehind = true;
    }
  }

  async #write(): Promise<void> {
    await this.#outbox.drain(async (left) => {
      const { place, durable } = this.#audit.append(auditEvent(left));
      await durable;
      if (left.request === undefined) return;
      this.#places.delete(left.request);
      this.#places.set(left.request, place.seq);
      const [oldest] = this.#places.keys();
      if (this.#places.size > PLACES_MAX && oldest !== undefined) this.#places.delete(oldest);
    });
  }
}
