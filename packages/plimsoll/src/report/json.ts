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
  return `${JSON.stringify(value, null, 2)}\n`;
}
