import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { describe, expect, test } from "vitest";

import { openKnowledge } from "../config/knowledge.ts";
import { EVIDENCE } from "../generated/evidence.ts";
import type { AnyCheck } from "../kernel/check.ts";
import { openEvidence } from "../kernel/evidence-store.ts";
import { outcomeVerdict, type Level } from "../kernel/finding.ts";
import { runChecks, type CheckResult } from "../kernel/run.ts";
import type { Setting } from "../kernel/setting.ts";
import type { ConcernVerdict } from "../kernel/verdict.ts";
import type { System } from "../machine/system.ts";
import { resolveReference } from "../model/reference.ts";
import { takeSnapshot } from "../model/snapshot.ts";
import { directRenderer } from "./direct-renderer.ts";

/** A finding that a case expects: level and message key, and what of its place matters. */
export type Expected = {
  readonly level: Level;
  readonly key: string;
  readonly file?: string;
  readonly member?: string;
};

/** A model made of a few files, and what the check answers. */
export type CheckCase = {
  readonly name: string;
  /** Content by path within the model. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly setting?: Partial<Setting>;
  readonly system?: Partial<System>;
  readonly now?: string;
  /** Findings in order; the check answers exactly these. */
  readonly finds?: readonly Expected[];
  /** The verdict, where it is not the gravest finding's. */
  readonly verdict?: ConcernVerdict;
};

/** The table of a check: what it must find, what it must leave alone, and what must not break it. */
export type CheckTable = {
  readonly caught: readonly CheckCase[];
  readonly clean: readonly CheckCase[];
  readonly hostile: readonly CheckCase[];
};

/** A setting of a person with a laptop. */
export const TEST_SETTING: Setting = {
  use: "",
  audience: "me",
  data: "internal",
  appetite: "ask",
  territory: { seat: [], users: [] },
  context: 4096,
  concurrency: 1,
  kvCache: "f16",
  hardware: { memory: null },
};

/** Read once for all cases: facts never change while tests run. */
const KNOWLEDGE = openKnowledge(join(import.meta.dirname, "../../knowledge"));

const TEST_SYSTEM: System = {
  platform: "linux",
  readText: () => undefined,
  parallelism: 4,
  totalMemory: 16 * 2 ** 30,
  freeMemory: 12 * 2 ** 30,
};

/** Runs the table of a check as tests: each case through the real evidence of files on disk. */
export function checkCases(check: AnyCheck, table: CheckTable): void {
  describe(check.code, () => {
    test("its table has caught, clean and hostile cases", () => {
      expect(table.caught.length).toBeGreaterThan(0);
      expect(table.clean.length).toBeGreaterThan(0);
      expect(table.hostile.length).toBeGreaterThan(0);
    });
    for (const kind of ["caught", "clean", "hostile"] as const) {
      test.each(table[kind].map((one) => [one.name, one] as const))(
        `${kind}: %s`,
        async (_, one) => {
          const { outcome } = await runCase(check, one);
          const findings = "findings" in outcome ? outcome.findings : [];
          const found = findings.map(({ level, key, at }) => ({ level, key, ...at }));
          if (one.finds !== undefined) {
            expect(found.map(({ level, key }) => `${level} ${key}`)).toEqual(
              one.finds.map(({ level, key }) => `${level} ${key}`),
            );
            expect(found).toMatchObject(one.finds);
          }
          const verdict = outcomeVerdict(outcome);
          if (one.verdict !== undefined)
            expect({ verdict, outcome }).toMatchObject({ verdict: one.verdict });
          if (kind === "caught") expect(one.finds?.length ?? 0).toBeGreaterThan(0);
          if (kind === "clean") expect(["clear", "not-applicable"]).toContain(verdict);
          if (kind === "hostile") expect(one.finds ?? one.verdict).toBeDefined();
        },
      );
    }
  });
}

/** Builds the case's files in a temporary folder, runs the check over them and removes them. */
export async function runCase(check: AnyCheck, one: CheckCase): Promise<CheckResult> {
  return first(await runCaseOn([check], one));
}

/** Runs several checks over one case and one set of evidence. */
export async function runCaseOn(
  checks: readonly AnyCheck[],
  one: CheckCase,
): Promise<readonly CheckResult[]> {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-case-"));
  try {
    for (const [path, content] of Object.entries(one.files)) {
      const target = join(folder, path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, content);
    }
    return await runAll(checks, folder, one);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function first([result]: readonly CheckResult[]): CheckResult {
  if (result === undefined) throw new TypeError("the runner lost the check");
  return result;
}

/** Runs one check over a folder or file that is already there. */
export async function runOn(
  check: AnyCheck,
  path: string,
  one: Pick<CheckCase, "setting" | "system" | "now"> = {},
): Promise<CheckResult> {
  return first(await runAll([check], path, one));
}

/** Runs checks over a folder or file that is already there. */
function runAll(
  checks: readonly AnyCheck[],
  path: string,
  one: Pick<CheckCase, "setting" | "system" | "now">,
): Promise<readonly CheckResult[]> {
  const snapshot = takeSnapshot(resolveReference(path, process.cwd()));
  const evidence = openEvidence(EVIDENCE, {
    snapshot,
    system: { ...TEST_SYSTEM, ...one.system },
    openRenderer: directRenderer,
  });
  return runChecks({
    checks: checks.map((check) => ({
      id: check.id,
      code: check.code,
      title: check.title,
      concern: "security",
      load: () => Promise.resolve(check),
    })),
    evidence,
    context: {
      setting: { ...TEST_SETTING, ...one.setting },
      knowledge: KNOWLEDGE,
      now: new Date(one.now ?? "2026-11-25T12:00:00Z"),
    },
  });
}
