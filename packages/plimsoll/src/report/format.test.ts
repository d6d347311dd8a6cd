import { parse } from "valibot";
import { expect, test } from "vitest";

import { reportWith, SAMPLE_PAGE, sampleFinding, sampleReport } from "../testing/reports.ts";
import { formatReports, isReportFormat, REPORT_FORMATS, type FormatOptions } from "./format.ts";
import { fleetSchema, reportSchema } from "./schema.ts";

const OPTIONS: FormatOptions = {
  style: { columns: 80, hasColour: false, hasUnicode: true },
  pages: [SAMPLE_PAGE],
  strict: false,
  now: new Date("2026-11-25T12:00:00Z"),
};
const clear = sampleReport();
const stop = reportWith([sampleFinding()]);

test.each(REPORT_FORMATS)(
  "%s holds one report and several, and ends its last line",
  async (format) => {
    const one = await formatReports([stop], format, OPTIONS);
    const two = await formatReports([clear, stop], format, OPTIONS);
    expect(one).toMatch(/[^\n]\n$/u);
    expect(two.length).toBeGreaterThan(one.length);
    expect(one).toContain("loading this file reaches os.system");
  },
);

test("JSON of one report is that report, byte for byte as ever", async () => {
  const text = await formatReports([stop], "json", OPTIONS);
  expect(text).toBe(`${JSON.stringify(stop, null, 2)}\n`);
  expect(parse(reportSchema, JSON.parse(text))).toEqual(stop);
});

test("JSON of several is a fleet with the worst verdict", async () => {
  const fleet: unknown = JSON.parse(await formatReports([clear, stop], "json", OPTIONS));
  expect(parse(fleetSchema, fleet)).toEqual({
    schema: "plimsoll/fleet@1",
    verdict: "stop",
    reports: [clear, stop],
  });
});

test("a format is one of six words", () => {
  expect(REPORT_FORMATS.every(isReportFormat)).toBe(true);
  expect(isReportFormat("pdf")).toBe(false);
});
