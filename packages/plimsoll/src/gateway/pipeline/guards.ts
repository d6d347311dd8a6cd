import type { GuardMode, GuardSide, OpenGuard, ChannelKind } from "../../kernel/guard.ts";

/** What is done when a guard throws, answers late, or says what makes no sense. */
export type OnGuardError = "block" | "hold" | "observe";

/** A guard as a policy uses it. */
export type PolicyGuard = {
  readonly id: string;
  readonly version: string;
  readonly mode: GuardMode;
  readonly onError: OnGuardError;
  /** Types that a person must decide on where the mode would only redact them. */
  readonly holdTypes?: readonly string[];
  /** Milliseconds that one answer of an asynchronous guard may take. */
  readonly timeoutMs: number;
  readonly sides: readonly GuardSide[];
  readonly channels: readonly ChannelKind[];
  readonly open: OpenGuard["open"];
};

/** Milliseconds that a guard may think about one piece when the policy does not say. */
export const GUARD_TIMEOUT_MS = 2_000;

/**
 * Characters that may wait in one channel. A text made to look like the beginning of something for ever would
 * fill memory and let nothing out (CWE-400): past this the answer is blocked. The longest thing that is met in
 * earnest is a private RSA key of 8,192 bits, 6,400 characters of PEM, or twice that with its line ends escaped.
 */
export const HOLD_CAP_CHARS = 16_384;

/** The guards that look at a channel on a side. */
export function guardsFor(
  guards: readonly PolicyGuard[],
  side: GuardSide,
  channel: ChannelKind,
): readonly PolicyGuard[] {
  return guards.filter((guard) => guard.sides.includes(side) && guard.channels.includes(channel));
}

/** What was put in place of something that a guard found. */
export type AppliedEdit = {
  readonly guard: string;
  readonly start: number;
  readonly end: number;
  readonly type: string;
  readonly rule: string;
  /** False where the policy only observes. */
  readonly isApplied: boolean;
};

/** Why an answer or a request does not go on by itself. */
export type Halt = {
  readonly kind: "block" | "hold";
  readonly guard: string;
  /** Types that were found, or the guard's own reason; never the text. */
  readonly reason: string;
};
