import type { Basis } from "./check.ts";
import { CONCERNS, type Concern } from "./concern.ts";
import { outcomeVerdict } from "./finding.ts";
import type { CheckResult } from "./run.ts";
import type { Policy } from "./setting.ts";
import { distinctUnread, type Unread } from "./unread.ts";
import { joinVerdicts, type ConcernVerdict, type Verdict } from "./verdict.ts";

/** What one concern answers, with what the answer rests on. */
export type ConcernConclusion = {
  readonly concern: Concern;
  readonly verdict: ConcernVerdict;
  readonly basis: readonly Basis[];
  /** What this version cannot see. */
  readonly limits: readonly string[];
  readonly results: readonly CheckResult[];
};

/** What a whole run answers. */
export type Conclusion = {
  readonly verdict: Verdict;
  /** The concerns that made up the verdict. */
  readonly required: readonly Concern[];
  readonly concerns: readonly ConcernConclusion[];
  readonly unread: readonly Unread[];
};

/** Joins checks into concerns and the required concerns into the overall verdict. */
export function conclude(results: readonly CheckResult[], policy: Policy): Conclusion {
  const concerns = CONCERNS.flatMap((concern) => {
    const own = results.filter((result) => result.concern === concern);
    return own.length === 0 ? [] : [concludeConcern(concern, own)];
  });
  const required = policy.require.filter((concern) =>
    concerns.some((conclusion) => conclusion.concern === concern),
  );
  const verdict = joinVerdicts(
    policy.require.map(
      (concern) =>
        concerns.find((conclusion) => conclusion.concern === concern)?.verdict ?? "unknown",
    ),
  );
  return { verdict, required, concerns, unread: distinctUnread(results.flatMap((r) => r.unread)) };
}

function concludeConcern(concern: Concern, results: readonly CheckResult[]): ConcernConclusion {
  const verdicts = results.map((result) => outcomeVerdict(result.outcome));
  const applies = verdicts.some((verdict) => verdict !== "not-applicable");
  // What a check that had nothing to look at cannot see, limits no answer.
  const answered = results.filter((result) => result.outcome.kind !== "not-applicable");
  return {
    concern,
    verdict: applies ? joinVerdicts(verdicts) : "not-applicable",
    basis: [...new Set((applies ? answered : results).map((result) => result.check.basis))],
    limits: [...new Set((applies ? answered : results).flatMap((result) => result.check.limits))],
    results,
  };
}

/** True when a verdict makes `vet` exit 1: stop or unknown, under `strict` caution too. */
export function fails(verdict: Verdict, policy: Policy): boolean {
  return verdict === "stop" || verdict === "unknown" || (policy.strict && verdict === "caution");
}
