/** How long somebody who looks at a held answer has it for themselves, in milliseconds. */
export const CLAIM_TTL_MS = 900_000;

/** How long a held answer waits for a decision when the policy does not say, in milliseconds. */
export const REVIEW_TTL_MS = 86_400_000;

/** The longest that a connection is kept open for a decision, in milliseconds: balancers end what lasts longer. */
export const REVIEW_WAIT_MS = 300_000;

/** How long a decided one is kept, sealed, in milliseconds: 30 days. */
export const REVIEW_KEEP_MS = 2_592_000_000;

/** Answers that wait at the same time: a caller who provokes holds must not fill the disk (CWE-770). */
export const HOLDS_OPEN_MAX = 10_000;

/** Answers of one key that wait at the same time: nobody may take all the room of the others (CWE-770). */
export const HOLDS_OPEN_PER_KEY = 1_000;

/** Bytes of all that waits: it lies on the same disk as the log, and a full one ends serving (CWE-400). */
export const HOLDS_OPEN_MAX_BYTES = 1_073_741_824;

/** Bytes of what is sealed of one: a person reads it, and it lies in memory whole (CWE-770). */
export const HELD_MAX_BYTES = 8_388_608;

/** Characters of a text that a person writes in place of an answer (CWE-770). */
export const EDIT_MAX_CHARS = 262_144;

/** Characters of a reason: it becomes a part of one line of the audit log (CWE-770). */
export const REASON_MAX_CHARS = 1_000;

/** What the client gets while an answer waits. */
export type ReviewAnswer = {
  readonly answer: "error" | "placeholder" | "wait";
  /** The sentence of a placeholder. */
  readonly placeholder: string;
  /** How long a connection is kept open, at most `REVIEW_WAIT_MS`. */
  readonly waitMs: number;
};

/** How held answers are decided. */
export type ReviewPolicy = {
  /** People who must agree. */
  readonly quorum: number;
  /** Types for which two must agree. */
  readonly twoPerson: readonly string[];
  /** True when a text that a person wrote needs another one. */
  readonly editSecond: boolean;
  readonly ttlMs: number;
};
