import { expect, test } from "vitest";

import type { Turn } from "../../engine/turn.ts";
import { compileScan } from "../../text/scan/scanner.ts";
import { SCAN_WORK_BASE, SCAN_WORK_PER_CHAR, WorkBudget } from "./budget.ts";
import type { PolicyGuard } from "./guards.ts";
import { scanRequest } from "./request.ts";

/** A rule that is met at every `ab;` and says that it costs so many steps a character. */
function guardOf(steps: number, mode: PolicyGuard["mode"] = "redact"): PolicyGuard {
  const scan = compileScan([{ pattern: "ab;", find: () => {}, steps }]);
  return {
    id: "test/slow",
    version: "1",
    mode,
    onError: "block",
    timeoutMs: 1_000,
    sides: ["request"],
    channels: ["text"],
    open: scan.open,
  };
}

function turnOf(text: string): Turn {
  return {
    model: "m",
    messages: [{ role: "user", trust: "user", parts: [{ kind: "text", text }] }],
    tools: [],
    output: { kind: "text" },
    sampling: {},
    choices: 1,
    stream: false,
    extra: {},
  };
}

test("a budget lasts for what it was given, and not for more", () => {
  const budget = new WorkBudget();
  budget.grant(10);
  expect(budget.spend(SCAN_WORK_BASE + 10 * SCAN_WORK_PER_CHAR)).toBe(true);
  expect(budget.spend(1)).toBe(false);
});

test("a request that costs too much is blocked, and one that costs less is not", async () => {
  const text = "ab; ".repeat(20_000);
  expect(await scanRequest(turnOf(text), [guardOf(0.1)])).toMatchObject({ kind: "passed" });
  expect(await scanRequest(turnOf(text), [guardOf(50)])).toMatchObject({
    kind: "halted",
    halt: { kind: "block", guard: "test/slow", reason: "limit SCAN_WORK_BASE reached" },
  });
});

test("a guard that only observes looks no further, and lets through", async () => {
  const text = "ab; ".repeat(20_000);
  expect(await scanRequest(turnOf(text), [guardOf(50, "observe")])).toMatchObject({
    kind: "passed",
  });
});

test("others have their turn while a large request is looked at", async () => {
  let turns = 0;
  let isDone = false;
  const count = (): void => {
    if (isDone) return;
    turns += 1;
    setImmediate(count);
  };
  setImmediate(count);
  await scanRequest(turnOf("so it is done. ".repeat(20_000)), [guardOf(0.1)]);
  isDone = true;
  expect(turns).toBeGreaterThanOrEqual(4);
});
