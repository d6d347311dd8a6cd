import type { BudgetRow, BudgetUnit } from "../../store/contract.ts";
import { windowStart } from "./window.ts";

/** What is set aside of one budget. */
export type Portion = {
  readonly purse: Purse;
  readonly amount: number;
  /** Window that it was set aside in. */
  readonly start: number;
};

/** How a budget or a rate stands. */
export type Standing = {
  readonly row: BudgetRow;
  readonly spent: number;
  /** Set aside for requests that run. */
  readonly reserved: number;
  /** Begin of the window that these count, in milliseconds since 1970. */
  readonly windowStart: number;
};

/** One budget or rate in memory: what is spent of it, and what is set aside for requests that run. */
export class Purse {
  readonly row: BudgetRow;
  #start: number;
  #spent: number;
  #reserved = 0;

  constructor(row: BudgetRow) {
    this.row = row;
    this.#start = row.windowStart;
    this.#spent = row.spent;
  }

  get unit(): BudgetUnit {
    return this.row.unit;
  }

  /** What is left now; below zero for a rate in debt. */
  left(now: number): number {
    this.#turn(now);
    return this.row.limit - this.#spent - this.#reserved;
  }

  standing(now: number): Standing {
    this.#turn(now);
    return {
      row: this.row,
      spent: this.#spent,
      reserved: this.#reserved,
      windowStart: this.#start,
    };
  }

  take(amount: number, now: number): Portion {
    this.#turn(now);
    this.#reserved += amount;
    return { purse: this, amount, start: this.#start };
  }

  /** Turns what was set aside into what was spent, in the window that it was set aside in. */
  spend({ amount, start }: Portion, spent: number): void {
    // The window may be over: what is spent then is spent of one that counts no more.
    if (start !== this.#start) return;
    this.#reserved -= amount;
    this.#spent += spent;
  }

  /** Carries on where another one of the same budget stands, since a reload must not give anything back. */
  continueFrom(before: Purse): void {
    this.#start = before.#start;
    this.#spent = before.#spent;
    this.#reserved = before.#reserved;
  }

  #turn(now: number): void {
    const start = windowStart(this.row.window, now);
    if (start <= this.#start) return;
    this.#start = start;
    this.#spent = 0;
    this.#reserved = 0;
  }
}
