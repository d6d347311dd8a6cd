import type { Settlement } from "../../store/contract.ts";
import type { Caller } from "../keys/contract.ts";
import type { Refusal } from "../refusal.ts";

/** Money a model costs, in nano-units of a currency per token. */
export type Price = {
  readonly currency: string;
  readonly nanosPerInputToken: number;
  readonly nanosPerOutputToken: number;
};

/** What a request may cost at most, and what it probably costs. */
export type Ask = {
  readonly caller: Caller;
  readonly alias: string;
  /** Tokens of the prompt that cannot be exceeded: UTF-8 bytes and what a template adds. */
  readonly inputBound: number;
  /** Tokens of the prompt by the ratio learned for this model. */
  readonly inputEstimate: number;
  /** Tokens that the answer may have, times the answers. */
  readonly outputBound: number;
  readonly price: Price | undefined;
  readonly now: number;
};

/** What was set aside for a request. Opaque: it goes back with `settle`, once. */
export type Reservation = { readonly id: number };

/** What a request did cost. */
export type Spent = {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** False when nothing of an answer came: the caller then has their request back. */
  readonly isCounted: boolean;
  /** What the server costs that answered; what was reserved for when absent. */
  readonly price?: Price | undefined;
  readonly now: number;
};

/** Budgets, rates and parallel requests of keys and teams, in memory. */
export type Limits = {
  /** Sets aside the most that a request may cost, or says what is spent. Never an overshoot in one process. */
  readonly reserve: (
    ask: Ask,
  ) =>
    | { readonly kind: "reserved"; readonly reservation: Reservation }
    | { readonly kind: "refused"; readonly refusal: Refusal };
  /**
   * Sets aside what a dearer server may cost beside what is set aside already; where there is no room for it says so,
   * and changes nothing.
   */
  readonly extend: (
    reservation: Reservation,
    ask: Pick<Ask, "inputBound" | "outputBound" | "price" | "now">,
  ) => Refusal | undefined;
  /** Gives back what was not needed, and returns what the store has to keep and the money it came to. */
  readonly settle: (
    reservation: Reservation,
    spent: Spent,
  ) => {
    readonly settlements: readonly Settlement[];
    readonly nanos: number | null;
    readonly currency: string | null;
  };
  /** Gives everything back: the request never reached an engine. */
  readonly release: (reservation: Reservation) => void;
  /** Requests and tokens left of the tightest rate, for headers. */
  readonly left: (
    caller: Caller,
    now: number,
  ) => readonly {
    readonly unit: "requests" | "tokens";
    readonly limit: number;
    readonly remaining: number;
    readonly resetMs: number;
  }[];
};
