import { formatCount, formatBytes } from "../kernel/units.ts";
import { isExpired } from "../kernel/waive.ts";
import type { Report, ReportCheck, ReportConcern, ReportFinding } from "./report.ts";

/** The findings of a check; none where it passed, did not apply or is unknown. */
export function findingsOf(check: ReportCheck): readonly ReportFinding[] {
  return "findings" in check ? check.findings : [];
}

/** True for a finding that a waiver lifts: it is told, and counts for nothing. */
export function isWaived({ evidence }: Pick<ReportFinding, "evidence">): boolean {
  return evidence["waived"] === true;
}

/** The findings of a check that count. */
export function countingOf(check: ReportCheck): readonly ReportFinding[] {
  return findingsOf(check).filter((finding) => !isWaived(finding));
}

/**
 * Whose word lifts what: a sentence for each waiver that a finding matched. Foreign text, as it came.
 *
 * Without the time of the vet none can be said to have expired: its last day is told all the same.
 */
export function waiverSentences(
  { waivers }: Pick<Report, "waivers">,
  now: Date | undefined,
): readonly string[] {
  return waivers.map((waiver) => {
    const { code, reason, author, expires } = waiver;
    const file = waiver.digest.slice(0, DIGEST_SHOWN);
    if (now !== undefined && isExpired(waiver, now)) {
      return `expired, counts for nothing: ${code} in ${file}… was waived by ${author} until ${expires}: ${reason}`;
    }
    const until = expires === undefined ? "" : ` until ${expires}`;
    return `${code} in ${file}… is waived by ${author}${until}: ${reason}`;
  });
}

/** Characters of a digest that tell a file from others: the algorithm and 48 bits. */
const DIGEST_SHOWN = "sha256:".length + 12;

/** Why a check is unknown, or not complete; undefined where it is neither. */
export function reasonOfCheck(check: ReportCheck): string | undefined {
  return "reason" in check ? check.reason : undefined;
}

/** What a concern says in one line: its gravest finding, why it is unknown, or what it rests on. Foreign text, as it came. */
export function summaryOf(concern: ReportConcern): string {
  const findings = concern.checks.flatMap((check) => countingOf(check));
  for (const level of ["stop", "caution", "note"] as const) {
    if (level !== "stop" && concern.verdict === "unknown") continue;
    const [first, ...rest] = findings.filter((finding) => finding.level === level);
    if (first === undefined) continue;
    return rest.length === 0 ? first.message : `${first.message} (and ${rest.length} more)`;
  }
  if (concern.verdict === "unknown") {
    return concern.checks.map(reasonOfCheck).find(isSaid) ?? "nothing was looked at";
  }
  if (concern.verdict === "not-applicable") return "nothing here to look at";
  const count = concern.checks.filter((check) => check.outcome !== "not-applicable").length;
  const lifted = concern.checks.flatMap((check) => findingsOf(check)).filter(isWaived).length;
  if (lifted > 0) return `${lifted} ${lifted === 1 ? "finding" : "findings"} waived`;
  return `${count} ${count === 1 ? "check" : "checks"} passed, from what was ${concern.basis.join(" and ")}`;
}

/** Where a finding points, from the outermost in: file, member, then line or byte. Foreign text, as it came. */
export function placeParts({ at, evidence }: ReportFinding): {
  readonly names: readonly string[];
  readonly spot?: string;
} {
  if (at === undefined) return { names: [] };
  const names = [at.file, at.member].filter(isSaid);
  const line = evidence["line"];
  if (typeof line === "number") return { names, spot: `line ${line}` };
  return at.offset === undefined ? { names } : { names, spot: `byte ${formatCount(at.offset)}` };
}

/** The place of a finding as one text; empty where it points nowhere. */
export function placeOf(finding: ReportFinding): string {
  const { names, spot } = placeParts(finding);
  const named = names.join(" : ");
  return spot === undefined ? named : `${named}, ${spot}`;
}

/** How large a model is: `12 files, 98.2 MB`. */
export function sizeOf({ files, bytes }: Pick<Report["model"], "files" | "bytes">): string {
  return `${files} ${files === 1 ? "file" : "files"}, ${formatBytes(bytes)}`;
}

/** By whose measure a verdict is given: `for me: security, licensing`. */
export function measureOf(report: Pick<Report, "required" | "setting">): string {
  return report.required.length === 0
    ? "nothing that is required was looked at"
    : `for ${report.setting.audience}: ${report.required.join(", ")}`;
}

/** What a clear rests on: `by what was read and declared`. */
export function basisOf(concern: ReportConcern): string {
  return `by what was ${concern.basis.join(" and ")}`;
}

function isSaid(text: string | undefined): text is string {
  return text !== undefined;
}
