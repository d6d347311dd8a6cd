import { describe, expect, test } from "vitest";

import { readBudget, readBudgets } from "./budget-text.ts";

describe("a budget is read", () => {
  test.each([
    ["1USD", "nanos", "USD", "total", 1_000_000_000],
    ["0.000000001EUR/day", "nanos", "EUR", "day", 1],
    ["9000000USD", "nanos", "USD", "total", 9_000_000_000_000_000],
    ["5000tokens/month", "tokens", null, "month", 5_000],
    ["1 token", "tokens", null, "total", 1],
    ["10requests/minute", "requests", null, "minute", 10],
    ["9000000000000000tokens", "tokens", null, "total", 9_000_000_000_000_000],
  ])("%s", (text, unit, currency, window, limit) => {
    expect(readBudget(text, "budget")).toEqual({ kind: "budget", unit, currency, window, limit });
  });
});

describe("what is none is refused", () => {
  test.each([
    "",
    "10",
    "USD",
    "-1USD",
    "0USD",
    "0requests",
    "1usd",
    "1US",
    "1e3USD",
    "1.5requests",
    "0.0000000001USD",
    "9000000.000000001USD",
    "9000000000000001tokens",
    "10requests/hour",
    "10requests/",
    "10 000requests",
    "1USD/day/day",
    "\u0661USD",
  ])("%s", (text) => {
    expect(() => readBudget(text, "budget")).toThrowError(
      expect.objectContaining({ code: "usage" }),
    );
  });

  test("a rate without a time, and a budget without one is a budget", () => {
    expect(() => readBudget("5requests", "rate")).toThrowError(
      expect.objectContaining({ code: "usage" }),
    );
    expect(readBudget("5requests", "budget").window).toBe("total");
    expect(readBudget("5requests/minute", "rate").window).toBe("minute");
  });

  test("two of one, and two that differ in one thing are two", () => {
    expect(() => readBudgets(["1USD", "2USD"], [])).toThrowError(
      expect.objectContaining({ code: "usage" }),
    );
    expect(readBudgets(["1USD", "1EUR", "1USD/day"], ["5requests/day"])).toHaveLength(4);
    expect(readBudgets(["5requests/day"], ["5requests/day"])).toHaveLength(2);
  });
});
