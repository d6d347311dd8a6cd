import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { BudgetRow } from "../../store/contract.ts";
import type { Caller } from "../keys/contract.ts";
import type { Ask, Reservation } from "./contract.ts";
import { MemoryLimits } from "./limits.ts";

const CALLER: Caller = { keyId: "k", team: "t", roles: [], models: [], parallel: null };
const NOW = Date.UTC(2026, 10, 30, 23, 59, 30);

function budget(change: Partial<BudgetRow> = {}): BudgetRow {
  return {
    id: "b",
    kind: "budget",
    scope: "key",
    scopeId: "k",
    unit: "requests",
    currency: null,
    window: "total",
    limit: 10,
    spent: 0,
    windowStart: 0,
    ...change,
  };
}

function ask(change: Partial<Ask> = {}): Ask {
  return {
    caller: CALLER,
    alias: "a",
    inputBound: 10,
    inputEstimate: 4,
    outputBound: 20,
    price: undefined,
    now: NOW,
    ...change,
  };
}

function limitsOf(...rows: readonly BudgetRow[]): MemoryLimits {
  const limits = new MemoryLimits();
  limits.load(rows);
  return limits;
}

function reserve(limits: MemoryLimits, change: Partial<Ask> = {}): Reservation | string {
  const reserved = limits.reserve(ask(change));
  return reserved.kind === "reserved" ? reserved.reservation : reserved.refusal.code;
}

const spent = (inputTokens: number, outputTokens: number, isCounted = true) => ({
  inputTokens,
  outputTokens,
  isCounted,
  now: NOW,
});

test("64 requests at once against a budget with room for 10: exactly 10", () => {
  const limits = limitsOf(budget());
  const results = Array.from({ length: 64 }, () => reserve(limits));
  expect(results.filter((one) => typeof one !== "string")).toHaveLength(10);
  expect(new Set(results.filter((one) => typeof one === "string"))).toEqual(
    new Set(["budget_spent"]),
  );
});

test("what an answer did not need is there for the next", () => {
  const limits = limitsOf(budget({ unit: "tokens", limit: 30 }));
  const first = reserve(limits);
  expect([typeof first, reserve(limits)]).toEqual(["object", "budget_spent"]);
  if (typeof first === "string") return;
  expect(limits.settle(first, spent(3, 2)).settlements).toEqual([
    { budgetId: "b", windowStart: 0, amount: 5 },
  ]);
  expect(reserve(limits, { outputBound: 15 })).toBeTypeOf("object");
  expect(reserve(limits, { outputBound: 0, inputBound: 1 })).toBe("budget_spent");
});

test("a request is settled once", () => {
  const limits = limitsOf(budget({ limit: 1 }));
  const one = reserve(limits);
  if (typeof one === "string") throw new Error(one);
  limits.settle(one, spent(1, 1));
  limits.release(one);
  expect(limits.settle(one, spent(1, 1)).settlements).toEqual([]);
  expect(reserve(limits)).toBe("budget_spent");
});

test("who got no answer has the request back, and one who got half of one has not", () => {
  const limits = limitsOf(budget({ limit: 1 }));
  const failed = reserve(limits);
  if (typeof failed === "string") throw new Error(failed);
  limits.settle(failed, spent(0, 0, false));
  const cut = reserve(limits);
  if (typeof cut === "string") throw new Error(cut);
  limits.settle(cut, spent(1, 1));
  expect(reserve(limits)).toBe("budget_spent");
});

