/** What is known of a request's data: nothing was found in it, or all that was found is replaced. */
export type DataClass = "none" | "redacted";

/** When requests of a route may go to a server of somebody else, and which. Without one none does. */
export type BurstPolicy = {
  /**
   * Milliseconds that a request waits for a place at a server of ours before it may leave; undefined where full
   * servers are no reason to.
   */
  readonly queueMs: number | undefined;
  /** True where servers of ours that fail are a reason to. */
  readonly onFailing: boolean;
  readonly allow: readonly DataClass[];
  /** Teams whose requests may leave. */
  readonly teams: readonly string[];
  /** Words that never leave, in any spelling of theirs. */
  readonly never: readonly string[];
};

/** Policies by the name of their route. */
export type BurstPolicies = ReadonlyMap<string, BurstPolicy>;

/** Why a request does not leave. Closed; a log names it. */
export type StayReason =
  /** Its key may not, or its team may not. */
  | "key"
  | "team"
  /** It holds what no surrogate makes harmless: a credential, or what a guard decided on by itself. */
  | "found"
  /** Something was found and left as it is, since its guard only observes. */
  | "observed"
  /** A part of it was looked at by no guard: an image, biases of tokens. */
  | "unscanned"
  /** It holds a word that never leaves. */
  | "term"
  /** What would be sent was looked at once more, and something was found in it. */
  | "doubtful"
  /** The policy does not let data of this class out. */
  | "class";

/** What is told of a request that left: to whom, why, and with what replaced. Never what was said. */
export type LeftFacts = {
  readonly upstream: string;
  readonly zone: "cloud";
  readonly cause: "busy" | "failing";
  readonly dataClass: DataClass;
  /** How often each type was found and replaced. */
  readonly found: Readonly<Record<string, number>>;
  /** Fields that were left out on the way. */
  readonly dropped: readonly string[];
};
