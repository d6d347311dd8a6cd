import { join } from "node:path";

import type { AuditEvent } from "../../audit/contract.ts";
import { EVENT_MAX_BYTES } from "../../audit/event.ts";
import { openAuditLog } from "../../audit/writer.ts";
import { PlimsollError } from "../../kernel/error.ts";
import type { OutboxEvent, Store } from "../../store/contract.ts";
import { takeLogLock } from "../../store/dialect/serve-lock.ts";

/** Where the log of an installation is. */
export type LogPlace = {
  /** Folder of all state. */
  readonly home: string;
  /** Name of the audit log. */
  readonly origin: string;
  readonly now: () => number;
};

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
      await store.outbox.drain(async ({ body, ...event }) => {
        // Left by our own tools, of the kinds that the log knows.
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        await log.append({ ...event, body: JSON.parse(body) } as AuditEvent).durable;
      });
      return { result };
    } finally {
      await log.close();
    }
  } finally {
    unlock();
  }
}
