import type { Caller } from "../keys/contract.ts";
import { zonesOf } from "../keys/zones.ts";
import type { Price } from "../limits/contract.ts";
import type { Route, Upstream } from "./contract.ts";

/**
 * The most that a route's servers cost a caller, before anything leaves: what is set aside must do for any of them.
 * Undefined where one of them has no price, or another currency: no budget in money can hold then.
 */
export function dearestOf({ upstreams }: Route, caller: Pick<Caller, "zones">): Price | undefined {
  const zones = zonesOf(caller);
  const mine = upstreams.filter(({ zone }) => zones.includes(zone));
  const atHome = mine.filter(({ zone }) => zone !== "cloud");
  return dearest(atHome.length === 0 ? mine : atHome);
}

function dearest(upstreams: readonly Upstream[]): Price | undefined {
  const [first, ...others] = upstreams.map(({ price }) => price);
  let most = first;
  for (const price of others) {
    if (most === undefined || price?.currency !== most.currency) return undefined;
    most = {
      currency: most.currency,
      nanosPerInputToken: Math.max(most.nanosPerInputToken, price.nanosPerInputToken),
      nanosPerOutputToken: Math.max(most.nanosPerOutputToken, price.nanosPerOutputToken),
    };
  }
  return most;
}
