import fc from "fast-check";
import { expect, test } from "vitest";

import { concludeCheck, outcomeVerdict, type Finding, type Level } from "./finding.ts";
import { unread, type Unread } from "./unread.ts";
import { isAdmissible, joinVerdicts, VERDICTS, type ConcernVerdict } from "./verdict.ts";

const finding = (level: Level, judged = true): Finding => ({
  kind: "finding",
  level,
  key: "k",
  message: "m",
  evidence: {},
  judged,
});
const anyFinding = fc
  .record({
    level: fc.constantFrom<Level>("note", "caution", "stop"),
    judged: fc.boolean(),
  })
  .map(({ level, judged }) => finding(level, judged));
const anyUnread = fc.string().map((reason) => unread("f", reason));
const rank = (verdict: ConcernVerdict): number =>
  verdict === "not-applicable" ? VERDICTS.length : VERDICTS.indexOf(verdict);
const verdictOf = (findings: Finding[], unreads: Unread[]): ConcernVerdict =>
  outcomeVerdict(concludeCheck(findings, unreads));

test.each<[ConcernVerdict[], ConcernVerdict]>([
  [[], "unknown"],
  [["not-applicable"], "unknown"],
  [["clear"], "clear"],
  [["clear", "not-applicable"], "clear"],
  [["clear", "caution"], "caution"],
  [["caution", "unknown"], "unknown"],
  [["unknown", "stop", "clear"], "stop"],
])("join of %j is %s", (verdicts, joined) => {
  expect(joinVerdicts(verdicts)).toBe(joined);
});

test("a note is clear, a caution with an unread part is unknown", () => {
  expect(verdictOf([finding("note")], [])).toBe("clear");
  expect(verdictOf([finding("caution")], [])).toBe("caution");
  expect(verdictOf([finding("caution")], [unread("f", "r")])).toBe("unknown");
  expect(verdictOf([finding("caution", false)], [])).toBe("unknown");
  expect(verdictOf([finding("stop", false)], [])).toBe("stop");
});

test("adding a finding never improves a join", () => {
  fc.assert(
    fc.property(
      fc.array(anyFinding),
      fc.array(anyUnread),
      anyFinding,
      (findings, unreads, more) => {
        const before = verdictOf(findings, unreads);
        const after = verdictOf([...findings, more], unreads);
        return rank(after) <= rank(before);
      },
    ),
  );
});

test("replacing evidence by unread never makes admissible what was not", () => {
  fc.assert(
    fc.property(
      fc.array(anyFinding),
      fc.array(anyFinding),
      fc.array(anyUnread, { minLength: 1 }),
      fc.array(fc.constantFrom<ConcernVerdict>("clear", "caution", "unknown", "stop")),
      (kept, lost, unreads, others) => {
        const before = joinVerdicts([verdictOf([...kept, ...lost], []), ...others]);
        const after = joinVerdicts([verdictOf(kept, unreads), ...others]);
        return isAdmissible(before) || !isAdmissible(after);
      },
    ),
  );
});
