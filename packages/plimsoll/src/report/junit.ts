import { assertNever } from "../kernel/assert-never.ts";
import { CONCERNS, type Concern } from "../kernel/concern.ts";
import { fails } from "../kernel/conclude.ts";
import { shortened } from "./foreign-text.ts";
import type { Report, ReportCheck, ReportFinding } from "./report.ts";
import { countingOf, findingsOf, isWaived, measureOf, placeOf, reasonOfCheck } from "./words.ts";

/** Findings written out for one check; the rest is counted. */
const FINDINGS_SHOWN = 50;

/** Characters of a sentence, a place or a name; foreign text may be a megabyte (CWE-400). */
const TEXT_MAX = 1_000;

/** What a build is failed by, and when the models were vetted. */
export type JunitOptions = {
  /** True when caution fails too. */
  readonly strict: boolean;
  readonly now: Date;
};

/** How one test case ended: one of these stands for all that a check found. */
type Ending =
  | {
      readonly kind: "passed";
      /** What was found all the same, for the suite's output. */
      readonly details: readonly string[];
    }
  | {
      readonly kind: "failure" | "error" | "skipped";
      readonly type: string;
      readonly message: string;
      readonly details: readonly string[];
    };

type Case = { readonly name: string; readonly className: string; readonly ending: Ending };

type Suite = { readonly name: string; readonly model: string; readonly cases: readonly Case[] };

/**
 * The reports as JUnit XML: a suite a concern, a case a check.
 *
 * A build fails exactly when `vet` does. A stop is a failure, what is unknown an error, a caution a failure only where
 * it fails the gate (`strict`); what the setting does not require is skipped, with what was found as the reason.
 * The form satisfies both schemas that are about: Ant's, which demands most, and the one Jenkins reads.
 */
