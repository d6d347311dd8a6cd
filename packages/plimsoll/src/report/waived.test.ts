import { describe, expect, test } from "vitest";

import { reportWith, sampleFinding, SAMPLE_PAGE } from "../testing/reports.ts";
import { formatReports, type FormatOptions } from "./format.ts";
import type { Report } from "./report.ts";

const NOW = new Date("2026-11-25T12:00:00Z");
const OPTIONS: FormatOptions = {
  style: { columns: 100, hasColour: false, hasUnicode: true },
  pages: [SAMPLE_PAGE],
  strict: true,
  now: NOW,
};
const WAIVER = {
  code: "PLM-SEC-001",
  digest: `sha256:${"a".repeat(64)}`,
  reason: "we wrote it <b>",
  author: "Ada \u001B[2J",
  expires: "2027-01-31",
};

/** A report whose only finding is waived, or was until yesterday. */
function waived(isExpired = false): Report {
  const evidence = isExpired ? { symbol: "x" } : { symbol: "x", waived: true };
  const base = reportWith([sampleFinding({ evidence })]);
  const { security } = base.concerns;
  const verdict = isExpired ? "stop" : "clear";
  return {
    ...base,
    verdict,
    waivers: [isExpired ? { ...WAIVER, expires: "2026-11-24" } : WAIVER],
    concerns: security === undefined ? {} : { security: { ...security, verdict } },
  };
}

describe("a waived finding", () => {
  test.each(["terminal", "markdown", "html"] as const)(
    "%s tells it, by whom and until when, and takes it for no stop",
    async (format) => {
      const text = await formatReports([waived()], format, OPTIONS);
      expect(text).toContain("waived");
      expect(text).toContain("2027-01-31");
      expect(text).toContain("1 finding waived");
      expect(text).not.toContain("\u001B");
      expect(text).not.toContain("expired, counts for nothing");
    },
  );

  test.each(["terminal", "markdown", "html"] as const)("%s says which expired", async (format) => {
    const text = await formatReports([waived(true)], format, OPTIONS);
    expect(text).toContain("expired, counts for nothing");
    expect(text).not.toContain("1 finding waived");
  });

  test("SARIF has it as suppressed, and one that is not as it was", async () => {
    expect(await formatReports([waived()], "sarif", OPTIONS)).toContain('"accepted"');
    expect(await formatReports([waived(true)], "sarif", OPTIONS)).not.toContain('"accepted"');
  });

  test("JUnit fails by it no longer", async () => {
    expect(await formatReports([waived()], "junit", OPTIONS)).toContain('failures="0"');
    expect(await formatReports([waived(true)], "junit", OPTIONS)).toContain('failures="1"');
  });
});
