import { join } from "node:path";

import { revealBody, type Revealed } from "../../gateway/bodies/bodies.ts";
import { outboxEvent } from "../../gateway/outbox.ts";
import { MemoryKeyRing } from "../../gateway/keys/ring.ts";
import { keyringOf } from "../../gateway/review/keyring-of.ts";
import { PlimsollError } from "../../kernel/error.ts";
import { openCaughtUp } from "../keys/caught-up.ts";
import { withLog, type LogPlace } from "../keys/tell.ts";

/** What is asked for, by whom, and why. */
export type RevealAsk = {
  readonly request: string;
  /** The key of whoever asks; it has to have the role revealer. */
  readonly key: string | undefined;
  readonly reason: string;
};

/**
 * Shows what was kept of a request. Who asked, and why, is in the audit log before anything is shown.
 * @throws PlimsollError `refused` for a key that may not; `usage` without a reason; `environment` for another keyring.
 */
export async function reveal(
  { request, key, reason }: RevealAsk,
  place: LogPlace,
): Promise<Revealed> {
  const store = await openCaughtUp(place);
  try {
    const ring = new MemoryKeyRing(await store.keys.all(), false);
    const known = ring.authenticate(key, place.now());
    if (known.kind === "refused") throw refusal("no key that is good was shown");
    const { keyId, roles } = known.caller;
    const keyring = await keyringOf(store, join(place.home, "store", "keyring"));
    const tell = (event: Parameters<typeof outboxEvent>[0]): Promise<void> =>
      withLog(store, place, () => store.outbox.put(outboxEvent(event)));
    const by = { actor: `key:${keyId}`, roles, reason };
    const revealed = await revealBody(request, by, { store, keyring, tell });
    if (revealed.kind === "not-allowed") throw refusal(`the key ${keyId} is no revealer's`);
    return revealed;
  } finally {
    await store.close();
  }
}

function refusal(message: string): PlimsollError {
  return new PlimsollError("refused", message, {
    hint: "Put a key with the role revealer into PLIMSOLL_KEY: plimsoll keys create --name ada --role revealer",
  });
}
