/** The answer of a check, a concern or the whole: worst first in `VERDICTS`. */
export type Verdict = "stop" | "unknown" | "caution" | "clear";

/** A concern whose checks all had nothing to say about this model. */
export type ConcernVerdict = Verdict | "not-applicable";

/** Worst first. Unknown is worse than caution: what was not looked at may be anything. */
export const VERDICTS: readonly Verdict[] = ["stop", "unknown", "caution", "clear"];

/**
 * Joins verdicts to the worst of them; not-applicable is skipped, and a join of nothing is `unknown`.
 *
 * Two properties hold and are tested: adding a finding never improves a join, and replacing evidence by
 * unread never makes admissible what was not.
 */
export function joinVerdicts(verdicts: Iterable<ConcernVerdict>): Verdict {
  const present = new Set(verdicts);
  return VERDICTS.find((verdict) => present.has(verdict)) ?? "unknown";
}

/** True for the verdicts that loopback serving may admit. */
export function isAdmissible(verdict: ConcernVerdict): boolean {
  return verdict === "clear" || verdict === "caution" || verdict === "not-applicable";
}
