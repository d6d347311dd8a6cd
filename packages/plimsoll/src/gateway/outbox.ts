import type { AuditEvent, AuditLog } from "../audit/contract.ts";
import { EVENT_MAX_BYTES } from "../audit/event.ts";
import { PlimsollError } from "../kernel/error.ts";
import type { OutboxEvent, Store } from "../store/contract.ts";

/** Bytes of an event's facts: with all else they make one line, and one that is no line would block all behind it. */
const BODY_MAX_BYTES = EVENT_MAX_BYTES - 2_048;

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
  /** Numbers of events that somebody waits for, by their request. */
  readonly #awaited = new Map<string, number | undefined>();
  #last: Promise<void> = Promise.resolve();

  constructor(outbox: Store["outbox"], audit: AuditLog) {
    this.#outbox = outbox;
    this.#audit = audit;
  }

  /** Writes what was left. One after another: two at once would write the same events twice. */
  drain(): Promise<void> {
    const next = this.#last.then(() => this.#drain());
    this.#last = next.catch(() => {
      // Whoever asked is told; what is left waits for the next.
    });
    return next;
  }

  /**
   * Makes a change that leaves the event of this request, and has it written.
   * @returns what the change came to, and the event's number in the log; undefined when it left none.
   */
  async change<T>(
    request: string,
    change: () => Promise<T>,
  ): Promise<{ readonly result: T; readonly seq: number | undefined }> {
    this.#awaited.set(request, undefined);
    try {
      const result = await change();
      await this.drain();
      return { result, seq: this.#awaited.get(request) };
    } finally {
      this.#awaited.delete(request);
    }
  }

  async #drain(): Promise<void> {
    await this.#outbox.drain(async (left) => {
      const { place, durable } = this.#audit.append(auditEvent(left));
      await durable;
      if (left.request !== undefined && this.#awaited.has(left.request)) {
        this.#awaited.set(left.request, place.seq);
      }
    });
  }
}
