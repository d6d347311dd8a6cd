import { describe, expect, test } from "vitest";

import type { BudgetRow } from "../../store/contract.ts";
import type { Caller } from "../keys/contract.ts";
import type { Price, Reservation } from "./contract.ts";
import { MemoryLimits } from "./limits.ts";

const CALLER: Caller = { keyId: "k", team: "t", roles: [], models: [], parallel: null };
const priced = (nanos: number, currency = "USD"): Price => ({
  currency,
  nanosPerInputToken: nanos,
  nanosPerOutputToken: nanos,
});
const BOUNDS = { inputBound: 10, outputBound: 20 };

const budget = (limit: number, change: Partial<BudgetRow> = {}): BudgetRow => ({
  id: "b",
  kind: "budget",
  scope: "key",
  scopeId: "k",
  unit: "nanos",
  currency: "USD",
  window: "total",
  limit,
  spent: 0,
  windowStart: 0,
  ...change,
});

function reserved(price: Price, ...rows: readonly BudgetRow[]) {
  const limits = new MemoryLimits();
  limits.load(rows);
  const ask = { caller: CALLER, alias: "a", ...BOUNDS, inputEstimate: 4, price, now: 1 };
  const reserve = (): Reservation => {
    const one = limits.reserve(ask);
    if (one.kind === "refused") throw new RangeError(one.refusal.code);
    return one.reservation;
  };
  const extend = (one: Reservation, dearer: Price | undefined): string =>
    limits.extend(one, { ...BOUNDS, price: dearer, now: 1 })?.code ?? "extended";
  return { limits, reserve, extend };
}

describe("a dearer server", () => {
  test("is asked as long as there is room for what it costs more, to the last nano", () => {
    const { reserve, extend } = reserved(priced(1), budget(120));
    const one = reserve();
    expect([extend(one, priced(5)), extend(one, priced(4)), extend(one, priced(4))]).toEqual([
      "budget_spent",
      "extended",
      "extended",
    ]);
    expect(reserve).toThrow("budget_spent");
  });
  test("costs its own price, and what was set aside is free again", () => {
    const { limits, reserve, extend } = reserved(priced(1), budget(120));
    const one = reserve();
    extend(one, priced(4));
    const settled = limits.settle(one, {
      inputTokens: 2,
      outputTokens: 3,
      isCounted: true,
      price: priced(4),
      now: 1,
    });
    expect(settled).toMatchObject({ nanos: 20, settlements: [{ budgetId: "b", amount: 20 }] });
    expect(extend(reserve(), priced(4))).toBe("budget_spent");
    const two = reserved(priced(1), budget(120));
    const other = two.reserve();
    two.extend(other, priced(4));
    two.limits.release(other);
    expect(two.extend(two.reserve(), priced(4))).toBe("extended");
  });
  test("without a price, or in another currency, is not asked on a budget in money", () => {
    const { reserve, extend } = reserved(priced(1), budget(120));
    const one = reserve();
    expect([extend(one, undefined), extend(one, priced(1, "EUR"))]).toEqual([
      "budget_spent",
      "budget_spent",
    ]);
    const free = reserved(priced(1), budget(120, { unit: "tokens", currency: null }));
    expect(free.extend(free.reserve(), undefined)).toBe("extended");
  });
  test("takes nothing of one budget where another has no room", () => {
    const team = budget(40, { id: "t", scope: "team", scopeId: "t" });
    const { limits, reserve, extend } = reserved(priced(1), budget(1_000), team);
    const one = reserve();
    expect(extend(one, priced(4))).toBe("budget_spent");
    limits.release(one);
    expect(extend(reserve(), priced(1))).toBe("extended");
  });
  test("is nothing to one that is settled", () => {
    const { limits, reserve, extend } = reserved(priced(1), budget(60));
    const one = reserve();
    limits.release(one);
    expect(extend(one, priced(9))).toBe("extended");
    expect(() => [reserve(), reserve()]).not.toThrow();
  });
});
