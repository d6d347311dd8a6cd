import { realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

import { CHECKS } from "../../generated/checks.ts";
import { PlimsollError, reasonOf } from "../../kernel/error.ts";
import { replaceFile } from "../../model/lock/replace-file.ts";
import {
  formatReports,
  isReportFormat,
  REPORT_FORMATS,
  type ReportFormat,
} from "../../report/format.ts";
import { printable } from "../../report/foreign-text.ts";
import type { ExplainedCheck } from "../../report/page.ts";
import type { Report } from "../../report/report.ts";
import type { VerbContext, VerbInput, VerbOption } from "../verb.ts";

/** The options that say in which form a report comes, and where it goes. */
export const OUTPUT_OPTIONS: readonly VerbOption[] = [
  { flags: "--format <form>", help: `how to write the report: ${REPORT_FORMATS.join(", ")}` },
  { flags: "--out <file>", help: "write the report to this file" },
  { flags: "--json", help: "the same as --format json" },
];

/** Where reports go, settled before any work is done. */
export type ReportOutput = {
  /**
   * Writes them. `strict` is the policy's, for the forms that fail a build.
   * @throws PlimsollError `environment` when the file cannot be written.
   */
  readonly write: (reports: readonly Report[], strict: boolean) => Promise<void>;
};

/** Columns of a report for the terminal that is written to a file. */
const FILE_COLUMNS = 100;

/**
 * Reads the options above.
 * @throws PlimsollError `usage` for a form there is none of, two forms, or a place that is no file.
 */
export function openReportOutput(
  options: VerbInput["options"],
  context: Pick<VerbContext, "cwd" | "now" | "stdout" | "stderr">,
): ReportOutput {
  const format = formatOf(options);
  const { out } = options;
  const target = typeof out === "string" ? targetOf(out, context.cwd) : undefined;
  const style =
    target === undefined
      ? context.stdout
      : { columns: FILE_COLUMNS, hasColour: false, hasUnicode: true };
  return {
    write: async (reports, strict) => {
      const pages = await pagesOf(reports, format);
      const { now } = context;
      const text = await formatReports(reports, format, { pages, strict, now, style });
      if (target === undefined) {
        context.stdout.write(text);
        return;
      }
      writeTo(target, text);
      context.stderr.write(`report written to ${printable(target)}\n`);
    },
  };
}

function formatOf(options: VerbInput["options"]): ReportFormat {
  const { format, json, evidence } = options;
  if (typeof format !== "string") return json === true || evidence === true ? "json" : "terminal";
  if (!isReportFormat(format)) {
    throw new PlimsollError("usage", `there is no format "${format}"`, {
      hint: `Choose one of: ${REPORT_FORMATS.join(", ")}.`,
    });
  }
  if (json === true && format !== "json") {
    throw new PlimsollError("usage", `--json and --format ${format} ask for two formats`, {
      hint: "Leave one of them away.",
    });
  }
  if (evidence === true && format !== "json") {
    throw new PlimsollError(
      "usage",
      `--evidence is written as JSON, and --format asks for ${format}`,
      {
        hint: "Leave --format away, or run it twice.",
      },
    );
  }
  return format;
}

/** The file to write, links followed, so that a link stays one. */
function targetOf(out: string, cwd: string): string {
  const path = resolve(cwd, out);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (out === "" || stat?.isDirectory() === true) {
    throw new PlimsollError("usage", `--out "${out}" is a folder`, {
      hint: "Name a file: --out report.html",
    });
  }
  if (stat !== undefined && !stat.isFile()) {
    throw new PlimsollError("usage", `--out "${out}" is neither a file nor a new name`, {
      hint: "Leave --out away to write to the standard output.",
    });
  }
  if (statSync(dirname(path), { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new PlimsollError("usage", `there is no folder for --out "${out}"`, {
      hint: "Make the folder first, or name another.",
    });
  }
  return stat === undefined ? path : realpathSync.native(path);
}

function writeTo(target: string, text: string): void {
  const temporary = join(
    dirname(target),
    `.${basename(target).slice(0, 100)}.${crypto.randomUUID()}`,
  );
  try {
    replaceFile(target, temporary, text);
  } catch (cause) {
    throw new PlimsollError("environment", `${target} cannot be written: ${reasonOf(cause)}`, {
      hint: "Choose a folder that you may write to and that has room.",
      cause,
    });
  }
}

/** The pages of the checks that ran, for the forms that tell them. */
async function pagesOf(
  reports: readonly Report[],
  format: ReportFormat,
): Promise<readonly ExplainedCheck[]> {
  if (format === "terminal" || format === "json" || format === "junit") return [];
  const concerns = reports.flatMap((report) => Object.values(report.concerns));
  const codes = new Set<string>(concerns.flatMap(({ checks }) => checks.map(({ code }) => code)));
  return Promise.all(CHECKS.filter(({ code }) => codes.has(code)).map((entry) => entry.load()));
}
