import type { Concern } from "../kernel/concern.ts";
import type { ExplainedCheck } from "../report/page.ts";
import type { Report, ReportCheck, ReportConcern, ReportFinding } from "../report/report.ts";

/** A concern that is clear, with changes. */
export function sampleConcern(change: Partial<ReportConcern> = {}): ReportConcern {
  return {
    verdict: "clear",
    basis: ["read"],
    limits: ["what weights do"],
    measurements: [],
    checks: [{ id: "ease/template", code: "PLM-EAS-001", outcome: "pass" }],
    ...change,
  };
}

/** A report that is clear, with changes. */
export function sampleReport(change: Partial<Report> = {}): Report {
  return {
    schema: "plimsoll/report@1",
    tool: { version: "0.0.0", knowledge: "2026-11-25" },
    model: modelOf("models/small", 3),
    setting: {
      use: "",
      audience: "me",
      data: "internal",
      appetite: "ask",
      territory: { seat: [], users: [] },
      context: 4096,
      concurrency: 1,
      kvCache: "f16",
      hardware: { memory: null },
    },
    required: ["security"],
    verdict: "clear",
    unread: [],
    waivers: [],
    concerns: { security: sampleConcern({ checks: [passed("security/secrets", "PLM-SEC-031")] }) },
    ...change,
  };
}

/** What a report says of the model. */
export function modelOf(reference: string, files: number): Report["model"] {
  return { reference, revision: null, digest: null, digestState: "none", files, bytes: 2_000 };
}

/** A check that passed. */
export function passed(id: string, code: string): ReportCheck {
  return { id, code, outcome: "pass" };
}

/** A finding that reaches `os.system` in a member of a file, with changes. */
export function sampleFinding(change: Partial<ReportFinding> = {}): ReportFinding {
  return {
    level: "stop",
    message: "loading this file reaches os.system",
    at: { file: "model.bin", member: "archive/data.pkl", offset: 12 },
    evidence: { symbol: "os.system" },
    remedy: { text: "Do not load this file.", command: "plimsoll explain PLM-SEC-001" },
    ...change,
  };
}

/** A report with these findings of one check, and what the concern they belong to then is. */
export function reportWith(
  findings: readonly ReportFinding[],
  change: Partial<Report> = {},
  concern: Concern = "security",
): Report {
  const levels = new Set(findings.map(({ level }) => level));
  const verdict = levels.has("stop") ? "stop" : levels.has("caution") ? "caution" : "clear";
  const check: ReportCheck = {
    id: "security/pickle-imports",
    code: "PLM-SEC-001",
    outcome: "findings",
    findings,
  };
  return sampleReport({
    verdict,
    concerns: { [concern]: sampleConcern({ verdict, checks: [check] }) },
    ...change,
  });
}

/** Texts that would be markup, code, a link or a command in one form or another. */
export const HOSTILE_TEXTS: readonly string[] = [
  "<script>window.ran=1;alert(1)</script>.bin",
  `"><img src=x onerror="window.ran=1">`,
  "' onmouseover='window.ran=1",
  "</style></title></textarea><svg onload=window.ran=1>",
  "javascript:window.ran=1",
  "a\u202Egpj.exe",
  "\u001B[2J\u0000\u0008",
  "]]><x/><!--",
  "Q&A &lt;b&gt; &#60;i&#62; &bogus;",
  "[click](https://evil.example) ![x](https://evil.example/x.png)",
  "@someone #1 https://evil.example www.evil.example a|b `c` ``d``",
  "{0} {{1}} %2e%2e/../x",
  "//evil.example/x",
  "half \uD800 a pair \uFFFF",
  `${"n".repeat(10_000)}.bin`,
];

/** A report that carries a text in every place where foreign text may stand. */
export function hostileReport(text: string): Report {
  const finding = sampleFinding({
    message: text,
    at: { file: text, member: text, offset: 3 },
    evidence: { symbol: text },
    remedy: { text, command: text },
  });
  const base = reportWith([finding]);
  return {
    ...base,
    model: { ...modelOf(text, 2), revision: text },
    setting: { ...base.setting, use: text },
    unread: [
      { file: text, member: text, reason: text },
      { file: ".", reason: text },
    ],
    concerns: {
      ...base.concerns,
      ease: sampleConcern({ limits: [text] }),
      community: sampleConcern({
        verdict: "unknown",
        checks: [
          { id: "community/history", code: "PLM-COM-001", outcome: "unknown", reason: text },
        ],
      }),
    },
  };
}

/** The page of the check that `reportWith` names. */
export const SAMPLE_PAGE: ExplainedCheck = {
  id: "security/pickle-imports",
  code: "PLM-SEC-001",
  title: "Pickled files import code",
  why: "Loading a pickle runs what it imports.",
  source: { url: "https://docs.python.org/3/library/pickle.html", read: "2026-11-25" },
  page: {
    detects: "Opcodes.",
    levels: { stop: "it runs something.", unknown: "nobody reviewed it." },
    mend: "Take another file.",
  },
  limits: ["arguments"],
};
