import type { DoorPorts } from "../../gateway/server/contract.ts";
import type { PolicyGuard } from "../../gateway/pipeline/guards.ts";
import type { OutboxWriter } from "../../gateway/outbox.ts";
import { Asker } from "../../gateway/review/asker.ts";
import type { Review } from "../../gateway/review/contract.ts";
import { Holds } from "../../gateway/review/holds.ts";
import type { Keyring } from "../../gateway/review/keyring.ts";
import type { ReviewPolicy } from "../../gateway/review/policy.ts";
import { Vault } from "../../gateway/review/vault.ts";
import { Waiters } from "../../gateway/review/waiters.ts";
import type { Store } from "../../store/contract.ts";

/** Everything of a server that runs which has to do with people who decide. */
export type Holding = {
  /** What people do, for the admin API. */
  readonly review: Review;
  /** What the door needs. */
  readonly ports: Pick<
    DoorPorts,
    "hold" | "decided" | "held" | "takeHeld" | "giveBackHeld" | "reviewOf"
  >;
  /** To be called often: refuses what nobody decided in time, and lets clients see what others decided. */
  readonly look: (hasOtherWritten: boolean) => Promise<void>;
  /** Lets nobody wait any more: who waits is told where to ask later. */
  readonly end: () => void;
};

/** Opens what is needed to hold answers. */
export function openHolding(options: {
  readonly keyring: Keyring;
  readonly store: Store;
  readonly outbox: OutboxWriter;
  readonly policy: () => ReviewPolicy;
  readonly guards: () => readonly PolicyGuard[];
  readonly now: () => number;
}): Holding {
  const { keyring, store, outbox, policy, guards, now } = options;
  const vault = new Vault(keyring, store.subjects);
  const waiters = new Waiters();
  const keep = <T>(change: () => Promise<T>): Promise<T> => outbox.after(change);
  const holds = new Holds({ store, vault, waiters, policy, guards, keep, now });
  const asker = new Asker({ store, vault, waiters, guards, keep, now });
  return {
    review: holds,
    ports: {
      hold: (held) => holds.add(held),
      decided: (ticket, ms, signal, as) => asker.decided(ticket, ms, signal, as),
      held: (id, keyId) => asker.state(id, keyId),
      takeHeld: (id, as) => asker.take(id, as),
      giveBackHeld: (id) => asker.giveBack(id),
      reviewOf: (id) => asker.reviewOf(id),
    },
    look: async (hasOtherWritten) => {
      await holds.tick();
      if (hasOtherWritten) await asker.look();
    },
    end: () => {
      waiters.end();
    },
  };
}
