import { PlimsollError } from "../../kernel/error.ts";
import type { BudgetRow } from "../../store/contract.ts";
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
 * A limit that cannot be enforced must stop the start, or a change, and not pass for one.
 * @throws PlimsollError `refused`.
 */
export function refuseUnpriced(
  upstreams: readonly UpstreamSettings[],
  budgets: readonly BudgetRow[],
): void {
  const money = budgets.filter(({ unit }) => unit === "nanos");
  if (money.length === 0) return;
  const prices = new Set(upstreams.map(({ price }) => price?.currency));
  const isCovered = money.every(({ currency }) => prices.has(currency ?? ""));
  if (isCovered && !prices.has(undefined)) return;
  throw new PlimsollError("refused", "a key has a budget in money, and an upstream has no price", {
    hint: "Name it: --price NAME=IN/OUT, money for a million tokens.",
  });
}
