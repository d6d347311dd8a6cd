import { readFileSync } from "node:fs";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { CONCERNS } from "../kernel/concern.ts";
import { fails } from "../kernel/conclude.ts";
import { joinVerdicts, VERDICTS } from "../kernel/verdict.ts";
import { corpusFile } from "../testing/corpora.ts";
import {
  HOSTILE_TEXTS,
  hostileReport,
  modelOf,
  reportWith,
  sampleConcern,
  sampleFinding,
  sampleReport,
} from "../testing/reports.ts";
import { parseXml, xsdFaults, type XmlElement } from "../testing/xml.ts";
import { junitReport } from "./junit.ts";
import type { Report, ReportCheck } from "./report.ts";

const LAX = { strict: false, now: new Date("2026-11-25T12:00:00Z") };
const STRICT = { ...LAX, strict: true };

const total = (xml: string, name: string): number =>
  parseXml(xml).children.reduce((sum, suite) => sum + Number(suite.attributes.get(name)), 0);

/** The one case of a report, and how it ended. */
function ending(report: Report, options = LAX): string {
  const [first] = casesOf(junitReport([report], options));
  return first?.children[0]?.name ?? "passed";
}

function casesOf(xml: string): readonly XmlElement[] {
  return parseXml(xml).children.flatMap((suite) =>
    suite.children.filter(({ name }) => name === "testcase"),
  );
}

const unknown: ReportCheck = {
  id: "security/coverage",
  code: "PLM-SEC-039",
  outcome: "unknown",
  reason: "2 parts unread",
};
const notApplicable: ReportCheck = {
  id: "security/template-reach",
  code: "PLM-SEC-020",
  outcome: "not-applicable",
};
const withCheck = (check: ReportCheck, change: Partial<Report> = {}): Report =>
  sampleReport({ concerns: { security: sampleConcern({ checks: [check] }) }, ...change });

const incomplete = (level: "stop" | "caution"): Report =>
  withCheck(
    {
      id: "security/pickle-imports",
      code: "PLM-SEC-001",
      outcome: "findings",
      complete: false,
      reason: "1 part unread",
      findings: [sampleFinding({ level })],
    },
    { verdict: level === "stop" ? "stop" : "unknown" },
  );

describe("what a check ends as", () => {
  test.each([
    ["a stop fails", reportWith([sampleFinding()]), LAX, "failure"],
    ["a caution passes", reportWith([sampleFinding({ level: "caution" })]), LAX, "passed"],
    [
      "a caution fails under strict",
      reportWith([sampleFinding({ level: "caution" })]),
      STRICT,
      "failure",
    ],
    [
      "a note passes under strict",
      reportWith([sampleFinding({ level: "note" })]),
      STRICT,
      "passed",
    ],
    ["unknown is an error", withCheck(unknown, { verdict: "unknown" }), LAX, "error"],
    ["not applicable is skipped", withCheck(notApplicable), LAX, "skipped"],
    ["a pass passes", sampleReport(), STRICT, "passed"],
  ] as const)("%s", (_, report, options, expected) => {
    expect(ending(report, options)).toBe(expected);
  });

  test("a check that is not complete is an error, unless it saw a stop", () => {
    expect(ending(incomplete("caution"))).toBe("error");
    expect(ending(incomplete("stop"))).toBe("failure");
  });

  test("what the setting does not require is skipped, and says what was found", () => {
    const report = reportWith([sampleFinding()], { required: ["ease"], verdict: "clear" });
    const xml = junitReport([report], LAX);
    expect(ending(report)).toBe("skipped");
    expect(xml).toContain("loading this file reaches os.system");
  });

  test("a caution that passes is told in the suite's output", () => {
    const report = reportWith([sampleFinding({ level: "caution" })]);
    const [suite] = parseXml(junitReport([report], LAX)).children;
    const output = suite?.children.find(({ name }) => name === "system-out");
    expect(output?.text).toContain("caution: loading this file reaches os.system");
  });
});

