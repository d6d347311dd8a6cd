import { PlimsollError } from "../../kernel/error.ts";
import { printable } from "../../report/foreign-text.ts";
import type { BudgetRow, KeyRow } from "../../store/contract.ts";
import type { ServeSettings, UpstreamSettings } from "./settings.ts";
import { isLoopback } from "./zone.ts";

/** Settings that a running server cannot take up, and what reads them of a configuration. */
const FIXED: Readonly<Record<string, (settings: ServeSettings) => string>> = {
  listen: ({ host, port }) => `${host}:${port}`,
};

/** Names of the settings that are read at the start alone. */
export const FIXED_SETTINGS: readonly string[] = Object.keys(FIXED);

/** What differs from the configuration that a server began with, and takes a new start. */
export function needsRestart(begun: ServeSettings, next: ServeSettings): readonly string[] {
  return Object.entries(FIXED)
    .filter(([, read]) => read(begun) !== read(next))
    .map(([name]) => name);
}

/**
 * Who can be reached by others must know who asks.
 * @throws PlimsollError `refused`.
 */
export function refuseUnkeyed({ host }: Pick<ServeSettings, "host">, keys: number): void {
  if (keys > 0 || isLoopback(host)) return;
  throw new PlimsollError("refused", `${host} can be reached by others, and there is no key`, {
    hint: "Make one: plimsoll keys create --name me. Or listen on 127.0.0.1.",
  });
}

/**
 * A limit that cannot be enforced must stop the start, or a change, and not pass for one. Budgets of revoked keys hold
 * nobody back.
 * @throws PlimsollError `refused`, which names whose budget it is and how to go on.
 */
export function refuseUnpriced(
  upstreams: readonly UpstreamSettings[],
  budgets: readonly BudgetRow[],
  keys: readonly Pick<KeyRow, "id" | "revokedAt">[],
): void {
  const ended = new Set(keys.filter(({ revokedAt }) => revokedAt !== null).map(({ id }) => id));
  const prices = new Set(upstreams.map(({ price }) => price?.currency));
  const unpriced = upstreams.find(({ price }) => price === undefined);
  const loose = budgets
    .filter(({ scope, scopeId }) => scope === "team" || !ended.has(scopeId))
    .find(
      ({ unit, currency }) =>
        unit === "nanos" && (unpriced !== undefined || !prices.has(currency ?? "")),
    );
  if (loose === undefined) return;
  const whose = `the ${loose.scope} ${printable(loose.scopeId)} has a budget in ${loose.currency ?? "money"}`;
  const end =
    loose.scope === "key"
      ? ` Or end the key: plimsoll keys revoke ${loose.scopeId} --reason TEXT`
      : "";
  if (unpriced !== undefined) {
    throw new PlimsollError("refused", `${whose}, and the upstream ${unpriced.name} has no price`, {
      hint: `Name it: --price ${unpriced.name}=IN/OUT, money for a million tokens.${end}`,
    });
  }
  throw new PlimsollError("refused", `${whose}, and no upstream has a price in it`, {
    hint: `Name the currency of its price in plimsoll.yaml, since --price is USD.${end}`,
  });
}
