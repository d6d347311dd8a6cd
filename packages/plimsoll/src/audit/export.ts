import { canonicalJson } from "./canonical.ts";
import { readLine, type ReadEvent } from "./event.ts";
import { logFiles, segmentsOf } from "./files.ts";
import { linesOf } from "./lines.ts";

/** Which events to write out, and how. */
export type ExportOptions = {
  /** Milliseconds since 1970; what came before is left out. */
  readonly from: number;
  readonly kind: string | undefined;
  readonly format: "jsonl" | "csv";
};

/** The events of a log that are asked for, each with its line end; what is torn or was changed is left to `verify`. */
export function* exportLog(
  folder: string,
  { from, kind, format }: ExportOptions,
): Generator<string> {
  if (format === "csv") yield rowOf(["seq", "time", "kind", "actor", "request", "subject", "body"]);
  for (const { path } of segmentsOf(logFiles(folder))) {
    for (const { text, isWhole } of linesOf(path)) {
      const event = isWhole ? readLine(text) : undefined;
      if (event === undefined || event.time < from) continue;
      if (kind !== undefined && event.kind !== kind) continue;
      yield format === "csv" ? eventRow(event) : `${text}\n`;
    }
  }
}

function eventRow({ seq, time, kind, actor, request = "", event }: ReadEvent): string {
  const { subject, body } = event;
  const when = new Date(Math.min(time, MAX_DATE_MS)).toISOString();
  const about = typeof subject === "string" ? subject : "";
  return rowOf([String(seq), when, kind, actor, request, about, canonicalJson(body ?? null)]);
}

/** The latest time that there is a date for (ECMA-262, "Time Values"). */
const MAX_DATE_MS = 8_640_000_000_000_000;

/** A row as RFC 4180 has it. */
function rowOf(cells: readonly string[]): string {
  return `${cells.map((cell) => csvCell(cell)).join(",")}\r\n`;
}

/** A cell; one that a spreadsheet would calculate is made a text (CWE-1236). */
export function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/u.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
