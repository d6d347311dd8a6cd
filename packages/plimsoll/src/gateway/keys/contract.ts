import type { KeyRole, KeyZone } from "../../store/contract.ts";
import type { Refusal } from "../refusal.ts";

/** Who asks. `local` is the implicit key of loopback. */
export type Caller = {
  readonly keyId: string;
  readonly team: string;
  readonly roles: readonly KeyRole[];
  /** Names it may ask for; empty for all. */
  readonly models: readonly string[];
  /** Requests at the same time; null for no limit. */
  readonly parallel: number | null;
  /** Where its requests may go; `local` and `private` when absent. */
  readonly zones?: readonly KeyZone[];
};

/** The keys that are good now, in memory: a wrong one is refused with no store at hand. */
export type KeyRing = {
  /** `presented` is what stood in `Authorization: Bearer` or `x-api-key`; undefined when there was nothing. */
  readonly authenticate: (
    presented: string | undefined,
    now: number,
  ) =>
    | { readonly kind: "known"; readonly caller: Caller }
    | { readonly kind: "refused"; readonly refusal: Refusal };
};
