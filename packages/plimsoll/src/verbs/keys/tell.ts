import { join } from "node:path";

import { openAuditLog } from "../../audit/writer.ts";
import { auditEvent } from "../../gateway/outbox.ts";
import type { Store } from "../../store/contract.ts";
import { takeLogLock } from "../../store/dialect/serve-lock.ts";

/** Where the log of an installation is. */
export type LogPlace = {
  /** Folder of all state. */
  readonly home: string;
  /** Name of the audit log. */
  readonly origin: string;
  readonly now: () => number;
};

/**
 * Makes changes that leave their events in the store, and writes those to the log, unless another process writes it:
 * one alone does. Who finds it taken leaves: a server looks every second, and a tool looks again once it let go.
 * @throws PlimsollError `audit-altered` before anything is changed; `audit-unavailable`, and the events wait in the store.
 */
export async function withLog<T>(
  store: Store,
  place: LogPlace,
  change: () => Promise<T>,
): Promise<T> {
  const written = await write(store, place, change);
  const result = written === undefined ? await change() : written.result;
  while (await store.outbox.isLeft()) {
    if ((await write(store, place, () => Promise.resolve())) === undefined) break;
  }
  return result;
}

/** Makes a change with the log in hand; undefined, and nothing is changed, while another process has it. */
async function write<T>(
  store: Store,
  { home, origin, now }: LogPlace,
  change: () => Promise<T>,
): Promise<{ readonly result: T } | undefined> {
  const unlock = takeLogLock(join(home, "store"), 0);
  if (unlock === undefined) return undefined;
  try {
    const log = openAuditLog({ folder: join(home, "audit"), origin, now });
    try {
      const result = await change();
      await store.outbox.drain(async (left) => {
        await log.append(auditEvent(left)).durable;
      });
      return { result };
    } finally {
      await log.close();
    }
  } finally {
    unlock();
  }
}
