import { assertNever } from "../kernel/assert-never.ts";
import type { ExplainedCheck } from "./page.ts";
import type { Report } from "./report.ts";
import type { TerminalStyle } from "./terminal.ts";

/** The forms a report can take. */
export const REPORT_FORMATS = ["terminal", "json", "sarif", "markdown", "html", "junit"] as const;

/** One of the forms a report can take. */
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** What the forms want to know beside the reports. */
export type FormatOptions = {
  /** How a terminal shows it. */
  readonly style: TerminalStyle;
  /** The pages of the checks that ran: titles and help come from them. */
  readonly pages: readonly ExplainedCheck[];
  /** True when caution fails the gate too. */
  readonly strict: boolean;
  /** When the models were vetted. */
  readonly now: Date;
};

/** True for one of the six words. */
export function isReportFormat(word: string): word is ReportFormat {
  return REPORT_FORMATS.some((format) => format === word);
}

/** Writes one report, or those of a fleet, in a form; only that form's code is loaded. */
export async function formatReports(
  reports: readonly Report[],
  format: ReportFormat,
  options: FormatOptions,
): Promise<string> {
  const { pages, strict, now, style } = options;
  switch (format) {
    case "terminal": {
      const { fleetSummary, terminalReport } = await import("./terminal.ts");
      const parts = reports.map((report) => terminalReport(report, style, now));
      return [...parts, ...fleetSummary(reports, style)].join("\n");
    }
    case "json":
      return (await import("./json.ts")).jsonReport(reports);
    case "sarif":
      return (await import("./sarif.ts")).sarifReport(reports, pages);
    case "markdown":
      return (await import("./markdown.ts")).markdownReport(reports, pages, now);
    case "html":
      return (await import("./html.ts")).htmlReport(reports, { pages, now });
    case "junit":
      return (await import("./junit.ts")).junitReport(reports, { strict, now });
    default:
      return assertNever(format);
  }
}
