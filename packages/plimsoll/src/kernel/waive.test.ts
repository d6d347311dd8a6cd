import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { concludeCheck, outcomeVerdict, type Finding, type Level } from "./finding.ts";
import type { CheckResult } from "./run.ts";
import { unread, type Unread } from "./unread.ts";
import { VERDICTS } from "./verdict.ts";
import { filesToWaive, isExpired, liftWaived, type Waiver } from "./waive.ts";

const NOW = new Date("2026-11-25T23:59:00Z");
const DIGESTS = new Map([
  ["a.pkl", `sha256:${"a".repeat(64)}`],
  ["b.pkl", `sha256:${"b".repeat(64)}`],
]);

function finding(level: Level, file: string | undefined, judged = true): Finding {
  return {
    kind: "finding",
    level,
    key: "k",
    message: "m",
    ...(file === undefined ? {} : { at: { file } }),
    evidence: {},
    judged,
  };
}

function result(findings: readonly Finding[], unreads: readonly Unread[] = []): CheckResult {
  const check = {
    id: "security/pickle-imports",
    code: "PLM-SEC-001",
    title: "",
    basis: "read",
    limits: [],
  } as const;
  const outcome = concludeCheck(findings, unreads);
  return { check, concern: "security", outcome, unread: unreads };
}

function waiver(file: string, change: Partial<Waiver> = {}): Waiver {
  const digest = DIGESTS.get(file) ?? "";
  return { code: "PLM-SEC-001", digest, reason: "r", author: "a", ...change };
}

/** The verdict of one result under waivers, and how many of them a finding matched. */
function verdict(one: CheckResult, ...waivers: Waiver[]): [string, number] {
  const lifted = liftWaived([one], waivers, DIGESTS, NOW);
  const [first = one] = lifted.results;
  return [outcomeVerdict(first.outcome), lifted.waivers.length];
}

describe("a waiver", () => {
  const stop = result([finding("stop", "a.pkl")]);

  test("lifts findings of its code in its file, which stay and are marked", () => {
    expect(verdict(stop, waiver("a.pkl"))).toEqual(["clear", 1]);
    const [lifted] = liftWaived([stop], [waiver("a.pkl")], DIGESTS, NOW).results;
    expect(lifted?.outcome).toMatchObject({ kind: "findings", findings: [{ isWaived: true }] });
  });

  test.each([
    ["another code", waiver("a.pkl", { code: "PLM-SEC-020" })],
    ["another file", waiver("b.pkl")],
    ["another content", waiver("a.pkl", { digest: `sha256:${"c".repeat(64)}` })],
  ])("of %s lifts nothing", (_, other) => {
    expect(verdict(stop, other)).toEqual(["stop", 0]);
  });

  test("that has expired is matched and lifts nothing; its last day counts", () => {
    expect(verdict(stop, waiver("a.pkl", { expires: "2026-11-24" }))).toEqual(["stop", 1]);
    expect(verdict(stop, waiver("a.pkl", { expires: "2026-11-25" }))).toEqual(["clear", 1]);
    expect(isExpired({ expires: undefined }, NOW)).toBe(false);
  });

  test("leaves what is in other files", () => {
    const two = result([finding("stop", "a.pkl"), finding("caution", "b.pkl")]);
    expect(verdict(two, waiver("a.pkl"))).toEqual(["caution", 1]);
    expect(verdict(two, waiver("a.pkl"), waiver("b.pkl"))).toEqual(["clear", 2]);
  });

  test("lifts what was seen and not judged, and what the same check could not read", () => {
    expect(verdict(result([finding("caution", "a.pkl", false)]), waiver("a.pkl"))).toEqual([
      "clear",
      1,
    ]);
    const cut = result([], [unread("a.pkl", "truncated")]);
    expect(verdict(cut, waiver("a.pkl"))).toEqual(["clear", 1]);
    expect(verdict(cut, waiver("a.pkl", { code: "PLM-SEC-039" }))).toEqual(["unknown", 0]);
  });

  test("lifts nothing that points to no file, or to one that was not hashed", () => {
    expect(verdict(result([finding("stop", undefined)]), waiver("a.pkl"))).toEqual(["stop", 0]);
    expect(verdict(result([], [unread(".", "limit")]), waiver("."))).toEqual(["unknown", 0]);
    expect(verdict(result([finding("stop", "c.pkl")]), waiver("c.pkl"))).toEqual(["stop", 0]);
  });
});

test("only files that a waived code points to are to be hashed", () => {
  const two = result([finding("stop", "a.pkl")], [unread("b.pkl", "r"), unread(".", "r")]);
  expect([...filesToWaive([two], [waiver("a.pkl")])]).toEqual(["a.pkl", "b.pkl"]);
  expect([...filesToWaive([two], [waiver("a.pkl", { code: "PLM-SEC-020" })])]).toEqual([]);
});

const rank = (word: string): number => VERDICTS.findIndex((known) => known === word);

test("no waiver makes a verdict worse, and those of others change none", () => {
  const files = fc.constantFrom("a.pkl", "b.pkl", "c.pkl", undefined);
  const levels = fc.constantFrom<Level>("note", "caution", "stop");
  const findings = fc.array(
    fc.tuple(levels, files, fc.boolean()).map((parts) => finding(...parts)),
    { maxLength: 5 },
  );
  const unreads = fc.array(
    files.map((file) => unread(file ?? ".", "r")),
    { maxLength: 2 },
  );
  fc.assert(
    fc.property(findings, unreads, (some, unreadSome) => {
      const one = result(some, unreadSome);
      const before = outcomeVerdict(one.outcome);
      expect(rank(verdict(one, waiver("a.pkl"))[0])).toBeGreaterThanOrEqual(rank(before));
      expect(verdict(one, waiver("a.pkl", { code: "PLM-SEC-020" }))[0]).toBe(before);
      const pointed = [...some.map(({ at }) => at?.file), ...unreadSome.map(({ file }) => file)];
      const isOurs = pointed.includes("a.pkl");
      const [after] = verdict(one, waiver("a.pkl"));
      expect(isOurs || after === before).toBe(true);
    }),
    { numRuns: 100 },
  );
});
