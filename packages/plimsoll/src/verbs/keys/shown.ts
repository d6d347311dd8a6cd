import type { BudgetRow, KeyRow } from "../../store/contract.ts";

/** A word for whether a key is good. */
export function stateOf({ revokedAt, expiresAt }: KeyRow, now: number): string {
  if (revokedAt !== null) return "revoked";
  if (expiresAt === null) return "good";
  return expiresAt <= now
    ? "expired"
    : `good until ${new Date(expiresAt).toISOString().slice(0, 10)}`;
}

const NANO = 1_000_000_000;

/** A budget as a person writes it. */
export function amountOf({ unit, currency, limit: most, window, kind }: BudgetRow): string {
  const amount = unit === "nanos" ? `${most / NANO}${currency ?? ""}` : `${most}${unit}`;
  return `${kind} ${amount}${window === "total" ? "" : `/${window}`}`;
}

/** What of a budget is spent, in the unit that `amountOf` shows. */
export function spentOf({ unit, spent }: BudgetRow): number {
  return unit === "nanos" ? spent / NANO : spent;
}
