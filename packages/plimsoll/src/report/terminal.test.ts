/* oxlint-disable no-control-regex -- control characters are what this is about */
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { printable } from "./foreign-text.ts";
import type { Report, ReportConcern } from "./report.ts";
import { fleetSummary, terminalReport, type TerminalStyle } from "./terminal.ts";
import { columnsOf, cut, wrap } from "./width.ts";

const concern = (change: Partial<ReportConcern>): ReportConcern => ({
  verdict: "clear",
  basis: ["read"],
  limits: ["what weights do"],
  measurements: [],
  checks: [{ id: "ease/a", code: "PLM-EAS-001", outcome: "pass" }],
  ...change,
});

const report = (change: Partial<Report> = {}): Report => ({
  schema: "plimsoll/report@1",
  tool: { version: "0", knowledge: "2026-11-25" },
  model: { reference: "m", revision: null, digest: null, digestState: "none", files: 1, bytes: 2 },
  setting: {
    use: "",
    audience: "me",
    data: "internal",
    appetite: "ask",
    territory: { seat: [], users: [] },
    context: 1,
    concurrency: 1,
    kvCache: "f16",
    hardware: { memory: null },
  },
  required: ["security"],
  verdict: "clear",
  unread: [],
  waivers: [],
  concerns: { security: concern({}) },
  ...change,
});

const PLAIN: TerminalStyle = { columns: 80, hasColour: false, hasUnicode: true };
const finding = (message: string): ReportConcern =>
  concern({
    verdict: "stop",
    checks: [
      {
        id: "security/a",
        code: "PLM-SEC-001",
        outcome: "findings",
        findings: [
          {
            level: "stop",
            message,
            at: { file: "a\u001B[31m.bin", offset: 1234 },
            evidence: {},
            remedy: { text: "do this", command: "plimsoll x" },
          },
        ],
      },
    ],
  });

test("a clear names its basis and what was not seen", () => {
  const text = terminalReport(report(), PLAIN);
  expect(text).toContain("CLEAR");
  expect(text).toContain("what weights do");
});

test("a finding is shown with place, remedy and command", () => {
  const text = terminalReport(
    report({ verdict: "stop", concerns: { security: finding("bad") } }),
    PLAIN,
  );
  expect(text).toContain("PLM-SEC-001 stop: bad");
  expect(text).toContain("byte 1,234");
  expect(text).toContain("do this");
  expect(text).toContain("plimsoll x");
  expect(text).not.toContain("what weights do");
});

test("the same remedy for findings in a row is told once, below the last", () => {
  const one = {
    level: "caution",
    evidence: {},
    remedy: { text: "fetch", command: "git x" },
  } as const;
  const findings = [
    { ...one, message: "first" },
    { ...one, message: "second" },
    { ...one, message: "third", remedy: { text: "other" } },
  ];
  const check = { id: "security/a", code: "PLM-SEC-001", outcome: "findings", findings } as const;
  const text = terminalReport(
    report({ concerns: { security: concern({ verdict: "caution", checks: [check] }) } }),
    PLAIN,
  );
  expect(text.split("git x")).toHaveLength(2);
  expect(text.indexOf("second")).toBeLessThan(text.indexOf("git x"));
  expect(text.indexOf("git x")).toBeLessThan(text.indexOf("third"));
});

test("what makes up the verdict comes before what stands beside it", () => {
  const bad = finding("in quality").checks;
  const text = terminalReport(
    report({
      required: ["privacy"],
      concerns: {
        quality: concern({ verdict: "stop", checks: bad }),
        privacy: concern({ verdict: "stop", checks: finding("in privacy").checks }),
      },
    }),
    PLAIN,
  );
  expect(text.lastIndexOf("in privacy")).toBeLessThan(text.lastIndexOf("in quality"));
});

test("foreign text cannot write to the terminal", () => {
  const hostile = report({
    model: { ...report().model, reference: "\u001B]0;x\u0007" },
    concerns: { security: finding("\u202Eevil\u001B[2J\r\n") },
    unread: [{ file: "\u0000", reason: "\u001B[1A" }],
  });
  const plain = terminalReport(hostile, PLAIN);
  expect(plain).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]/u);
});

test("no colour where none is wanted, ASCII where nothing else can be shown", () => {
  const coloured = terminalReport(report(), { ...PLAIN, hasColour: true });
  expect(coloured).toContain("\u001B[");
  const ascii = terminalReport(report({ concerns: { security: finding("bad") } }), {
    ...PLAIN,
    hasUnicode: false,
  });
  expect(ascii.replaceAll("\\u001b", "")).toMatch(/^[\u0000-\u007F]*$/u);
});

test.each([40, 60, 80, 120])("no line is wider than %i columns", (columns) => {
  const long = report({
    verdict: "stop",
    required: ["security", "resources", "licensing", "ease", "privacy", "quality", "ethics"],
    model: { ...report().model, reference: "/very/long/".repeat(20) },
    concerns: { security: finding(`${"word ".repeat(60)}${"x".repeat(200)}`), ease: concern({}) },
    unread: [{ file: "f".repeat(300), reason: "r ".repeat(100) }],
  });
  const widths = terminalReport(long, { ...PLAIN, columns })
    .split("\n")
    .map(columnsOf);
  expect(Math.max(...widths)).toBeLessThanOrEqual(columns);
});

test("more findings and unread parts than fit are counted", () => {
  const many = report({
    unread: Array.from({ length: 25 }, (_, index) => ({ file: `f${index}`, reason: "r" })),
  });
  expect(terminalReport(many, PLAIN)).toContain("15 more");
});

const named = (reference: string, verdict: Report["verdict"]): Report =>
  report({ verdict, model: { ...report().model, reference } });

test("a fleet ends with its models, worst first; one model does not", () => {
  const [summary = ""] = fleetSummary([named("calm", "clear"), named("bad\u001B", "stop")], PLAIN);
  expect(summary.indexOf("stop")).toBeLessThan(summary.indexOf("calm"));
  expect(summary).toContain("bad\\u001b");
  expect(fleetSummary([named("calm", "clear")], PLAIN)).toEqual([]);
});

describe("printable", () => {
  test("keeps every script and emoji, escapes what cannot be seen", () => {
    expect(printable("Modèle 模型 😀")).toBe("Modèle 模型 😀");
    expect(printable("a\tb\u200Bc\uD800")).toBe("a\\u0009b\\u200bc\\ud800");
  });

  test("leaves nothing that a terminal obeys", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        (text) => !/[\u0000-\u001F\u007F-\u009F]/u.test(printable(text)),
      ),
    );
  });
});

describe("width", () => {
  test("wide characters take two columns", () => {
    expect(columnsOf("模型")).toBe(4);
    expect(columnsOf("e\u0301")).toBe(1);
    expect(cut("模型模型", 5)).toBe("模型…");
  });

  test("wrapped lines fit, and lose nothing but spaces", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "grapheme-ascii", maxLength: 30 })),
        fc.integer({ min: 2, max: 40 }),
        (words, columns) => {
          const text = words.map((word) => word.replaceAll(/\s/gu, "")).join(" ");
          const lines = wrap(text, columns);
          return (
            lines.every((line) => columnsOf(line) <= columns) &&
            lines.join("").replaceAll(" ", "") === text.replaceAll(" ", "")
          );
        },
      ),
    );
  });
});
