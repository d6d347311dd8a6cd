import type { MemoryLimits } from "../../gateway/limits/limits.ts";
import type { Store } from "../../store/contract.ts";
import type { Current } from "./current.ts";
import type { ServeSettings } from "./settings.ts";
import { refuseUnkeyed, refuseUnpriced } from "./standing.ts";

/** What taking up keys and budgets stands on. */
export type KeysAndBudgetsPorts = {
  readonly store: Pick<Store, "keys" | "budgets">;
  readonly limits: MemoryLimits;
  readonly current: Current;
  /** What the server began with: it listens where this says. */
  readonly begun: Pick<ServeSettings, "host">;
};

/** Takes up the keys and budgets of the store, so that requests are held to them. */
export class KeysAndBudgets {
  readonly #ports: KeysAndBudgetsPorts;
  #isListening = false;
  #loading: Promise<void> = Promise.resolve();

  constructor(ports: KeysAndBudgetsPorts) {
    this.#ports = ports;
  }

  /** Told once it listens: a budget that no price covers would have stopped the start, and stops nothing after it. */
  listens(): void {
    this.#isListening = true;
  }

  /**
   * Loads them, one after another: of two at once the older might be the one that stays.
   * @throws PlimsollError `refused` where what serves cannot be held to them.
   */
  load(): Promise<void> {
    const next = this.#loading.then(() => this.#read());
    this.#loading = next.catch(() => {
      // Whoever asked is told.
    });
    return next;
  }

  async #read(): Promise<void> {
    const { store, limits, current, begun } = this.#ports;
    const keys = await store.keys.all();
    const budgets = await store.budgets.all();
    if (!this.#isListening) refuseUnpriced(current.settings.upstreams, budgets, keys);
    limits.load(budgets);
    refuseUnkeyed(begun, keys.length);
    current.takeKeys(keys);
  }
}
