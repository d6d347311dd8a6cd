import { zonesOf } from "../../gateway/keys/zones.ts";
import type { BudgetRow, KeyRow } from "../../store/contract.ts";

/** A key as it is printed in JSON: no hash. */
export function shownKey(key: KeyRow): object {
  return {
    id: key.id,
    name: key.name,
    team: key.team,
    roles: key.roles,
    models: key.models,
    parallel: key.parallel,
    zones: zonesOf(key),
    created: timeOf(key.createdAt),
    expires: timeOf(key.expiresAt),
    revoked: timeOf(key.revokedAt),
  };
}

/** A budget as it is printed in JSON; money in nano-units. */
export function shownBudget({
  kind,
  unit,
  currency,
  window,
  limit: most,
  spent,
}: BudgetRow): object {
  return { kind, unit, currency, window, limit: most, spent };
}

function timeOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

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
