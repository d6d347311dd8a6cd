import { createHash } from "node:crypto";

import { CONCERNS, type Concern } from "../../kernel/concern.ts";
import type { Place } from "../../kernel/finding.ts";
import { shortened } from "../foreign-text.ts";
import type { Report, ReportCheck, ReportFinding } from "../report.ts";
import { findingsOf, isWaived, reasonOfCheck } from "../words.ts";
import type { Places } from "./places.ts";
import type { SarifResult } from "./types.ts";

/** Characters of a sentence; foreign text may be a megabyte (CWE-400). GitHub shows the first thousand. */
const MESSAGE_MAX = 1_000;

/** A result before its place among the rules is known. */
type Row = {
  readonly concern: Concern;
  readonly check: ReportCheck;
  readonly at: Place | undefined;
  readonly level: SarifResult["level"];
  readonly kind: SarifResult["kind"];
  readonly text: string;
  /** What tells findings of one code in one place apart, whatever moved or was counted. */
  readonly subject: string;
  readonly line: number | undefined;
  readonly isWaived: boolean;
};

const LEVELS = { stop: "error", caution: "warning", note: "note" } as const;

/** Gravest first; what is unknown stands where its verdict stands, between stop and caution. */
const GRAVITY = ["error", "none", "warning", "note"] as const;

/** Every finding and every unknown of a report as SARIF results, gravest first, those of one file together. */
export function resultsOf(
  report: Report,
  rules: readonly { readonly id: string }[],
  places: Places,
  limit: number,
): { readonly results: readonly SarifResult[]; readonly all: number } {
  const rows = rowsOf(report).toSorted(
    (a, b) =>
      GRAVITY.indexOf(a.level) - GRAVITY.indexOf(b.level) ||
      compare(a.at?.file ?? "", b.at?.file ?? "") ||
      compare(a.at?.member ?? "", b.at?.member ?? "") ||
      (a.at?.offset ?? 0) - (b.at?.offset ?? 0),
  );
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  const seen = new Map<string, number>();
  const results = rows.slice(0, limit).map((row) => {
    const print = fingerprint(row);
    const nth = (seen.get(print) ?? 0) + 1;
    seen.set(print, nth);
    return resultOf(row, {
      ruleIndex: indexes.get(row.check.code) ?? -1,
      fingerprint: `${print}:${nth}`,
      places,
      isRequired: report.required.includes(row.concern),
    });
  });
  return { results, all: rows.length };
}

function rowsOf(report: Report): Row[] {
  return CONCERNS.flatMap((concern) =>
    (report.concerns[concern]?.checks ?? []).flatMap((check) => {
      const rows = findingsOf(check).map((finding) => rowOf(concern, check, finding));
      const reason = reasonOfCheck(check);
      return reason === undefined ? rows : [...rows, openRow(concern, check, reason)];
    }),
  );
}

function rowOf(concern: Concern, check: ReportCheck, finding: ReportFinding): Row {
  const { symbol, line } = finding.evidence;
  const { remedy } = finding;
  const parts = [finding.message, remedy?.text, remedy?.command && `Run: ${remedy.command}`];
  return {
    concern,
    check,
    at: finding.at,
    level: LEVELS[finding.level],
    kind: "fail",
    text: parts.filter((part) => part !== undefined && part !== "").join("\n"),
    subject: typeof symbol === "string" ? symbol : finding.message.replaceAll(/\d+/gu, "#"),
    line: typeof line === "number" && line >= 1 ? line : undefined,
    isWaived: isWaived(finding),
  };
}

/** A check that could not answer: neither passed nor failed (section 3.27.9: `open`, whose level is `none`). */
function openRow(concern: Concern, check: ReportCheck, reason: string): Row {
  const text = `Not known: ${reason}`;
  return {
    concern,
    check,
    at: undefined,
    level: "none",
    kind: "open",
    text,
    subject: "unknown",
    line: undefined,
    isWaived: false,
  };
}

function resultOf(
  row: Row,
  known: {
    readonly ruleIndex: number;
    readonly fingerprint: string;
    readonly places: Places;
    readonly isRequired: boolean;
  },
): SarifResult {
  const { check, at, line } = row;
  const nested = known.places.nested(at);
  return {
    ruleId: check.code,
    ruleIndex: known.ruleIndex,
    kind: row.kind,
    level: row.level,
    message: { text: messageText(row.text) },
    locations: [known.places.primary(at, line)],
    ...(nested === undefined ? {} : { relatedLocations: [nested] }),
    partialFingerprints: {
      "plimsoll/v1": known.fingerprint,
      // GitHub tells alerts apart by this one. Where there is a line, it computes its own from the text.
      ...(line === undefined ? { primaryLocationLineHash: known.fingerprint } : {}),
    },
    // A list, empty where nothing is suppressed, once one result of the run has it (section 3.27.23).
    ...(row.isWaived ? { suppressions: [{ kind: "external", status: "accepted" }] } : {}),
    properties: { concern: row.concern, check: check.id, required: known.isRequired },
  };
}

/** Stays the same while bytes move: no offset, no line, no count. */
function fingerprint({ check, at, subject }: Row): string {
  const parts = JSON.stringify([check.code, at?.file ?? "", at?.member ?? "", subject]);
  return createHash("sha256").update(parts).digest("hex").slice(0, 32);
}

/**
 * Plain text of a message (sections 3.11.5 and 3.11.6): foreign text must make neither a link, `[text](address)`, nor
 * a placeholder, `{0}`.
 */
export function messageText(text: string): string {
  return text
    .split("\n")
    .map((line) => shortened(line, MESSAGE_MAX))
    .join("\n")
    .replaceAll("](", "] (")
    .replaceAll(/\{(\d+)\}/gu, "{{$1}}");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
