import type { JsonObject } from "../../kernel/json.ts";
import type { BudgetRow, KeyRow } from "../../store/contract.ts";
import { zonesOf } from "./zones.ts";

/** A key as it is shown: no hash. */
export function shownKey(key: KeyRow): JsonObject {
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

/** A budget as it is shown; money in nano-units. */
export function shownBudget({
  id,
  kind,
  unit,
  currency,
  window,
  limit: most,
  spent,
}: BudgetRow): JsonObject {
  return { id, kind, unit, currency, window, limit: most, spent };
}

function timeOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