describe("windows begin anew, in UTC", () => {
  test.each([
    ["minute", 30_000],
    ["day", 30_000],
    ["month", 30_000],
  ] as const)("%s", (window, left) => {
    const limits = limitsOf(budget({ window, limit: 1, windowStart: 0 }));
    expect(reserve(limits)).toBeTypeOf("object");
    expect(limits.reserve(ask())).toMatchObject({ refusal: { retryAfterMs: left } });
    expect(reserve(limits, { now: NOW + left - 1 })).toBe("budget_spent");
    expect(reserve(limits, { now: NOW + left })).toBeTypeOf("object");
  });

  test("an answer that ends in the next window is paid in its own", () => {
    const limits = limitsOf(budget({ window: "minute", limit: 1 }));
    const late = reserve(limits);
    if (typeof late === "string") throw new Error(late);
    const next = { now: NOW + 30_000 };
    expect(reserve(limits, next)).toBeTypeOf("object");
    limits.settle(late, spent(1, 1));
    expect(reserve(limits, next)).toBe("budget_spent");
  });

  test("a total never does", () => {
    const limits = limitsOf(budget({ limit: 1 }));
    reserve(limits);
    expect(reserve(limits, { now: NOW * 2 })).toBe("budget_spent");
  });
});

describe("money", () => {
  const price = { currency: "USD", nanosPerInputToken: 150, nanosPerOutputToken: 600 };
  const row = budget({ unit: "nanos", currency: "USD", limit: 13_500 });
  test("is set aside by the bound and settled to the truth", () => {
    const limits = limitsOf(row);
    const one = reserve(limits, { price });
    if (typeof one === "string") throw new Error(one);
    expect(reserve(limits, { price, outputBound: 0, inputBound: 1 })).toBe("budget_spent");
    expect(limits.settle(one, spent(1, 1))).toMatchObject({ nanos: 750, currency: "USD" });
  });
  test.each([
    ["without a price", undefined],
    ["in another currency", { ...price, currency: "EUR" }],
  ])("%s is refused", (_, other) => {
    expect(reserve(limitsOf(row), { price: other })).toBe("budget_spent");
  });
});

test("a rate lets one run into debt and then waits", () => {
  const limits = limitsOf(budget({ kind: "rate", unit: "tokens", window: "minute", limit: 5 }));
  const one = reserve(limits);
  expect(typeof one).toBe("object");
  expect(reserve(limits)).toBeTypeOf("object");
  expect(reserve(limits)).toBe("rate_limited");
});

test("a team's budget counts for each of its keys, and a key's for itself", () => {
  const limits = limitsOf(
    budget({ scope: "team", scopeId: "t", limit: 2 }),
    budget({ id: "c", limit: 1 }),
  );
  expect(reserve(limits)).toBeTypeOf("object");
  expect(reserve(limits)).toBe("budget_spent");
  expect(reserve(limits, { caller: { ...CALLER, keyId: "other" } })).toBeTypeOf("object");
  expect(reserve(limits, { caller: { ...CALLER, keyId: "third" } })).toBe("budget_spent");
});

test("parallel requests have an end, and room again when one is over", () => {
  const limits = limitsOf();
  const caller = { ...CALLER, parallel: 1 };
  const one = reserve(limits, { caller });
  if (typeof one === "string") throw new Error(one);
  expect(reserve(limits, { caller })).toBe("rate_limited");
  limits.release(one);
  expect(reserve(limits, { caller })).toBeTypeOf("object");
});

test("a reload gives nothing back, and a smaller limit counts at once", () => {
  const limits = limitsOf(budget({ limit: 5 }));
  for (let at = 0; at < 3; at += 1) reserve(limits);
  limits.load([budget({ limit: 5 })]);
  expect(reserve(limits)).toBeTypeOf("object");
  limits.load([budget({ limit: 4 })]);
  expect(reserve(limits)).toBe("budget_spent");
});

test("no order of reserving and settling ever passes a budget", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(30), fc.nat(30), fc.boolean()), { maxLength: 60 }),
      (steps) => {
        const limits = limitsOf(budget({ unit: "tokens", limit: 100 }));
        const open: { readonly reservation: Reservation; readonly bound: number }[] = [];
        let total = 0;
        for (const [bound, use, isSettled] of steps) {
          const reserved = reserve(limits, { inputBound: bound, outputBound: 0 });
          if (typeof reserved !== "string") open.push({ reservation: reserved, bound });
          const next = isSettled ? open.shift() : undefined;
          if (next === undefined) continue;
          const used = Math.min(use, next.bound);
          limits.settle(next.reservation, spent(used, 0));
          total += used;
        }
        return total <= 100;
      },
    ),
  );
});
