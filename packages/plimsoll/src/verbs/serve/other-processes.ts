import type { OutboxWriter } from "../../gateway/outbox.ts";
import { reasonOf } from "../../kernel/error.ts";
import type { Store } from "../../store/contract.ts";
import type { Holding } from "./holding.ts";
import type { KeysAndBudgets } from "./keys-and-budgets.ts";
import type { ServeLog } from "./log.ts";

/** What looking at other processes stands on. */
export type OtherProcessesPorts = {
  readonly store: Pick<Store, "version">;
  readonly keysAndBudgets: KeysAndBudgets;
  readonly outbox: OutboxWriter;
  readonly holding: Pick<Holding, "look">;
  readonly log: ServeLog;
};

/** Takes up what other processes left in the store: keys, budgets, decisions, events for the log. */
export class OtherProcesses {
  readonly #ports: OtherProcessesPorts;
  #version = -1;
  /** True when one of them changed something, and its events were not looked for yet. */
  #isLeft = false;

  constructor(ports: OtherProcessesPorts) {
    this.#ports = ports;
  }

  /** Takes up keys and budgets now; the rest waits for the next look. */
  async fresh(): Promise<void> {
    if (await this.#fresh()) this.#isLeft = true;
  }

  /** Takes up all that they left. Never rejects. */
  async look(): Promise<void> {
    const { outbox, holding, log } = this.#ports;
    try {
      const isChanged = (await this.#fresh()) || this.#isLeft;
      // Before anything is written: what comes meanwhile is for the next look.
      this.#isLeft = false;
      if (isChanged || outbox.isBehind) await outbox.drain();
      await holding.look(isChanged);
    } catch (error) {
      log("error", "store", { reason: reasonOf(error) });
    }
  }

  /** False when none of them changed anything. */
  async #fresh(): Promise<boolean> {
    const { store, keysAndBudgets } = this.#ports;
    const version = await store.version();
    if (version === this.#version) return false;
    await keysAndBudgets.load();
    this.#version = version;
    return true;
  }
}
