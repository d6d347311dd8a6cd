import type { AnyCheck, Basis, CheckContext } from "./check.ts";
import type { Concern, FindingCode } from "./concern.ts";
import { reasonOf } from "./error.ts";
import type { EvidenceStore } from "./evidence-store.ts";
import { concludeCheck, type CheckOutcome, type Finding } from "./finding.ts";
import { distinctUnread, type Unread } from "./unread.ts";

/** A check as the registry holds it: known by name, loaded when it runs. */
export type CheckEntry = {
  readonly id: string;
  readonly code: FindingCode;
  readonly concern: Concern;
  readonly title: string;
  readonly load: () => Promise<AnyCheck>;
};

/** What a report says of a check itself. */
export type CheckSummary = {
  readonly id: string;
  readonly code: FindingCode;
  readonly title: string;
  readonly basis: Basis;
  readonly limits: readonly string[];
};

/** What a check answered, with the unread parts that limit the answer. */
export type CheckResult = {
  readonly check: CheckSummary;
  readonly concern: Concern;
  readonly outcome: CheckOutcome;
  readonly unread: readonly Unread[];
};

/** Most findings one check may make: a hostile folder must not fill the report (CWE-400). The rest is said to exist. */
export const CHECK_MAX_FINDINGS = 1_000;

/**
 * Runs checks one after the other over shared evidence.
 *
 * The runner adds every unread of the evidence a check needs, so that no check can forget one and come
 * out clear; a check that throws is unknown with its error as the reason.
 */
export async function runChecks(options: {
  readonly checks: readonly CheckEntry[];
  readonly evidence: EvidenceStore;
  readonly context: CheckContext;
  /** Checks not to run, with the reason: they are unknown. */
  readonly skip?: ReadonlyMap<string, string>;
  readonly onCheck?: (id: string) => void;
}): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const entry of options.checks) {
    options.onCheck?.(entry.id);
    const reason = options.skip?.get(entry.id);
    results.push(
      reason === undefined
        ? await runCheck(entry, options.evidence, options.context)
        : notRun(entry, reason),
    );
  }
  return results;
}

/** The result of a check that did not run: unknown, with the reason. */
function notRun(entry: CheckEntry, reason: string): CheckResult {
  const check: CheckSummary = { ...entry, basis: "read", limits: [] };
  return { check, concern: entry.concern, outcome: { kind: "unknown", reason }, unread: [] };
}

async function runCheck(
  entry: CheckEntry,
  evidence: EvidenceStore,
  context: CheckContext,
): Promise<CheckResult> {
  let check: AnyCheck;
  try {
    check = await entry.load();
  } catch (error) {
    return notRun(entry, `the check could not be loaded: ${reasonOf(error)}`);
  }
  const gathered = await evidence.gather(check.needs);
  const base = { check, concern: entry.concern };
  if (gathered.kind === "failed") {
    return { ...base, outcome: concludeCheck([], gathered.unread), unread: gathered.unread };
  }
  const begin = (): ReturnType<AnyCheck["begin"]> => check.begin(gathered.values, context);
  return { ...base, ...collect(begin, gathered.unread) };
}

/** Runs a check to its end, or to its error, and concludes. */
function collect(
  begin: () => ReturnType<AnyCheck["begin"]>,
  evidenceUnread: readonly Unread[],
): Pick<CheckResult, "outcome" | "unread"> {
  const findings: Finding[] = [];
  const unreads: Unread[] = [...evidenceUnread];
  const full = (): boolean => findings.length >= CHECK_MAX_FINDINGS;
  try {
    const running = begin();
    let step = running.next();
    while (step.done !== true && !full()) {
      if (step.value.kind === "finding") findings.push(step.value);
      else unreads.push(step.value);
      step = running.next();
    }
    if (step.done === true && step.value === "not-applicable" && unreads.length === 0) {
      return { outcome: { kind: "not-applicable" }, unread: [] };
    }
    if (full())
      unreads.push(cut(`more than ${CHECK_MAX_FINDINGS} findings: the rest is not listed`));
  } catch (error) {
    unreads.push(cut(`the check failed: ${reasonOf(error)}`));
  }
  const distinct = distinctUnread(unreads);
  return { outcome: concludeCheck(findings, distinct), unread: distinct };
}

function cut(reason: string): Unread {
  return { kind: "unread", file: ".", reason };
}
