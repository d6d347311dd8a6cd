import { assertNever } from "./assert-never.ts";
import type { JsonObject } from "./json.ts";
import type { Unread } from "./unread.ts";
import type { Verdict } from "./verdict.ts";

/** How grave a finding is. A note never changes a verdict. */
export type Level = "note" | "caution" | "stop";

/** Where a finding points. */
export type Place = {
  /** Path within the snapshot, `/` between folders. */
  readonly file?: string | undefined;
  /** Member of an archive, a tensor, a JSON path or a metadata key. */
  readonly member?: string | undefined;
  /** Bytes from the start of the file or member. */
  readonly offset?: number | undefined;
};

/** What mends a finding: a sentence, and a command where there is one to paste. */
export type Remedy = { readonly text: string; readonly command?: string };

/** One answer worth telling. */
export type Finding = {
  readonly kind: "finding";
  readonly level: Level;
  /** Key into the check's messages; stable, so that scripts may tell findings of one code apart. */
  readonly key: string;
  readonly message: string;
  readonly at?: Place;
  /** The facts the message was made from. */
  readonly evidence: JsonObject;
  readonly remedy?: Remedy;
  /** False when the finding means that something was seen but could not be judged: the check is then unknown at least. */
  readonly judged: boolean;
  /** True when a waiver lifts it: it is told, and counts for nothing. */
  readonly isWaived?: boolean;
};

/** What a check says when its run ended. */
export type CheckOutcome =
  | { readonly kind: "pass" }
  | { readonly kind: "findings"; readonly findings: readonly Finding[] }
  | { readonly kind: "incomplete"; readonly findings: readonly Finding[]; readonly reason: string }
  | { readonly kind: "unknown"; readonly reason: string }
  | { readonly kind: "not-applicable" };

const LEVEL_VERDICT = { note: "clear", caution: "caution", stop: "stop" } as const;

/** The verdict of a check: its gravest finding, at least `unknown` when it is not complete. */
export function outcomeVerdict(outcome: CheckOutcome): Verdict | "not-applicable" {
  switch (outcome.kind) {
    case "pass":
      return "clear";
    case "unknown":
      return "unknown";
    case "not-applicable":
      return "not-applicable";
    case "findings":
      return gravest(outcome.findings, "clear");
    case "incomplete":
      return gravest(outcome.findings, "unknown");
    default:
      return assertNever(outcome);
  }
}

function gravest(all: readonly Finding[], floor: "clear" | "unknown"): Verdict {
  const findings = all.filter((finding) => finding.isWaived !== true);
  if (findings.some((finding) => finding.level === "stop")) return "stop";
  if (floor === "unknown") return "unknown";
  return findings.some((finding) => LEVEL_VERDICT[finding.level] === "caution")
    ? "caution"
    : "clear";
}

/** Joins what a check found, what it could not judge and what was unread into its outcome. */
export function concludeCheck(
  findings: readonly Finding[],
  unread: readonly Unread[],
): CheckOutcome {
  const unjudged = findings.filter(
    (finding) => !finding.judged && finding.isWaived !== true,
  ).length;
  if (unread.length === 0 && unjudged === 0) {
    return findings.length === 0 ? { kind: "pass" } : { kind: "findings", findings };
  }
  const reason = incompleteness(unread, unjudged);
  return findings.length === 0
    ? { kind: "unknown", reason }
    : { kind: "incomplete", findings, reason };
}

function incompleteness(unread: readonly Unread[], unjudged: number): string {
  const parts: string[] = [];
  const [first] = unread;
  if (first !== undefined) {
    const place = first.file === "." ? "" : `${first.file}: `;
    const more = unread.length === 1 ? "" : ` (and ${unread.length - 1} more unread)`;
    parts.push(`${place}${first.reason}${more}`);
  }
  if (unjudged > 0) parts.push(`${unjudged} found that nobody has reviewed`);
  return parts.join("; ");
}
