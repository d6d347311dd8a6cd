import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { parseSettingText } from "../../config/parse.ts";
import { PlimsollError } from "../../kernel/error.ts";
import { concludeCheck } from "../../kernel/finding.ts";
import type { CheckResult } from "../../kernel/run.ts";
import { unread } from "../../kernel/unread.ts";
import { resolveReference } from "../../model/reference.ts";
import { takeSnapshot } from "../../model/snapshot.ts";
import { reportWith, sampleFinding } from "../../testing/reports.ts";
import { openWaivers } from "./apply-waivers.ts";
import { isOwnSetting } from "./own-setting.ts";
import { waive } from "./waive.ts";

let cwd = "";
const REQUEST = { code: "PLM-SEC-001", reason: "ours", author: "Ada", until: undefined };
const digestOf = (text: string): string =>
  `sha256:${createHash("sha256").update(text).digest("hex")}`;
const report = (file: string | undefined): ReturnType<typeof reportWith> => {
  const base = reportWith([sampleFinding(file === undefined ? { at: {} } : { at: { file } })]);
  return { ...base, model: { ...base.model, reference: "model" } };
};
const place = (): { cwd: string; settingFile: string } => ({
  cwd,
  settingFile: join(cwd, "plimsoll.yaml"),
});

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "plimsoll-waive-"));
  mkdirSync(join(cwd, "model"));
  writeFileSync(join(cwd, "model", "a.pkl"), "alpha");
  writeFileSync(join(cwd, "model", "b.pkl"), "beta");
});

afterEach(() => {
  rmSync(cwd, { recursive: true, force: true });
});

async function codeOf(action: Promise<unknown>): Promise<string> {
  try {
    await action;
    return "done";
  } catch (error) {
    return PlimsollError.isInstance(error) ? error.code : "other";
  }
}

describe("writing waivers", () => {
  test("the files that findings point to are named by digest, and nothing else is left behind", async () => {
    writeFileSync(join(cwd, "plimsoll.yaml"), "use: ours # yes\n");
    const written = await waive([report("a.pkl")], REQUEST, place());
    const { waivers } = parseSettingText(readFileSync(place().settingFile, "utf8"), "p");
    expect(waivers).toEqual([
      { code: "PLM-SEC-001", digest: digestOf("alpha"), reason: "ours", author: "Ada" },
    ]);
    expect(written.map(({ file }) => file)).toEqual(["a.pkl"]);
    expect(readdirSync(cwd)).toEqual(["model", "plimsoll.yaml"]);
  });

  test("what could not be read is waived by its file, too", async () => {
    const base = report("a.pkl");
    const cut = { ...base, concerns: {}, unread: [{ file: "b.pkl", reason: "truncated" }] };
    expect(await waive([cut], REQUEST, place())).toMatchObject([{ file: "b.pkl" }]);
  });

  test("nothing to waive, and a finding that points nowhere, are refused and write nothing", async () => {
    const clear = reportWith([]);
    const nothing = { ...clear, model: { ...clear.model, reference: "model" }, concerns: {} };
    expect(await codeOf(waive([nothing], REQUEST, place()))).toBe("usage");
    expect(await codeOf(waive([report(undefined)], REQUEST, place()))).toBe("usage");
    expect(await codeOf(waive([report("c.pkl")], REQUEST, place()))).toBe("usage");
    expect(readdirSync(cwd)).toEqual(["model"]);
  });

  test("a setting file within the model is no place for its waivers", async () => {
    const inside = { cwd, settingFile: join(cwd, "model", "plimsoll.yaml") };
    expect(await codeOf(waive([report("a.pkl")], REQUEST, inside))).toBe("usage");
    expect(isOwnSetting(inside.settingFile, "model", cwd)).toBe(true);
    expect(isOwnSetting(inside.settingFile, "model/a.pkl", cwd)).toBe(false);
    expect(isOwnSetting(place().settingFile, "model", cwd)).toBe(false);
    expect(isOwnSetting(join(cwd, "model..yaml"), "model", cwd)).toBe(false);
  });
});

describe("applying waivers", () => {
  const check = {
    id: "security/pickle-imports",
    code: "PLM-SEC-001",
    title: "",
    basis: "read",
    limits: [],
  } as const;
  const cut = [unread("a.pkl", "truncated")];
  const results: readonly CheckResult[] = [
    { check, concern: "security", outcome: concludeCheck([], cut), unread: cut },
  ];
  const waivers = [
    { code: "PLM-SEC-001", digest: digestOf("alpha"), reason: "r", author: "a" },
  ] as const;
  const now = new Date("2026-11-25T12:00:00Z");

  test("the file is hashed and lifted; a sign of life is given", () => {
    const told: string[] = [];
    const open = openWaivers(takeSnapshot(resolveReference("model", cwd)), waivers, now);
    const waived = open.apply(results, (path) => told.push(path));
    expect(waived.results[0]?.outcome.kind).toBe("pass");
    expect(told).toEqual(["a.pkl"]);
  });

  test("a file that changed after the checks began to read lends its digest to nothing", () => {
    writeFileSync(join(cwd, "model", "a.pkl"), "omega");
    const open = openWaivers(takeSnapshot(resolveReference("model", cwd)), waivers, now);
    rmSync(join(cwd, "model", "a.pkl"));
    writeFileSync(join(cwd, "model", "a.pkl"), "alpha");
    expect(open.apply(results).results[0]?.outcome.kind).toBe("unknown");
  });
});
