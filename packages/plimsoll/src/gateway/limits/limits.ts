import type { BudgetRow, Settlement } from "../../store/contract.ts";
import type { Caller } from "../keys/contract.ts";
import { refuse, type Refusal } from "../refusal.ts";
import type { Ask, Limits, Price, Reservation, Spent } from "./contract.ts";
import { Purse, type Portion, type Standing } from "./purse.ts";
import { untilNextWindow } from "./window.ts";

/** What is set aside for one request. */
type Held = {
  readonly keyId: string;
  readonly portions: readonly Portion[];
  readonly price: Price | undefined;
  /** What was set aside later, for a dearer server. */
  readonly more: Portion[];
};

/**
 * Budgets, rates and parallel requests in the memory of one process.
 *
 * A budget sets the most that a request may cost aside before it begins, so that no number of requests at once
 * overshoots it; a rate sets aside what it probably costs and may run into debt, so that neither refuses for
 * long without need.
 */
export class MemoryLimits implements Limits {
  readonly #byKey = new Map<string, Purse[]>();
  readonly #byTeam = new Map<string, Purse[]>();
  readonly #byId = new Map<string, Purse>();
  readonly #running = new Map<string, number>();
  readonly #held = new Map<number, Held>();
  #next = 1;

  /** Takes the budgets that the store has now; what is known of one already goes on. */
  load(rows: readonly BudgetRow[]): void {
    this.#byKey.clear();
    this.#byTeam.clear();
    const before = new Map(this.#byId);
    this.#byId.clear();
    for (const row of rows) {
      const known = before.get(row.id);
      const purse = known !== undefined && isSame(known.row, row) ? known : new Purse(row);
      if (known !== undefined && purse !== known) purse.continueFrom(known);
      this.#byId.set(row.id, purse);
      const scoped = row.scope === "key" ? this.#byKey : this.#byTeam;
      scoped.set(row.scopeId, [...(scoped.get(row.scopeId) ?? []), purse]);
    }
  }

  /** Every budget and rate as it stands. */
  standings(now: number): readonly Standing[] {
    return [...this.#byId.values()].map((purse) => purse.standing(now));
  }

  /** Requests that have something set aside. */
  get running(): number {
    return this.#held.size;
  }

  reserve(ask: Ask): ReturnType<Limits["reserve"]> {
    const { caller, now, price } = ask;
    const running = this.#running.get(caller.keyId) ?? 0;
    if (caller.parallel !== null && running >= caller.parallel) {
      const refusal = refuse("rate_limited", "This key has as many requests running as it may.", {
        retryAfterMs: 1_000,
      });
      return { kind: "refused", refusal };
    }
    const purses = this.#pursesOf(caller);
    for (const purse of purses) {
      const refusal = refusalOf(purse, ask);
      if (refusal !== undefined) return { kind: "refused", refusal };
    }
    const portions = purses.map((purse) => purse.take(amountOf(purse, ask) ?? 0, now));
    const id = this.#next;
    this.#next += 1;
    this.#held.set(id, { keyId: caller.keyId, portions, price, more: [] });
    this.#running.set(caller.keyId, running + 1);
    return { kind: "reserved", reservation: { id } };
  }

  extend(
    { id }: Reservation,
    ask: Pick<Ask, "inputBound" | "outputBound" | "price" | "now">,
  ): ReturnType<Limits["extend"]> {
    const held = this.#held.get(id);
    const money = held?.portions.filter(
      ({ purse }) => purse.unit === "nanos" && purse.row.kind === "budget",
    );
    if (held === undefined || money === undefined || money.length === 0) return undefined;
    const { price, now } = ask;
    const wanted: { readonly purse: Purse; readonly amount: number }[] = [];
    for (const { purse } of money) {
      if (price === undefined || price.currency !== purse.row.currency) return UNPRICED;
      const amount = costOf(price, ask.inputBound, ask.outputBound) - setAside(held, purse);
      if (amount <= 0) continue;
      if (purse.left(now) < amount) return noRoom(purse, now);
      wanted.push({ purse, amount });
    }
    held.more.push(...wanted.map(({ purse, amount }) => purse.take(amount, now)));
    return undefined;
  }

  settle(reservation: Reservation, spent: Spent): ReturnType<Limits["settle"]> {
    const held = this.#take(reservation);
    if (held === undefined) return { settlements: [], nanos: null, currency: null };
    const price = "price" in spent ? spent.price : held.price;
    const nanos = price === undefined ? null : costOf(price, spent.inputTokens, spent.outputTokens);
    for (const portion of held.more) portion.purse.spend(portion, 0);
    const settlements: Settlement[] = [];
    for (const portion of held.portions) {
      const amount = spentOf(portion.purse, spent, nanos);
      portion.purse.spend(portion, amount);
      const { id, kind } = portion.purse.row;
      if (kind === "budget" && amount > 0) {
        settlements.push({ budgetId: id, windowStart: portion.start, amount });
      }
    }
    return { settlements, nanos, currency: price?.currency ?? null };
  }

  release(reservation: Reservation): void {
    const held = this.#take(reservation);
    if (held === undefined) return;
    for (const portion of [...held.portions, ...held.more]) portion.purse.spend(portion, 0);
  }

  left(caller: Caller, now: number): ReturnType<Limits["left"]> {
    const told: {
      unit: "requests" | "tokens";
      limit: number;
      remaining: number;
      resetMs: number;
    }[] = [];
    for (const unit of ["requests", "tokens"] as const) {
      const own = this.#pursesOf(caller).filter((one) => one.unit === unit);
      const tightest = own.toSorted((a, b) => a.left(now) - b.left(now))[0];
      if (tightest === undefined) continue;
      const { limit, window } = tightest.row;
      const remaining = Math.max(0, tightest.left(now));
      told.push({ unit, limit, remaining, resetMs: untilNextWindow(window, now) ?? 0 });
    }
    return told;
  }

  #take({ id }: Reservation): Held | undefined {
    const held = this.#held.get(id);
    if (held === undefined) return undefined;
    this.#held.delete(id);
    const running = (this.#running.get(held.keyId) ?? 1) - 1;
    if (running === 0) this.#running.delete(held.keyId);
    else this.#running.set(held.keyId, running);
    return held;
  }

  #pursesOf({ keyId, team }: Caller): readonly Purse[] {
    const own = this.#byKey.get(keyId);
    const shared = this.#byTeam.get(team);
    if (own === undefined || shared === undefined) return own ?? shared ?? [];
    return [...own, ...shared];
  }
}

function isSame(a: BudgetRow, b: BudgetRow): boolean {
  return (
    a.limit === b.limit &&
    a.kind === b.kind &&
    a.unit === b.unit &&
    a.window === b.window &&
    a.currency === b.currency &&
    a.scopeId === b.scopeId &&
    a.scope === b.scope
  );
}

/** What a request may take of a purse; undefined for money of a model without a price in its currency. */
function amountOf({ row }: Purse, ask: Ask): number | undefined {
  const isBudget = row.kind === "budget";
  const input = isBudget ? ask.inputBound : ask.inputEstimate;
  const output = isBudget ? ask.outputBound : 0;
  switch (row.unit) {
    case "requests":
      return 1;
    case "tokens":
      return input + output;
    case "nanos":
      if (ask.price === undefined || ask.price.currency !== row.currency) return undefined;
      return costOf(ask.price, input, output);
  }
}

function refusalOf(purse: Purse, ask: Ask): Refusal | undefined {
  const { kind, window } = purse.row;
  const amount = amountOf(purse, ask);
  if (amount === undefined) return UNPRICED;
  const left = purse.left(ask.now);
  const isEnough = kind === "budget" ? left >= amount : left > 0;
  if (isEnough) return undefined;
  if (kind === "budget") return noRoom(purse, ask.now);
  return refuse(
    "rate_limited",
    "There were too many requests or tokens in this time.",
    againAfter(untilNextWindow(window, ask.now)),
  );
}

const UNPRICED = refuse(
  "budget_spent",
  "This key has a budget in money, and this model has no price.",
);

function noRoom({ row }: Purse, now: number): Refusal {
  const again = againAfter(untilNextWindow(row.window, now));
  return refuse("budget_spent", "The budget has no room for this request.", again);
}

function againAfter(retryAfterMs: number | undefined): Pick<Refusal, "retryAfterMs"> {
  return retryAfterMs === undefined ? {} : { retryAfterMs };
}

/** What a request has set aside of a purse already. */
function setAside({ portions, more }: Held, purse: Purse): number {
  let sum = 0;
  for (const portion of [...portions, ...more]) if (portion.purse === purse) sum += portion.amount;
  return sum;
}

function costOf(price: Price, input: number, output: number): number {
  return Math.ceil(input * price.nanosPerInputToken + output * price.nanosPerOutputToken);
}

function spentOf({ unit }: Purse, spent: Spent, nanos: number | null): number {
  switch (unit) {
    case "requests":
      return spent.isCounted ? 1 : 0;
    case "tokens":
      return spent.inputTokens + spent.outputTokens;
    case "nanos":
      return nanos ?? 0;
  }
}
