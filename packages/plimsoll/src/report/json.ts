import { joinVerdicts, type Verdict } from "../kernel/verdict.ts";
import type { Report } from "./report.ts";

/** Several reports and the worst of their verdicts (schema: docs/reference/fleet.schema.json). */
export type FleetReport = {
  readonly schema: "plimsoll/fleet@1";
  readonly verdict: Verdict;
  readonly reports: readonly Report[];
};

/** The reports as JSON: one stands for itself, several in a fleet. */
export function jsonReport(reports: readonly Report[]): string {
  const [only] = reports;
  const fleet: FleetReport = {
    schema: "plimsoll/fleet@1",
    verdict: joinVerdicts(reports.map(({ verdict }) => verdict)),
    reports,
  };
  const value = reports.length === 1 && only !== undefined ? only : fleet;
  return `${JSON.stringify(value, null, 2).replaceAll(UNSEEN, escapeOf)}\n`;
}

/** Characters that JSON may carry raw and that a terminal obeys or a person cannot see: C1 controls, bidi marks, line separators, tags. */
const UNSEEN =
  /[\u007F-\u009F\u00AD\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB]|[\u{E0000}-\u{E007F}]/gu;

/** The same character as JSON escapes it, in one or two parts (RFC 8259, section 7). */
function escapeOf(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    const unit = character.charCodeAt(index);
    return `\\u${unit.toString(16).padStart(4, "0")}`;
  }).join("");
}
