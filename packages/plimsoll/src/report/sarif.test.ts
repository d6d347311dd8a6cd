import { readFileSync } from "node:fs";

import { Ajv } from "ajv";
import { fullFormats } from "ajv-formats/dist/formats.js";
import { describe, expect, test } from "vitest";

import { corpusFile } from "../testing/corpora.ts";
import {
  HOSTILE_TEXTS,
  hostileReport,
  modelOf,
  reportWith,
  SAMPLE_PAGE,
  sampleConcern,
  sampleFinding,
  sampleReport,
} from "../testing/reports.ts";
import type { Report, ReportFinding } from "./report.ts";
import type { SarifLog, SarifResult, SarifRun } from "./sarif/types.ts";
import { SARIF_MAX_RESULTS, sarifReport } from "./sarif.ts";

const log = (...reports: readonly Report[]): SarifLog =>
  JSON.parse(sarifReport(reports, [SAMPLE_PAGE]));

function run(report: Report): SarifRun {
  const [only] = log(report).runs;
  if (only === undefined) throw new Error("no run");
  return only;
}

const resultsOf = (...findings: readonly ReportFinding[]): readonly SarifResult[] =>
  run(reportWith(findings)).results;

test("levels are those of the standard, gravest first, unknown before caution", () => {
  const report = reportWith([
    sampleFinding({ level: "note" }),
    sampleFinding({ level: "caution" }),
    sampleFinding({ level: "stop" }),
  ]);
  const { results } = run({
    ...report,
    concerns: {
      ...report.concerns,
      community: sampleConcern({
        verdict: "unknown",
        checks: [
          { id: "community/history", code: "PLM-COM-001", outcome: "unknown", reason: "no date" },
        ],
      }),
    },
  });
  expect(results.map(({ kind, level }) => [kind, level])).toEqual([
    ["fail", "error"],
    ["open", "none"],
    ["fail", "warning"],
    ["fail", "note"],
  ]);
});

test("a rule is a code, with its page as help", () => {
  const { tool, results } = run(reportWith([sampleFinding()]));
  const rule = tool.driver.rules[results[0]?.ruleIndex ?? -1];
  expect(rule?.id).toBe("PLM-SEC-001");
  expect(rule?.help?.text).toContain("Take another file.");
  expect(rule?.defaultConfiguration).toEqual({ level: "error" });
  expect(run(sampleReport()).tool.driver.rules[0]?.name).toBe("security/secrets");
});

describe("places", () => {
  test("a member is an artifact within its file, and its byte counts from its own start", () => {
    const { artifacts, results } = run(reportWith([sampleFinding()]));
    const [result] = results;
    expect(artifacts).toEqual([
      { location: { uri: "models/small/model.bin" } },
      { location: { uri: "/archive/data.pkl" }, parentIndex: 0 },
    ]);
    expect(result?.locations[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: "models/small/model.bin", index: 0 },
    });
    expect(result?.relatedLocations?.[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: "/archive/data.pkl", index: 1 },
      region: { byteOffset: 12, byteLength: 0 },
    });
  });

  test.each([
    [{ file: "a.gguf", offset: 8 }, {}, { byteOffset: 8, byteLength: 0 }],
    [{ file: "a.json", offset: 8 }, { line: 3 }, { startLine: 3 }],
    [{ file: "a.json" }, {}, undefined],
  ])("a region is a line, a byte or none: %j %j", (at, evidence, region) => {
    const [result] = resultsOf(sampleFinding({ at, evidence }));
    expect(result?.locations[0]?.physicalLocation.region).toEqual(region);
  });

  test.each([
    ["models/small", 3, "models/small/a%20%23%25%3F.bin"],
    ["./models//small/", 3, "models/small/a%20%23%25%3F.bin"],
    [".", 3, "a%20%23%25%3F.bin"],
    ["models/a #%?.bin", 1, "models/a%20%23%25%3F.bin"],
    ["a #%?.bin", 1, "a%20%23%25%3F.bin"],
  ])("in %s of %i files a file is %s", (reference, files, uri) => {
    const report = reportWith([sampleFinding({ at: { file: "a #%?.bin" } })], {
      model: modelOf(reference, files),
    });
    expect(run(report).artifacts[0]?.location).toEqual({ uri });
    expect(run(report).originalUriBaseIds).toBeUndefined();
  });

  test.each(["/srv/models/small", "../small", "C:\\models\\small"])(
    "outside the working folder (%s) the model is the root, and no path of the machine is told",
    (reference) => {
      const report = reportWith([sampleFinding({ at: { file: "a.bin" } })], {
        model: modelOf(reference, 3),
      });
      const { artifacts, originalUriBaseIds } = run(report);
      expect(artifacts[0]?.location).toEqual({ uri: "a.bin", uriBaseId: "MODEL" });
      expect(Object.keys(originalUriBaseIds ?? {})).toEqual(["MODEL"]);
    },
  );

  test("every result has an artifact, or GitHub refuses them all", () => {
    const { at: _, ...nowhere } = sampleFinding();
    const [result] = resultsOf(nowhere);
    expect(result?.locations[0]?.physicalLocation.artifactLocation.uri).toBe("models/small");
  });
});

