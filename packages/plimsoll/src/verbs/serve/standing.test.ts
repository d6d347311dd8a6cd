import { describe, expect, test } from "vitest";
import { PlimsollError } from "../../kernel/error.ts";
import type { BudgetRow } from "../../store/contract.ts";
import type { UpstreamSettings } from "./settings.ts";
import { refuseUnpriced } from "./standing.ts";

const upstream = (currency?: string): UpstreamSettings => ({
  name: "chat",
  url: "http://127.0.0.1:8000/v1",
  zone: "local",
  model: undefined,
  key: undefined,
  weight: 1,
  parallel: 1,
  price:
    currency === undefined
      ? undefined
      : { currency, nanosPerInputToken: 1, nanosPerOutputToken: 1 },
  health: "off",
});

const budget = (over: Partial<BudgetRow> = {}): BudgetRow => ({
  id: "bud_1",
  kind: "budget",
  scope: "key",
  scopeId: "AbCd1234",
  unit: "nanos",
  currency: "USD",
  window: "total",
  limit: 1,
  spent: 0,
  windowStart: 0,
  ...over,
});

const good = [{ id: "AbCd1234", revokedAt: null }];

function refusal(...given: Parameters<typeof refuseUnpriced>): string {
  try {
    refuseUnpriced(...given);
    return "";
  } catch (error) {
    return error instanceof PlimsollError ? `${error.message} ${error.hint ?? ""}` : String(error);
  }
}

describe("a budget in money", () => {
  test("stops a start without a price, and says whose it is and what ends it", () => {
    const said = refusal([upstream()], [budget()], good);
    expect(said).toContain(
      "the key AbCd1234 has a budget in USD, and the upstream chat has no price",
    );
    expect(said).toContain("--price chat=IN/OUT");
    expect(said).toContain("plimsoll keys revoke AbCd1234 --reason");
  });

  test("stops a start with prices in another currency", () => {
    const said = refusal([upstream("USD")], [budget({ currency: "EUR" })], good);
    expect(said).toContain("a budget in EUR, and no upstream has a price in it");
  });

  test("stops none when its key was revoked, or every upstream has a price", () => {
    expect(refusal([upstream()], [budget()], [{ id: "AbCd1234", revokedAt: 1 }])).toBe("");
    expect(refusal([upstream("USD")], [budget()], good)).toBe("");
    expect(refusal([upstream()], [budget({ unit: "tokens", currency: null })], good)).toBe("");
  });

  test("of a team counts whatever its keys are", () => {
    const team = budget({ scope: "team", scopeId: "AbCd1234" });
    expect(refusal([upstream()], [team], [{ id: "AbCd1234", revokedAt: 1 }])).toContain(
      "the team AbCd1234 has a budget",
    );
  });
});
