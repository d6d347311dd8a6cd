import type { Engine, EngineLimits } from "../../engine/contract.ts";
import type { Price } from "../limits/contract.ts";

/** Where an upstream is: `local` is this machine, `private` ours, `cloud` somebody else's. */
export type Zone = "local" | "private" | "cloud";

/** How sure we are of what answers: hashed here, declared by a lock, or nothing. */
export type Assurance = "measured" | "declared" | "none";

/** An engine as a route uses it. */
export type Upstream = {
  readonly name: string;
  readonly zone: Zone;
  readonly engine: Engine;
  /** The model's name there. */
  readonly model: string;
  readonly weight: number;
  /** Requests at the same time. */
  readonly parallel: number;
  readonly price: Price | undefined;
};

/** What a name leads to. */
export type Route = {
  readonly alias: string;
  /** Tokens of an answer when the client does not say. */
  readonly maxOutput: number;
  readonly limits: EngineLimits;
  readonly assurance: Assurance;
  /** `sha256:…` of what was admitted, where it is known. */
  readonly digest: string | undefined;
  readonly upstreams: readonly Upstream[];
};

/** One try at one upstream. */
export type Attempt = {
  readonly upstream: Upstream;
  /** Tells the breaker and the load how it went; `restMs` is how long a `busy` one asks to be left alone. */
  readonly report: (
    how: "answered" | "failed" | "busy" | "rejected" | "left",
    restMs?: number,
  ) => void;
};

/** What `next` goes by. */
export type NextOptions = {
  readonly key: string;
  /** True when the request may go to a cloud; without it none is asked. */
  readonly mayLeave: boolean;
  readonly now: number;
  /** Where it may go at all; everywhere when absent. */
  readonly zones?: readonly Zone[];
};

/** Chooses upstreams: live load, weights, breakers, a bucket for retries. */
export type Router = {
  readonly routeOf: (alias: string) => Route | undefined;
  readonly aliases: () => readonly string[];
  /** Retries that are saved up. */
  readonly retries: number;
  /**
   * The next upstream to try, and undefined when there is none left: those in `tried` are not asked again.
   * `key` keeps like prompts together.
   */
  readonly next: (
    route: Route,
    tried: ReadonlySet<string>,
    options: NextOptions,
  ) => Attempt | undefined;
  /**
   * Why `next` finds none in these zones, those in `tried` left out: one that is well is full, or else is busy by its
   * own word, or there is none that is well.
   */
  readonly standing: (
    route: Route,
    tried: ReadonlySet<string>,
    zones: readonly Zone[],
  ) => "full" | "busy" | "failing";
  /**
   * Calls the listener when a place may be free at one of these, until it says that it took one; who listens longest
   * is asked first. Returns how to end it.
   */
  readonly onRoom: (
    route: Route,
    tried: ReadonlySet<string>,
    zones: readonly Zone[],
    listener: () => boolean,
  ) => () => void;
  /** Milliseconds until an upstream of the route is let through again; 0 where one is now. */
  readonly waitMs: (route: Route) => number;
};
