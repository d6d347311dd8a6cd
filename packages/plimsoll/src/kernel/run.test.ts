import { expect, test } from "vitest";

import { defineCheck, type AnyCheck, type CheckContext } from "./check.ts";
import { conclude, fails } from "./conclude.ts";
import type { Concern } from "./concern.ts";
import type { EvidenceStore, Gathered } from "./evidence-store.ts";
import { CHECK_MAX_FINDINGS, runChecks, type CheckResult } from "./run.ts";
import { unread } from "./unread.ts";

const context: CheckContext = {
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
  knowledge: {
    read: () => {
      throw new TypeError("no facts here");
    },
  },
  now: new Date(0),
};

type Body = Parameters<typeof makeCheck>[0];

const makeCheck = (run: AnyCheck["begin"]): AnyCheck => ({
  ...defineCheck({
    id: "ease/test",
    code: "PLM-EAS-999",
    title: "t",
    why: "w",
    source: { url: "https://example.org", read: "2026-11-25" },
    basis: "read",
    needs: [],
    limits: ["nothing else"],
    page: { detects: "", levels: {}, mend: "" },
    messages: { it: (a: { n: number }) => `it ${a.n}` },
    *run(_evidence, _context, finding) {
      yield finding.note("it", { n: 1 });
    },
  }),
  begin: run,
});

const storeOf = (gathered: Gathered): EvidenceStore => ({
  gather: () => Promise.resolve(gathered),
});
const NOTHING_UNREAD = storeOf({ kind: "failed", unread: [] });

const real = defineCheck({
  id: "ease/real",
  code: "PLM-EAS-998",
  title: "t",
  why: "w",
  source: { url: "https://example.org", read: "2026-11-25" },
  basis: "read",
  needs: [],
  limits: [],
  page: { detects: "", levels: {}, mend: "" },
  messages: { it: (a: { n: number }) => `it ${a.n}` },
  *run(_evidence, _context, finding) {
    yield finding.stop("it", { n: 7 }, { file: "f", offset: 3 }, { remedy: { text: "mend" } });
  },
});

async function result(
  check: AnyCheck,
  evidence: EvidenceStore,
  concern: Concern = "ease",
): Promise<CheckResult> {
  const [first] = await runChecks({
    checks: [
      {
        id: check.id,
        code: check.code,
        title: check.title,
        concern,
        load: () => Promise.resolve(check),
      },
    ],
    evidence,
    context,
  });
  if (first === undefined) throw new TypeError("no result");
  return first;
}

const empty = async (unreads: Gathered["unread"] = []): Promise<EvidenceStore> => {
  const { openEvidence } = await import("./evidence-store.ts");
  const gathered = await openEvidence([], {}).gather([]);
  return storeOf(gathered.kind === "gathered" ? { ...gathered, unread: unreads } : gathered);
};

const failing: Body = () => {
  throw new RangeError("broken");
};

test("a finding carries message, place, facts and remedy", async () => {
  const { outcome } = await result(real, await empty());
  expect(outcome).toEqual({
    kind: "findings",
    findings: [
      {
        kind: "finding",
        level: "stop",
        key: "it",
        message: "it 7",
        at: { file: "f", offset: 3 },
        evidence: { n: 7 },
        remedy: { text: "mend" },
        judged: true,
      },
    ],
  });
});

test("a check that throws is unknown with its error as the reason, and keeps what it found before", async () => {
  const { outcome } = await result(makeCheck(failing), await empty());
  expect(outcome).toMatchObject({ kind: "unknown", reason: expect.stringContaining("broken") });
  const half = makeCheck(function* run(evidence, where) {
    yield* real.begin(evidence, where);
    throw new RangeError("late");
  });
  expect((await result(half, await empty())).outcome).toMatchObject({
    kind: "incomplete",
    findings: [{ level: "stop" }],
  });
});

test("unread evidence makes a passing check unknown, though the check never saw it", async () => {
  // oxlint-disable-next-line require-yield -- a check that finds nothing
  const silent = makeCheck(function* run() {
    return undefined;
  });
  expect((await result(silent, await empty())).outcome).toEqual({ kind: "pass" });
  const store = await empty([unread("a", "truncated")]);
  expect((await result(silent, store)).outcome).toEqual({
    kind: "unknown",
    reason: "a: truncated",
  });
});

test("not-applicable does not hide what was unread", async () => {
  // oxlint-disable-next-line require-yield -- a check with nothing to look at
  const away = makeCheck(function* run() {
    return "not-applicable";
  });
  expect((await result(away, await empty())).outcome).toEqual({ kind: "not-applicable" });
  const store = await empty([unread("a", "truncated")]);
  expect((await result(away, store)).outcome.kind).toBe("unknown");
});

test("evidence that failed as a whole is unknown, and the check does not run", async () => {
  const store = storeOf({ kind: "failed", unread: [unread(".", 'evidence "x" failed')] });
  expect((await result(makeCheck(failing), store)).outcome).toEqual({
    kind: "unknown",
    reason: 'evidence "x" failed',
  });
  expect((await result(makeCheck(failing), NOTHING_UNREAD)).outcome).toEqual({ kind: "pass" });
});

test.each([
  [CHECK_MAX_FINDINGS - 1, "findings"],
  [CHECK_MAX_FINDINGS, "incomplete"],
])("%i findings are %s", async (count, kind) => {
  const many = makeCheck(function* run(evidence, where) {
    for (let index = 0; index < count; index += 1) yield* real.begin(evidence, where);
  });
  expect((await result(many, await empty())).outcome.kind).toBe(kind);
});

test("a check that cannot be loaded is unknown", async () => {
  const [first] = await runChecks({
    checks: [
      {
        id: "ease/gone",
        code: "PLM-EAS-997",
        title: "t",
        concern: "ease",
        load: () => Promise.reject(new Error("gone")),
      },
    ],
    evidence: await empty(),
    context,
  });
  expect(first?.outcome).toMatchObject({
    kind: "unknown",
    reason: expect.stringContaining("gone"),
  });
});

test("a required concern that nobody looked at makes the whole unknown", async () => {
  const found = await result(real, await empty(), "ease");
  const results = [found];
  const policy = { require: ["security", "ease"] as const, strict: false };
  expect(conclude(results, policy).verdict).toBe("stop");
  const calm: CheckResult[] = [{ ...found, outcome: { kind: "pass" } }];
  expect(conclude(calm, policy).verdict).toBe("unknown");
  expect(conclude(calm, { ...policy, require: ["ease"] }).verdict).toBe("clear");
});

test.each([
  ["clear", false, false],
  ["caution", false, false],
  ["caution", true, true],
  ["unknown", false, true],
  ["stop", false, true],
] as const)("%s under strict %s fails: %s", (verdict, strict, failed) => {
  expect(fails(verdict, { require: [], strict })).toBe(failed);
});