test("a build fails exactly when vet does", () => {
  const verdict = fc.constantFrom(...VERDICTS, "not-applicable" as const);
  const concerns = fc.dictionary(fc.constantFrom(...CONCERNS), verdict);
  fc.assert(
    fc.property(concerns, fc.subarray([...CONCERNS]), fc.boolean(), (verdicts, require, strict) => {
      const report = gated(verdicts, require);
      const xml = junitReport([report], { ...LAX, strict });
      const isRed = total(xml, "failures") + total(xml, "errors") > 0;
      return isRed === fails(report.verdict, { require, strict });
    }),
    { numRuns: 60 },
  );
});

type Verdicts = Readonly<Record<string, (typeof VERDICTS)[number] | "not-applicable">>;

/** A report whose concerns have these verdicts, joined as `conclude` joins them. */
function gated(verdicts: Verdicts, require: readonly (typeof CONCERNS)[number][]): Report {
  const concerns = Object.fromEntries(
    Object.entries(verdicts).map(([name, verdict]) => {
      const named = { id: `${name}/a`, code: "PLM-SEC-001" };
      const check: ReportCheck =
        verdict === "unknown"
          ? { ...named, outcome: "unknown", reason: "r" }
          : verdict === "not-applicable"
            ? { ...named, outcome: "not-applicable" }
            : verdict === "clear"
              ? { ...named, outcome: "pass" }
              : { ...named, outcome: "findings", findings: [sampleFinding({ level: verdict })] };
      return [name, sampleConcern({ verdict, checks: [check] })];
    }),
  );
  return sampleReport({
    concerns,
    required: require.filter((name) => verdicts[name] !== undefined),
    verdict: joinVerdicts(require.map((name) => verdicts[name] ?? "unknown")),
  });
}

test("counts are those of the cases, and suites are numbered from nought", () => {
  const xml = junitReport([reportWith([sampleFinding()]), withCheck(unknown)], LAX);
  const { children } = parseXml(xml);
  expect(children.map(({ attributes }) => attributes.get("id"))).toEqual(["0", "1"]);
  expect(total(xml, "tests")).toBe(casesOf(xml).length);
  expect([total(xml, "failures"), total(xml, "errors")]).toEqual([1, 1]);
});

test.each(HOSTILE_TEXTS)("hostile text stays text: %#", (text) => {
  const xml = junitReport([hostileReport(text)], LAX);
  const names = (element: XmlElement): string[] => [
    element.name,
    ...element.children.flatMap(names),
  ];
  expect(names(parseXml(xml))).toEqual(names(parseXml(junitReport([hostileReport("x")], LAX))));
});

describe.each(["JUnit.xsd", "junit-10.xsd"])("%s", (name) => {
  const schema = corpusFile(`schemas/junit/${name}`);
  const faults = (xml: string): string[] =>
    xsdFaults(schema === undefined ? "" : readFileSync(schema, "utf8"), xml);

  test.skipIf(schema === undefined)("is satisfied", () => {
    const many = [
      sampleReport(),
      reportWith([sampleFinding(), sampleFinding({ level: "caution" })]),
      withCheck(unknown, { model: modelOf("  two  spaces ", 1) }),
      withCheck(notApplicable),
      ...HOSTILE_TEXTS.map(hostileReport),
    ];
    expect(faults(junitReport(many, STRICT))).toEqual([]);
    expect(faults(junitReport([], LAX))).toEqual([]);
  });

  test.skipIf(schema === undefined)("catches a file that is not right", () => {
    const xml = junitReport([reportWith([sampleFinding()])], LAX);
    expect(faults(xml.replace(' failures="1"', ""))).not.toEqual([]);
    expect(faults(xml.replace(' errors="0"', ' mistakes="0"'))).not.toEqual([]);
    expect(faults(xml.replaceAll("failure", "fault"))).not.toEqual([]);
  });
});
