import pc from "picocolors";

import { CONCERNS, type Concern } from "../kernel/concern.ts";
import { VERDICTS, type ConcernVerdict } from "../kernel/verdict.ts";
import { printable } from "./foreign-text.ts";
import type { Report, ReportFinding } from "./report.ts";
import { cut, pad, wrap } from "./width.ts";
import {
  findingsOf,
  isWaived,
  measureOf,
  placeOf,
  sizeOf,
  summaryOf,
  waiverSentences,
  reasonOfCheck,
} from "./words.ts";

/** How a terminal shows a report. */
export type TerminalStyle = {
  readonly columns: number;
  readonly hasColour: boolean;
  readonly hasUnicode: boolean;
};

type Ink = {
  readonly paint: Readonly<Record<ConcernVerdict, (text: string) => string>>;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
  readonly mark: Readonly<Record<ConcernVerdict, string>>;
  readonly line: string;
  readonly disc: string;
  readonly arrow: string;
  readonly ellipsis: string;
  readonly dash: string;
};

/** Findings shown for one check; the rest is counted and stands in `--json`. */
const FINDINGS_SHOWN = 10;

/** Unread parts shown; the rest is counted and stands in `--json`. */
const UNREAD_SHOWN = 10;

/** Narrowest and widest layout, in columns. */
const MIN_COLUMNS = 40;
const MAX_COLUMNS = 120;