export function junitReport(reports: readonly Report[], options: JunitOptions): string {
  const suites = reports.flatMap((report) => suitesOf(report, options.strict));
  const timestamp = options.now.toISOString().slice(0, 19);
  const body = suites.map((suite, id) => suiteXml(suite, id, timestamp));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${body.join("")}</testsuites>\n`;
}

function suitesOf(report: Report, strict: boolean): Suite[] {
  const model = shortened(report.model.reference, TEXT_MAX);
  const suites = CONCERNS.flatMap((name) => {
    const concern = report.concerns[name];
    if (concern === undefined) return [];
    const isRequired = report.required.includes(name);
    const cases = concern.checks.map((check) => caseOf(check, name, { isRequired, strict }));
    return [{ name, model, cases }];
  });
  const rest = verdictCase(report, suites, strict);
  return rest === undefined ? suites : [{ name: "verdict", model, cases: [rest] }, ...suites];
}

/** A gate that fails although no check does: nothing that is required was looked at, or none of it applied. */
function verdictCase(report: Report, suites: readonly Suite[], strict: boolean): Case | undefined {
  const isTold = suites.some(({ cases }) => cases.some(({ ending }) => isFailing(ending)));
  if (isTold || !fails(report.verdict, { require: report.required, strict })) return undefined;
  const ending: Ending = {
    kind: "error",
    type: report.verdict,
    message: `${report.verdict}: ${measureOf(report)}`,
    details: [],
  };
  return { name: "verdict", className: "plimsoll", ending };
}

function isFailing({ kind }: Ending): boolean {
  return kind === "failure" || kind === "error";
}

function caseOf(
  check: ReportCheck,
  concern: Concern,
  gate: { readonly isRequired: boolean; readonly strict: boolean },
): Case {
  const name = `${check.code} ${check.id}`;
  const className = `plimsoll.${concern}`;
  const ending = endingOf(check, gate.strict);
  if (gate.isRequired || ending.kind === "passed" || ending.kind === "skipped") {
    return { name, className, ending };
  }
  const message = `not required by the setting: ${ending.message}`;
  return { name, className, ending: { ...ending, kind: "skipped", message } };
}

function endingOf(check: ReportCheck, strict: boolean): Ending {
  switch (check.outcome) {
    case "pass":
      return { kind: "passed", details: [] };
    case "not-applicable":
      return { kind: "skipped", type: "not-applicable", message: "not applicable", details: [] };
    case "unknown":
      return { kind: "error", type: "unknown", message: check.reason, details: [] };
    case "findings":
      return endingOfFindings(check, strict);
    default:
      return assertNever(check);
  }
}

/** Worst first, as verdicts join: a stop, then what is unknown, then a caution. */
function endingOfFindings(check: ReportCheck, strict: boolean): Ending {
  const findings = findingsOf(check);
  const reason = reasonOfCheck(check);
  const details = detailsOf(findings, reason);
  const counting = countingOf(check);
  const stop = counting.find(({ level }) => level === "stop");
  if (stop !== undefined) return { kind: "failure", type: "stop", message: stop.message, details };
  if (reason !== undefined) return { kind: "error", type: "unknown", message: reason, details };
  const caution = counting.find(({ level }) => level === "caution");
  if (caution === undefined || !strict) return { kind: "passed", details };
  return { kind: "failure", type: "caution", message: caution.message, details };
}

function detailsOf(findings: readonly ReportFinding[], reason: string | undefined): string[] {
  const lines = findings.slice(0, FINDINGS_SHOWN).flatMap((finding) => {
    const { level, message, remedy } = finding;
    const place = placeOf(finding);
    return [
      `${isWaived(finding) ? "waived " : ""}${level}: ${message}`,
      ...(place === "" ? [] : [`  at ${place}`]),
      ...(remedy === undefined ? [] : [`  to do: ${remedy.text}`]),
      ...(remedy?.command === undefined ? [] : [`  run: ${remedy.command}`]),
    ];
  });
  const more = findings.length - FINDINGS_SHOWN;
  if (more > 0) lines.push(`${more} more: see --format json`);
  if (reason !== undefined) lines.push(`unknown: ${reason}`);
  return lines;
}

function suiteXml({ name, model, cases }: Suite, id: number, timestamp: string): string {
  const count = (kind: Ending["kind"]): number =>
    cases.filter(({ ending }) => ending.kind === kind).length;
  const attributes = {
    name,
    package: token(model),
    id: String(id),
    timestamp,
    // The machine's own name is nobody's business; the schema wants one.
    hostname: "localhost",
    tests: String(cases.length),
    failures: String(count("failure")),
    errors: String(count("error")),
    skipped: String(count("skipped")),
    time: "0",
  };
  return [
    `  <testsuite${attributesXml(attributes)}>\n`,
    `    <properties>\n      <property${attributesXml({ name: "model", value: model })}/>\n    </properties>\n`,
    ...cases.map(caseXml),
    `    <system-out>${passedText(cases)}</system-out>\n    <system-err/>\n  </testsuite>\n`,
  ].join("");
}

/** What the checks found that fail nothing, so that a green suite does not keep its cautions to itself. */
function passedText(cases: readonly Case[]): string {
  const lines = cases.flatMap(({ name, ending }) =>
    ending.kind === "passed" && ending.details.length > 0 ? [name, ...ending.details] : [],
  );
  return linesXml(lines);
}

function caseXml({ name, className, ending }: Case): string {
  const open = `    <testcase${attributesXml({ name, classname: className, time: "0" })}`;
  if (ending.kind === "passed") return `${open}/>\n`;
  const { kind, type, details } = ending;
  const message = shortened(ending.message, TEXT_MAX);
  // Ant's schema knows no type of a skipped case.
  const attributes = attributesXml(kind === "skipped" ? { message } : { message, type });
  return `${open}>\n      <${kind}${attributes}>${linesXml(details)}</${kind}>\n    </testcase>\n`;
}

function linesXml(lines: readonly string[]): string {
  return escapeXml(lines.map((line) => shortened(line, TEXT_MAX)).join("\n"));
}

function attributesXml(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escapeXml(value)}"`)
    .join("");
}

/** A value of type `xs:token`: single spaces, none at the ends. */
function token(text: string): string {
  return text.replaceAll(/ +/gu, " ").trim();
}

/**
 * Escapes text for XML 1.0. Control characters, which no XML 1.0 can hold even as references, were made visible
 * before; here go the two non-characters that are left (section 2.2, Char).
 */
function escapeXml(text: string): string {
  return text
    .replaceAll(/[\uFFFE\uFFFF]/gu, "\uFFFD")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
