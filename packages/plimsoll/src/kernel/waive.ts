import { concludeCheck, type CheckOutcome, type Finding } from "./finding.ts";
import type { CheckResult } from "./run.ts";
import type { Unread } from "./unread.ts";

/** Somebody's word, with a name under it, that the findings of one code in one file may pass. */
export type Waiver = {
  readonly code: string;
  /** Of the file: `sha256:` and 64 hexadecimal digits. Another content is another file. */
  readonly digest: string;
  readonly reason: string;
  readonly author: string;
  /** The last day it counts, `YYYY-MM-DD` in UTC; without one it counts until it is taken out. */
  readonly expires?: string | undefined;
};

/** What checks answered when waivers are taken into account, with the waivers that a finding matched. */
export type Waived = {
  readonly results: readonly CheckResult[];
  /** Also those that have expired, which count for nothing. */
  readonly waivers: readonly Waiver[];
};

/** True when its last day is over. */
export function isExpired({ expires }: Pick<Waiver, "expires">, now: Date): boolean {
  // Days of this form sort as text.
  return expires !== undefined && expires < now.toISOString().slice(0, 10);
}

/** The files that must be hashed to know which waivers count: those that a waived code has something to say of. */
export function filesToWaive(
  results: readonly CheckResult[],
  waivers: readonly Pick<Waiver, "code">[],
): ReadonlySet<string> {
  const codes = new Set(waivers.map(({ code }) => code));
  return new Set(results.filter(({ check }) => codes.has(check.code)).flatMap(filesOf));
}

/** The files that a check's findings and unread parts point to. The whole model is no file. */
export function filesOf({ outcome, unread }: Pick<CheckResult, "outcome" | "unread">): string[] {
  const pointed = [
    ...findingsOf(outcome).map(({ at }) => at?.file),
    ...unread.map((one) => fileOf(one)),
  ];
  return [...new Set(pointed.filter((file): file is string => file !== undefined))];
}

/**
 * Lifts what is waived: a finding, or a part that the same check could not read, of the code and in the file that a
 * waiver names. It stays where it is, marked, and counts no longer.
 *
 * `digests` has the SHA-256 of files by path; a file that is not in it is waived by nothing.
 */
export function liftWaived(
  results: readonly CheckResult[],
  waivers: readonly Waiver[],
  digests: ReadonlyMap<string, string>,
  now: Date,
): Waived {
  const matched = new Set<Waiver>();
  const lifted = results.map((result): CheckResult => {
    const own = waivers.filter(({ code }) => code === result.check.code);
    if (own.length === 0) return result;
    const isLifted = (file: string | undefined): boolean => {
      const digest = file === undefined ? undefined : digests.get(file);
      const matching = own.filter((waiver) => waiver.digest === digest);
      for (const waiver of matching) matched.add(waiver);
      return matching.some((waiver) => !isExpired(waiver, now));
    };
    return { ...result, outcome: withoutLifted(result, isLifted) };
  });
  return { results: lifted, waivers: waivers.filter((waiver) => matched.has(waiver)) };
}

function withoutLifted(
  { outcome, unread }: CheckResult,
  isLifted: (file: string | undefined) => boolean,
): CheckOutcome {
  const findings = findingsOf(outcome).map((finding): Finding =>
    isLifted(finding.at?.file) ? { ...finding, isWaived: true } : finding,
  );
  const left = unread.filter((one) => !isLifted(fileOf(one)));
  // What nothing was lifted from stays as its check or the runner said it.
  const isSame =
    left.length === unread.length && !findings.some(({ isWaived }) => isWaived === true);
  return isSame ? outcome : concludeCheck(findings, left);
}

function findingsOf(outcome: CheckOutcome): readonly Finding[] {
  return "findings" in outcome ? outcome.findings : [];
}

function fileOf({ file }: Unread): string | undefined {
  return file === "." ? undefined : file;
}
