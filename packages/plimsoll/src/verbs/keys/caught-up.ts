import { join } from "node:path";

import { eventsIn } from "../../audit/since.ts";
import { recoverRequests } from "../../gateway/recover.ts";
import { PlimsollError, reasonOf } from "../../kernel/error.ts";
import type { Store } from "../../store/contract.ts";
import { isServed } from "../../store/dialect/serve-lock.ts";
import { openStore } from "../../store/open.ts";
import type { LogPlace } from "./tell.ts";

/**
 * Opens the store for a tool. The log is ahead of it where a server was killed: what the log has is settled first, so
 * that nobody is shown a budget with more room than it has. A server that runs does so itself, a moment behind.
 * @throws PlimsollError as `openStore` does; `environment` when the log cannot be read.
 */
export async function openCaughtUp({ home, now }: LogPlace): Promise<Store> {
  const folder = join(home, "store");
  const store = await openStore({ folder, mode: "tool", now });
  try {
    if (!isServed(folder)) await catchUp(store, join(home, "audit"));
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function catchUp(store: Store, audit: string): Promise<void> {
  try {
    await recoverRequests(store, audit, eventsIn(audit));
  } catch (cause) {
    if (PlimsollError.isInstance(cause)) throw cause;
    throw new PlimsollError("environment", `${audit} cannot be read: ${reasonOf(cause)}`, {
      hint: "What was spent is told by the log. Make it readable for whoever runs this.",
      cause,
    });
  }
}
