import { AsyncLocalStorage } from "node:async_hooks";

import type { AuditEvent, AuditLog } from "../../audit/contract.ts";

/** Notes where events came to lie that were written while something was done: an answer names its event. */
export class SeqNotes {
  readonly #scope = new AsyncLocalStorage<number[]>();

  /** Writes an event; resolves when it is on the disk. */
  async keep(audit: AuditLog, event: AuditEvent): Promise<number> {
    const { place, durable } = audit.append(event);
    await durable;
    this.#scope.getStore()?.push(place.seq);
    return place.seq;
  }

  /** Does some work, and tells the number of the last event that it kept. */
  async during<T>(
    work: () => Promise<T>,
  ): Promise<{ readonly result: T; readonly seq: number | undefined }> {
    const seqs: number[] = [];
    const result = await this.#scope.run(seqs, work);
    return { result, seq: seqs.at(-1) };
  }
}