/** The report for people: the load line, one line a concern, then findings with place, evidence and remedy. */
export function terminalReport(report: Report, style: TerminalStyle, now?: Date): string {
  const ink = inkOf(style);
  const columns = Math.min(MAX_COLUMNS, Math.max(MIN_COLUMNS, style.columns));
  const blocks = [
    loadLine(report, ink, columns),
    concernLines(report, ink, columns),
    ...requiredFirst(report).flatMap((concern) => concernDetails(concern, report, ink, columns)),
    unreadLines(report, ink, columns),
    waiverLines(report, now, ink, columns),
    limitLines(report, ink, columns),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join("\n"))
    .join("\n\n")}\n`;
}

/** One line a model, worst first, below the reports of several; nothing below the report of one. */
export function fleetSummary(reports: readonly Report[], style: TerminalStyle): string[] {
  if (reports.length < 2) return [];
  const ink = inkOf(style);
  const columns = Math.min(MAX_COLUMNS, Math.max(MIN_COLUMNS, style.columns));
  const lines = VERDICTS.flatMap((verdict) =>
    reports
      .filter((report) => report.verdict === verdict)
      .map(({ model }) => {
        const name = cut(printable(model.reference), columns - 12, ink.ellipsis);
        return `${ink.paint[verdict](`${ink.mark[verdict]} ${pad(verdict, 8)}`)}  ${name}`;
      }),
  );
  return [[ink.bold(`${reports.length} models, worst first`), ...lines, ""].join("\n")];
}

function inkOf({ hasColour, hasUnicode }: TerminalStyle): Ink {
  const colours = pc.createColors(hasColour);
  return {
    paint: {
      clear: colours.green,
      caution: colours.yellow,
      stop: (text) => colours.bold(colours.red(text)),
      unknown: colours.magenta,
      "not-applicable": colours.dim,
    },
    dim: colours.dim,
    bold: colours.bold,
    mark: hasUnicode
      ? { clear: "●", caution: "◐", stop: "✖", unknown: "○", "not-applicable": "·" }
      : { clear: "+", caution: "!", stop: "X", unknown: "?", "not-applicable": "-" },
    line: hasUnicode ? "─" : "-",
    disc: hasUnicode ? "⊖" : "(-)",
    arrow: hasUnicode ? "→" : "->",
    ellipsis: hasUnicode ? "…" : "...",
    dash: hasUnicode ? "·" : "-",
  };
}

/** The mark on the hull: how far this model may be loaded, and by whose measure. */
function loadLine(report: Report, ink: Ink, columns: number): string[] {
  const { model, verdict } = report;
  const size = sizeOf(model);
  const name = cut(printable(model.reference), columns - size.length - 3, ink.ellipsis);
  const line = ink.line.repeat(6);
  const basis = measureOf(report);
  return [
    `${ink.bold(name)}  ${ink.dim(size)}`,
    ...wrap(basis, columns - 30).map((text, index) =>
      index === 0
        ? `${ink.paint[verdict](`${line}${ink.disc}${line} ${pad(verdict.toUpperCase(), 8)}`)} ${ink.dim(text)}`
        : `${" ".repeat(line.length * 2 + ink.disc.length + 10)}${ink.dim(text)}`,
    ),
  ];
}

function concernLines(report: Report, ink: Ink, columns: number): string[] {
  return CONCERNS.flatMap((name) => {
    const concern = report.concerns[name];
    if (concern === undefined) return [];
    const { verdict } = concern;
    const required = report.required.includes(name);
    const label = `${ink.mark[verdict]} ${pad(name, 10)} ${pad(verdict, 14)}`;
    const words = cut(printable(summaryOf(concern)), columns - 28, ink.ellipsis);
    return [`${ink.paint[verdict](label)} ${required ? words : ink.dim(words)}`];
  });
}

/** What makes up the verdict comes before what stands beside it. */
function requiredFirst({ required }: Report): readonly Concern[] {
  return CONCERNS.toSorted((a, b) => Number(required.includes(b)) - Number(required.includes(a)));
}

function concernDetails(name: Concern, report: Report, ink: Ink, columns: number): string[][] {
  const concern = report.concerns[name];
  if (concern === undefined) return [];
  return concern.checks.flatMap((check) => {
    const findings = findingsOf(check);
    const shown = findings.slice(0, FINDINGS_SHOWN);
    const lines = shown.flatMap((finding, index) => [
      ...findingLines(check.code, finding, ink, columns),
      // The same remedy for several findings in a row is told once, below them.
      ...(isSameRemedy(finding, shown[index + 1]) ? [] : remedyLines(finding, ink, columns)),
    ]);
    if (findings.length > FINDINGS_SHOWN) {
      lines.push(
        ink.dim(`  ${findings.length - FINDINGS_SHOWN} more of ${check.code}: see --json`),
      );
    }
    if ("reason" in check && check.reason !== undefined) {
      const text = `${ink.mark.unknown} ${check.code} unknown: ${printable(check.reason)}`;
      const [first = "", ...rest] = wrap(text, columns - 2);
      lines.push(ink.paint.unknown(first), ...rest.map((line) => ink.paint.unknown(`  ${line}`)));
    }
    return lines.length === 0 ? [] : [lines];
  });
}

function findingLines(code: string, finding: ReportFinding, ink: Ink, columns: number): string[] {
  const verdict = finding.level === "note" || isWaived(finding) ? "clear" : finding.level;
  const head = `${finding.level === "note" ? "i" : ink.mark[verdict]} ${code} ${isWaived(finding) ? `${finding.level}, waived` : finding.level}: `;
  const [first = "", ...rest] = wrap(head + printable(finding.message), columns - 2);
  return [
    ink.paint[verdict](first),
    ...rest.map((line) => `  ${line}`),
    ...wrapped("at", placeOf(finding), ink, columns),
  ];
}

function remedyLines({ remedy }: ReportFinding, ink: Ink, columns: number): string[] {
  if (remedy === undefined) return [];
  const lines = wrapped(ink.arrow, remedy.text, ink, columns);
  if (remedy.command !== undefined) lines.push(`    ${printable(remedy.command)}`);
  return lines;
}

function isSameRemedy({ remedy }: ReportFinding, next: ReportFinding | undefined): boolean {
  return (
    remedy !== undefined &&
    remedy.text === next?.remedy?.text &&
    remedy.command === next.remedy.command
  );
}

function wrapped(label: string, text: string, ink: Ink, columns: number): string[] {
  if (text === "") return [];
  const indent = " ".repeat(label.length + 3);
  return wrap(printable(text), columns - indent.length).map((line, index) =>
    ink.dim(index === 0 ? `  ${label} ${line}` : indent + line),
  );
}

function unreadLines(report: Report, ink: Ink, columns: number): string[] {
  const told = Object.values(report.concerns).flatMap(({ checks }) => checks.map(reasonOfCheck));
  // What stands for the whole model was said by the check that could not answer.
  const unread = report.unread.filter(
    ({ file, reason }) => file !== "." || !told.some((text) => text?.startsWith(reason) === true),
  );
  if (unread.length === 0) return [];
  const lines = [ink.paint.unknown(`Not read (${unread.length}), and so not judged:`)];
  for (const one of unread.slice(0, UNREAD_SHOWN)) {
    const place = [one.file, one.member].filter((part) => part !== undefined).join(" : ");
    const text = place === "." ? one.reason : `${place}: ${one.reason}`;
    lines.push(...wrapped(ink.mark.unknown, text, ink, columns));
  }
  if (unread.length > UNREAD_SHOWN) {
    lines.push(ink.dim(`  ${unread.length - UNREAD_SHOWN} more: see --json`));
  }
  return lines;
}

/** Whose word the verdict rests on, and whose no longer. */
function waiverLines(report: Report, now: Date | undefined, ink: Ink, columns: number): string[] {
  const sentences = waiverSentences(report, now);
  if (sentences.length === 0) return [];
  return [
    ink.dim("Waivers:"),
    ...sentences.flatMap((sentence) => wrapped(ink.dash, sentence, ink, columns)),
  ];
}

/** Under every clear: what it rests on, and what this version cannot see. */
function limitLines(report: Report, ink: Ink, columns: number): string[] {
  const lines = CONCERNS.flatMap((name) => {
    const concern = report.concerns[name];
    if (concern?.verdict !== "clear") return [];
    const basis = `${name} is clear by what was ${concern.basis.join(" and ")}`;
    if (concern.limits.length === 0) {
      return wrap(`${basis}.`, columns - 2).map((line) => ink.dim(`  ${line}`));
    }
    return [
      ...wrap(`${basis}. Not seen:`, columns - 2).map((line) => ink.dim(`  ${line}`)),
      ...concern.limits.flatMap((limit) => wrapped(ink.dash, limit, ink, columns)),
    ];
  });
  return lines.length === 0 ? [] : [ink.dim("What a clear rests on:"), ...lines];
}
