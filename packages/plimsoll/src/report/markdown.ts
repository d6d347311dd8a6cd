import { CONCERNS, type Concern } from "../kernel/concern.ts";
import { joinVerdicts, type ConcernVerdict } from "../kernel/verdict.ts";
import { shortened } from "./foreign-text.ts";
import { codeSpan, inertText, tableCell } from "./markdown/inert.ts";
import type { ExplainedCheck } from "./page.ts";
import type { Report, ReportCheck, ReportFinding } from "./report.ts";
import {
  basisOf,
  findingsOf,
  isWaived,
  measureOf,
  placeParts,
  reasonOfCheck,
  sizeOf,
  summaryOf,
  waiverSentences,
} from "./words.ts";

/** Findings written out for one check, and for one model; the rest is counted. A comment on GitHub holds 65,536 characters. */
const FINDINGS_SHOWN = 10;
const FINDINGS_OF_MODEL = 60;

/** Unread parts written out; the rest is counted. */
const UNREAD_SHOWN = 20;

/** Characters of a sentence and of a name (CWE-400). */
const TEXT_MAX = 300;
const NAME_MAX = 160;

const MARK: Readonly<Record<ConcernVerdict, string>> = {
  clear: "●",
  caution: "◐",
  stop: "■",
  unknown: "◌",
  "not-applicable": "·",
};

/** The reports as Markdown to paste into a review: verdict, the ten concerns, findings, what was not read, limits. */
export function markdownReport(
  reports: readonly Report[],
  pages: readonly ExplainedCheck[],
  now?: Date,
): string {
  const blocks = reports.flatMap((report) => modelBlocks(report, pages, now));
  return `${[...fleetBlocks(reports), ...blocks].join("\n\n")}\n`;
}

function fleetBlocks(reports: readonly Report[]): string[] {
  if (reports.length < 2) return [];
  const verdict = joinVerdicts(reports.map((report) => report.verdict));
  const rows = reports.map(
    (report) => `| ${verdictWord(report.verdict)} | ${tableCell(name(report.model.reference))} |`,
  );
  return [
    `# ${MARK[verdict]} ${verdict}: ${reports.length} models`,
    ["| verdict | model |", "|---|---|", ...rows].join("\n"),
  ];
}

function modelBlocks(
  report: Report,
  pages: readonly ExplainedCheck[],
  now: Date | undefined,
): string[] {
  const { model, tool, verdict } = report;
  return [
    `## ${MARK[verdict]} ${verdict}: ${name(model.reference)}`,
    `${inertText(sentence(measureOf(report)))} ${sizeOf(model)}. Plimsoll ${inertText(tool.version)}, knowledge of ${inertText(tool.knowledge)}.`,
    concernTable(report),
    ...findingBlocks(report, pages),
    ...unreadBlocks(report),
    ...waiverBlocks(report, now),
    ...limitBlocks(report),
  ];
}

function concernTable(report: Report): string {
  const rows = CONCERNS.map((concern) => {
    const answer = report.concerns[concern];
    const title = report.required.includes(concern) ? `**${concern}**` : concern;
    if (answer === undefined) return `| ${title} | · not looked at | |`;
    return `| ${title} | ${verdictWord(answer.verdict)} | ${tableCell(said(summaryOf(answer)))} |`;
  });
  const note = "Bold: required by your setting, and joined to the verdict.";
  return ["| concern | verdict | why |", "|---|---|---|", ...rows, "", note].join("\n");
}

/** Checks with something to tell, in the order of the concerns. */
function findingBlocks(report: Report, pages: readonly ExplainedCheck[]): string[] {
  const checks = CONCERNS.flatMap((concern) => report.concerns[concern]?.checks ?? []);
  let left = FINDINGS_OF_MODEL;
  const blocks = checks.flatMap((check) => {
    const shown = Math.min(left, FINDINGS_SHOWN);
    left -= Math.min(shown, findingsOf(check).length);
    const lines = checkLines(check, shown);
    const title = pages.find(({ code }) => code === check.code)?.title ?? check.id;
    return lines.length === 0
      ? []
      : [`#### ${inertText(check.code)}: ${inertText(title)}`, lines.join("\n")];
  });
  return blocks.length === 0 ? [] : ["### Findings", ...blocks];
}

function checkLines(check: ReportCheck, shown: number): string[] {
  const findings = findingsOf(check);
  const reason = reasonOfCheck(check);
  const more = findings.length - shown;
  return [
    ...findings.slice(0, shown).map(findingItem),
    ...(more > 0 ? [`- ${more} more: see \`--format json\``] : []),
    ...(reason === undefined ? [] : [`- ${verdictWord("unknown")}: ${said(reason)}`]),
  ];
}

function findingItem(finding: ReportFinding): string {
  const { level, message, remedy } = finding;
  const plain = level === "note" ? "i **note**" : verdictWord(level);
  const word = isWaived(finding) ? `${plain}, waived` : plain;
  const { names, spot } = placeParts(finding);
  const place = [...names.map(name), ...(spot === undefined ? [] : [spot])].join(", ");
  const command =
    remedy?.command === undefined ? "" : ` ${codeSpan(shortened(remedy.command, TEXT_MAX))}`;
  return [
    `- ${word}: ${said(message)}`,
    ...(place === "" ? [] : [`  - at ${place}`]),
    ...(remedy === undefined ? [] : [`  - to do: ${said(remedy.text)}${command}`]),
  ].join("\n");
}

function unreadBlocks({ unread }: Report): string[] {
  if (unread.length === 0) return [];
  const items = unread.slice(0, UNREAD_SHOWN).map(({ file, member, reason }) => {
    const place = [file, member].filter((part) => part !== undefined && part !== ".");
    return `- ${[...place.map((part) => name(part ?? "")), said(reason)].join(": ")}`;
  });
  const more = unread.length - UNREAD_SHOWN;
  if (more > 0) items.push(`- ${more} more: see \`--format json\``);
  return [`### Not read (${unread.length}), and so not judged`, items.join("\n")];
}

function waiverBlocks(report: Report, now: Date | undefined): string[] {
  const items = waiverSentences(report, now).map((sentence) => `- ${said(sentence)}`);
  return items.length === 0 ? [] : ["### Waivers", items.join("\n")];
}

/** Under every clear: what it rests on, and what this version cannot see. */
function limitBlocks(report: Report): string[] {
  const items = CONCERNS.flatMap((concern) => limitItem(concern, report));
  return items.length === 0 ? [] : ["### What a clear rests on", items.join("\n")];
}

function limitItem(concern: Concern, report: Report): string[] {
  const answer = report.concerns[concern];
  if (answer?.verdict !== "clear") return [];
  const limits = answer.limits.map((limit) => `  - ${said(limit)}`);
  const seen = limits.length === 0 ? "." : ". Not seen:";
  return [[`- ${concern} is clear ${basisOf(answer)}${seen}`, ...limits].join("\n")];
}

function verdictWord(verdict: ConcernVerdict): string {
  return `${MARK[verdict]} **${verdict}**`;
}

function said(text: string): string {
  return inertText(shortened(text, TEXT_MAX).trim());
}

function name(text: string): string {
  return codeSpan(shortened(text, NAME_MAX));
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
