import type { KeyZone } from "../../store/contract.ts";
import type { Caller } from "./contract.ts";

/** Where requests of a key may go that does not say: to this machine and to ours, and nowhere else. */
const HOUSE: readonly KeyZone[] = ["local", "private"];

/** Where a caller's requests may go. */
export function zonesOf({ zones }: Pick<Caller, "zones">): readonly KeyZone[] {
  return zones ?? HOUSE;
}