const print = (finding: ReportFinding): string | undefined =>
  resultsOf(finding)[0]?.partialFingerprints["plimsoll/v1"];
const counted = (message: string): ReportFinding => sampleFinding({ message, evidence: {} });

describe("fingerprints", () => {
  const before = print(sampleFinding());

  test("stay when bytes move or are counted anew", () => {
    const at = { file: "model.bin", member: "archive/data.pkl", offset: 99 };
    expect(print(sampleFinding({ at }))).toBe(before);
    expect(print(counted("line 3: a key"))).toBe(print(counted("line 14: a key")));
  });

  test.each([
    ["file", { at: { file: "b.bin", member: "archive/data.pkl" } }],
    ["member", { at: { file: "model.bin", member: "other.pkl" } }],
    ["symbol", { evidence: { symbol: "builtins.eval" } }],
    ["message", { message: "another", evidence: {} }],
  ])("change with the %s", (_, change) => {
    expect(print(sampleFinding(change))).not.toBe(before);
  });

  test("two of a kind are told apart, for GitHub too", () => {
    const results = resultsOf(sampleFinding(), sampleFinding());
    const prints = results.map((result) => result.partialFingerprints["primaryLocationLineHash"]);
    expect(new Set(prints).size).toBe(2);
  });

  test("a line is left to GitHub to fingerprint by its text", () => {
    const [result] = resultsOf(sampleFinding({ evidence: { line: 2 }, at: { file: "a.json" } }));
    expect(result?.partialFingerprints["primaryLocationLineHash"]).toBeUndefined();
  });
});

const many = (count: number): SarifRun =>
  run(
    reportWith([
      ...Array.from({ length: count - 1 }, (_, offset) =>
        sampleFinding({ level: "note", at: { file: "a", offset } }),
      ),
      sampleFinding(),
    ]),
  );

test("as many results as GitHub shows are kept, the gravest, and the cut is told", () => {
  const whole = many(SARIF_MAX_RESULTS);
  expect(whole.results).toHaveLength(SARIF_MAX_RESULTS);
  expect(whole.invocations[0]?.toolExecutionNotifications).toEqual([]);
  const cut = many(SARIF_MAX_RESULTS + 1);
  expect(cut.results).toHaveLength(SARIF_MAX_RESULTS);
  expect(cut.results[0]?.level).toBe("error");
  const [notice] = cut.invocations[0]?.toolExecutionNotifications ?? [];
  expect(notice?.descriptor.id).toBe("plimsoll/cut");
});

test("what was not read is a notification at its file", () => {
  const report = sampleReport({ unread: [{ file: "a.bin", reason: "too deep" }] });
  const [notice] = run(report).invocations[0]?.toolExecutionNotifications ?? [];
  expect(notice?.descriptor.id).toBe("plimsoll/unread");
  expect(notice?.locations?.[0]?.physicalLocation.artifactLocation.uri).toBe("models/small/a.bin");
});

test("a fleet is a run a model, and no two runs share a category", () => {
  const { runs } = log(sampleReport(), sampleReport(), sampleReport({ model: modelOf("b", 1) }));
  expect(runs.map(({ automationDetails }) => automationDetails.id)).toEqual([
    "plimsoll/models%2Fsmall/",
    "plimsoll/models%2Fsmall-2/",
    "plimsoll/b/",
  ]);
});

test.each([
  ["[click](https://evil.example)", "[click] (https://evil.example)"],
  ["{0} of {12}", "{{0}} of {{12}}"],
  ["{% x %} [a] (b)", "{% x %} [a] (b)"],
  ["a\u202Eb", String.raw`a\u202eb`],
])("a message makes neither link nor placeholder: %s", (message, text) => {
  const { remedy: _, ...finding } = sampleFinding({ message });
  expect(resultsOf(finding)[0]?.message.text).toBe(text);
});

describe("the schema", () => {
  const file = corpusFile("schemas/sarif/sarif-schema-2.1.0.json");
  const check = file === undefined ? undefined : validator(file);

  test.skipIf(check === undefined)("is satisfied", () => {
    const reports = [
      sampleReport(),
      reportWith([sampleFinding(), sampleFinding({ level: "note" })], { model: modelOf("/a", 2) }),
      ...HOSTILE_TEXTS.map(hostileReport),
    ];
    expect(check?.(log(...reports))).toEqual([]);
  });

  test.skipIf(check === undefined)("catches a log that is not right", () => {
    const whole = log(reportWith([sampleFinding()]));
    expect(check?.({ ...whole, version: "2.0.0" })).not.toEqual([]);
    const [first] = whole.runs;
    const artifacts = [{ location: { uri: "a b" } }];
    expect(check?.({ ...whole, runs: [{ ...first, artifacts }] })).not.toEqual([]);
  });
});

/** The schema is of draft 4, whose words this one shares with draft 7 but for its identifier. */
function validator(file: string): (value: unknown) => unknown[] {
  const { $schema: _, id: __, ...schema } = JSON.parse(readFileSync(file, "utf8"));
  const ajv = new Ajv({ strict: false, formats: fullFormats });
  const validate = ajv.compile(schema);
  return (value) => (validate(value) ? [] : (validate.errors ?? []));
}
