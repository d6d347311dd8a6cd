import type { AuditEvent, AuditLog } from "../../audit/contract.ts";
import type { Store } from "../../store/contract.ts";

/** Writes the events that changes left in the store to the log of a server that runs. */
export class OutboxDrain {
  readonly #outbox: Store["outbox"];
  readonly #audit: AuditLog;
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

  /** Writes what was left. One after another: two at once would write the same events twice. */
  run(): Promise<void> {
    // One that has not begun takes along what everybody left until then.
    this.#next ??= this.#begin();
    return this.#next;
  }

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

  /** Reads or changes something, and resolves when every event that was left by then is durable. */
  async after<T>(change: () => Promise<T>): Promise<T> {
    const result = await change();
    await this.run();
    return result;
  }

  async #write(): Promise<void> {
    await this.#outbox.drain(async ({ body, ...event }) => {
      // Written by our own tools, of the kinds that the log knows.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      await this.#audit.append({ ...event, body: JSON.parse(body) } as AuditEvent).durable;
    });
  }
}
