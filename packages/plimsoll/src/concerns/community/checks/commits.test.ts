import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { tinyLlama } from "@plimsoll/formats/kit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { outcomeVerdict } from "../../../kernel/finding.ts";
import { checkCases, runOn } from "../../../testing/check-cases.ts";
import { HAS_GIT, makeRepository, removeRepository } from "../git/histories.fixture.ts";
import check from "./commits.ts";

const DAY = 86_400;
const now = "2026-11-25T12:00:00Z";
const NOW = Date.parse(now) / 1_000;

checkCases(check, {
  caught: [
    {
      name: "a history in which nothing was committed",
      files: { ".git/HEAD": "ref: refs/heads/main\n", ".git/objects/info/packs": "\n" },
      finds: [{ level: "note", key: "empty", file: ".git" }],
    },
  ],
  clean: [
    { name: "no history", files: { "m.gguf": tinyLlama() }, finds: [], verdict: "not-applicable" },
    {
      name: "files that git leaves beside a model",
      files: { ".gitattributes": "*.gguf filter=lfs\n", ".gitignore": "x\n" },
      finds: [],
      verdict: "not-applicable",
    },
  ],
  hostile: [
    {
      name: "a `.git` that points elsewhere",
      files: { ".git": "gitdir: /etc\n" },
      finds: [],
      verdict: "unknown",
    },
    {
      name: "a head that names no commit",
      files: { ".git/HEAD": "\u0000".repeat(10_000), ".git/objects/info/packs": "\n" },
      finds: [],
      verdict: "unknown",
    },
  ],
});

describe.skipIf(!HAS_GIT)("with the git of this machine", () => {
  const roots: string[] = [];
  let root = "";
  beforeAll(() => {
    const commits = [400, 300, 40, 3, 2].map((days, index) => ({
      at: NOW - days * DAY,
      name: index % 2 === 0 ? "Ann Author" : "Ben Builder",
      email: index % 2 === 0 ? "ann@example.org" : "ben@example.org",
    }));
    root = makeRepository(commits, ["v1.0"]);
    roots.push(root);
  });
  afterAll(() => {
    for (const one of roots) removeRepository(one);
  });

  test("counts are told by window, and no address is", async () => {
    const { outcome } = await runOn(check, root, { now });
    const findings = "findings" in outcome ? outcome.findings : [];
    expect(findings.map(({ level, key }) => `${level} ${key}`)).toEqual([
      "note history",
      "note tags",
    ]);
    expect(findings[0]?.evidence).toMatchObject({
      commits: 5,
      days: 2,
      authors: 2,
      quarter: { commits: 3, authors: 2 },
      year: { commits: 4, authors: 2 },
    });
    expect(JSON.stringify(outcome)).not.toMatch(/example|Author|Builder/u);
  });

  test.each([
    [NOW - 3.5 * DAY, "caution"],
    [NOW - 2.5 * DAY, "clear"],
  ])("a commit more than a day ahead is a caution: %d", async (at, verdict) => {
    const { outcome } = await runOn(check, root, { now: new Date(at * 1_000).toISOString() });
    expect(outcomeVerdict(outcome)).toBe(verdict);
  });

  test("a history that cannot be opened makes it unknown", async () => {
    const broken = makeRepository([{ at: NOW }]);
    roots.push(broken);
    rmSync(join(broken, ".git/HEAD"));
    writeFileSync(join(broken, ".git/HEAD"), "ref: ../../x\n");
    expect(outcomeVerdict((await runOn(check, broken)).outcome)).toBe("unknown");
  });
});
