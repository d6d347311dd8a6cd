import { assertNever } from "../kernel/assert-never.ts";
import type { Concern } from "../kernel/concern.ts";
import type { ConcernConclusion, Conclusion } from "../kernel/conclude.ts";
import type { CheckOutcome, Finding, Place, Remedy } from "../kernel/finding.ts";
import type { Json, JsonObject } from "../kernel/json.ts";
import type { CheckResult } from "../kernel/run.ts";
import type { Setting } from "../kernel/setting.ts";
import type { ConcernVerdict, Verdict } from "../kernel/verdict.ts";
import type { Waiver } from "../kernel/waive.ts";

/** A finding as the report carries it. */
export type ReportFinding = {
  readonly level: "note" | "caution" | "stop";
  readonly message: string;
  readonly at?: Place;
  readonly evidence: JsonObject;
  readonly remedy?: Remedy;
};

/** A check as the report carries it. */
export type ReportCheck = { readonly id: string; readonly code: string } & (
  | { readonly outcome: "pass" | "not-applicable" }
  | { readonly outcome: "unknown"; readonly reason: string }
  | {
      readonly outcome: "findings";
      readonly complete?: false;
      readonly reason?: string;
      readonly findings: readonly ReportFinding[];
    }
);

/** A concern as the report carries it. */
export type ReportConcern = {
  readonly verdict: ConcernVerdict;
  readonly basis: readonly string[];
  readonly limits: readonly string[];
  readonly measurements: readonly never[];
  readonly checks: readonly ReportCheck[];
};

/** What a report rests on, by kind of evidence: the value as JSON (null when it could not be computed), and what was unread. */
export type ReportEvidence = {
  readonly [kind: string]: { readonly value: Json; readonly unread: readonly Json[] };
};

/** The report of a vet: plain data, the same for every format (schema: docs/reference/report.schema.json). */
export type Report = {
  readonly schema: "plimsoll/report@1";
  readonly tool: { readonly version: string; readonly knowledge: string };
  readonly model: {
    readonly reference: string;
    readonly revision: string | null;
    readonly digest: string | null;
    readonly digestState: "hashed" | "declared" | "none";
    readonly files: number;
    readonly bytes: number;
  };
  readonly setting: Setting;
  readonly required: readonly Concern[];
  readonly verdict: Verdict;
  readonly unread: readonly {
    readonly file: string;
    readonly member?: string;
    readonly offset?: number;
    readonly reason: string;
  }[];
  /** Those that a finding matched; one that has expired counts for nothing. */
  readonly waivers: readonly Waiver[];
  readonly concerns: Partial<Record<Concern, ReportConcern>>;
  /** Only where it was asked for. */
  readonly evidence?: ReportEvidence;
};

/** Makes the report of a conclusion. */
export function makeReport(options: {
  readonly tool: Report["tool"];
  readonly model: Pick<Report["model"], "reference" | "files" | "bytes">;
  readonly setting: Setting;
  readonly conclusion: Conclusion;
  /** Those that a finding matched. */
  readonly waivers?: readonly Waiver[];
  readonly evidence?: ReportEvidence | undefined;
}): Report {
  const { conclusion } = options;
  return {
    schema: "plimsoll/report@1",
    tool: options.tool,
    // Nothing was hashed: a digest that was not computed is not named.
    model: { ...options.model, revision: null, digest: null, digestState: "none" },
    setting: options.setting,
    required: conclusion.required,
    verdict: conclusion.verdict,
    unread: conclusion.unread.map(({ file, member, offset, reason }) => ({
      file,
      ...(member === undefined ? {} : { member }),
      ...(offset === undefined ? {} : { offset }),
      reason,
    })),
    waivers: (options.waivers ?? []).map(waiverOf),
    concerns: Object.fromEntries(
      conclusion.concerns.map((concern) => [concern.concern, concernOf(concern)]),
    ),
    ...(options.evidence === undefined ? {} : { evidence: options.evidence }),
  };
}

function concernOf(concern: ConcernConclusion): ReportConcern {
  return {
    verdict: concern.verdict,
    basis: concern.basis,
    limits: concern.limits,
    measurements: [],
    checks: concern.results.map(checkOf),
  };
}

function checkOf({ check, outcome }: CheckResult): ReportCheck {
  const named = { id: check.id, code: check.code };
  return { ...named, ...outcomeOf(outcome) };
}

type OutcomePart = ReportCheck extends infer C
  ? C extends unknown
    ? Omit<C, "id" | "code">
    : never
  : never;

function outcomeOf(outcome: CheckOutcome): OutcomePart {
  switch (outcome.kind) {
    case "pass":
      return { outcome: "pass" };
    case "not-applicable":
      return { outcome: "not-applicable" };
    case "unknown":
      return { outcome: "unknown", reason: outcome.reason };
    case "findings":
      return { outcome: "findings", findings: outcome.findings.map(findingOf) };
    case "incomplete":
      return {
        outcome: "findings",
        complete: false,
        reason: outcome.reason,
        findings: outcome.findings.map(findingOf),
      };
    default:
      return assertNever(outcome);
  }
}

/** Without the member that is not there, since a schema tells undefined from absent. */
function waiverOf({ expires, ...waiver }: Waiver): Waiver {
  return expires === undefined ? waiver : { ...waiver, expires };
}

function findingOf({ level, message, at, evidence, remedy, isWaived }: Finding): ReportFinding {
  return {
    level,
    message,
    ...(at === undefined ? {} : { at }),
    evidence: isWaived === true ? { ...evidence, waived: true } : evidence,
    ...(remedy === undefined ? {} : { remedy }),
  };
}
