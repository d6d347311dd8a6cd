import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { CHECKS } from "../packages/plimsoll/src/generated/checks.ts";
import { GUARDS } from "../packages/plimsoll/src/generated/guards.ts";
import type { AnyCheck } from "../packages/plimsoll/src/kernel/check.ts";
import { CONCERN_LETTERS, CONCERNS } from "../packages/plimsoll/src/kernel/concern.ts";

const ROOT = join(import.meta.dirname, "..");
const SOURCE = join(ROOT, "packages/plimsoll/src");
const README = readFileSync(join(ROOT, "README.md"), "utf8");

const checks: AnyCheck[] = await Promise.all(CHECKS.map((entry) => entry.load()));

describe.each(CONCERNS)("%s", (concern) => {
  const own = checks.filter((check) => check.id.startsWith(`${concern}/`));

  test("has a way to detect, mend and watch, or an open gap in README's matrix", () => {
    const row = README.split("\n").find((line) => line.startsWith(`| ${concern} |`));
    const [detect, mend, watch] = (row ?? "")
      .split("|")
      .slice(2, 5)
      .map((cell) => cell.trim());
    expect(own.length > 0 ? detect : "open").toBe(
      own.length > 0 ? own.map((check) => `\`${check.code}\``).join(" ") : detect,
    );
    const guards = GUARDS.filter(({ id }) => id.startsWith(`${concern}/`));
    const pages = guards.map(({ code }) => `[\`${code}\`](docs/guards/${code}.md)`);
    expect(mend).toBe(guards.length === 0 ? "open" : pages.join(" "));
    const watched = own.filter((check) => check.watched === true);
    expect(watch === "open").toBe(watched.length === 0);
  });

  test("detects something, and says to users what it is about", () => {
    expect(own.length).toBeGreaterThan(0);
    const readme = readFileSync(join(SOURCE, "concerns", concern, "README.md"), "utf8");
    expect(readme.split("\n").length).toBeGreaterThanOrEqual(10);
  });
});

describe.each(checks.map((check) => [check.id, check] as const))("%s", (id, check) => {
  const [concern = "", name = ""] = id.split("/");

  test("carries the code of its concern", () => {
    const letters = CONCERN_LETTERS[CONCERNS.find((one) => one === concern) ?? "security"];
    expect(check.code).toMatch(new RegExp(`^PLM-${letters}-\\d{3}$`, "u"));
  });

  test("has a test, a page and a dated source", () => {
    expect(existsSync(join(SOURCE, "concerns", concern, "checks", `${name}.test.ts`))).toBe(true);
    expect(existsSync(join(ROOT, "docs/findings", `${check.code}.md`))).toBe(true);
    expect(check.source.read).toMatch(/^\d{4}-\d{2}-\d{2}$/u);
    expect(check.page.mend.length).toBeGreaterThan(20);
  });

  test("names what it cannot see", () => {
    expect(check.limits.length).toBeGreaterThan(0);
  });
});

test("no code is given twice", () => {
  expect(new Set(checks.map((check) => check.code)).size).toBe(checks.length);
});
