import type { LockLicence } from "../../model/lock/lock.ts";
import type { DigestedFile } from "../../model/snapshot-digest.ts";
import type { Report, ReportFinding } from "../../report/report.ts";

/** The check that says which licence a model has. */
const CHECK = "licensing/declared-licence";

/** The check that tells of licence texts which nearly are published ones: they leave open what the licence is. */
const CHANGED = "licensing/changed-text";

/**
 * The licence as the report knows it, with the files it was read from; undefined where it was not looked at.
 *
 * The check names the concluded licence in a note; words of people are not read back here, only its facts.
 */
export function licenceOf(
  report: Pick<Report, "concerns">,
  files: readonly DigestedFile[],
): LockLicence | undefined {
  const declared = findingsOf(report, CHECK);
  if (declared === undefined) return undefined;
  const changed = (findingsOf(report, CHANGED) ?? []).filter(({ level }) => level !== "note");
  const findings = [...declared, ...changed];
  const concluded = findings.find(isConclusion);
  const licence = concluded?.evidence["licence"];
  return {
    ...(typeof licence === "string" ? { expression: licence.replaceAll(" or ", " OR ") } : {}),
    status: statusOf(findings, concluded),
    evidence: evidenceOf(findings, files),
  };
}

function findingsOf(
  report: Pick<Report, "concerns">,
  check: string,
): readonly ReportFinding[] | undefined {
  const found = report.concerns.licensing?.checks.find(({ id }) => id === check);
  return found !== undefined && "findings" in found ? found.findings : undefined;
}

/** The note that lists every place which says the same. */
function isConclusion({ level, evidence }: ReportFinding): boolean {
  return level === "note" && typeof evidence["licence"] === "string" && "places" in evidence;
}

function statusOf(
  findings: readonly ReportFinding[],
  concluded: ReportFinding | undefined,
): LockLicence["status"] {
  if (findings.some(({ evidence }) => "firstAt" in evidence)) return "disputed";
  // Words that name no licence, and texts that nobody reviewed.
  const isUnclear = findings.some(
    ({ evidence }) =>
      "names" in evidence || "nearest" in evidence || ("said" in evidence && "link" in evidence),
  );
  if (isUnclear) return "unclear";
  if (concluded === undefined) return "none";
  // A declaration stands in a member of its file; a text is the whole file.
  return concluded.at?.file !== undefined && concluded.at.member === undefined
    ? "exact"
    : "declared";
}

function evidenceOf(
  findings: readonly ReportFinding[],
  files: readonly DigestedFile[],
): LockLicence["evidence"] {
  const named = new Set(findings.map(({ at }) => at?.file));
  return files.filter(({ path }) => named.has(path)).map(({ path, sha256 }) => ({ path, sha256 }));
}
