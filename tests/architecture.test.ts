import { join } from "node:path";

import { expect, test } from "vitest";

import { readImports } from "./house/imports.ts";
import { MAY_IMPORT, roomOf, violations } from "./house/rules.ts";

/** A walk that finds fewer modules than there are has looked at nothing, and must not pass. */
const FEWEST_MODULES = 150;
const FEWEST_EDGES = 600;

const { modules, edges } = readImports(join(import.meta.dirname, "../packages"));

test("the walk sees the whole house", () => {
  expect(modules.length).toBeGreaterThanOrEqual(FEWEST_MODULES);
  expect(edges.length).toBeGreaterThanOrEqual(FEWEST_EDGES);
  expect(modules.filter((path) => !Object.hasOwn(MAY_IMPORT, roomOf(path) ?? ""))).toEqual([]);
});

test("every import goes the way the plan says", () => {
  expect(violations(edges)).toEqual([]);
});

test.each([
  ["kernel/check.ts", "plimsoll/src/model/snapshot.ts", "kernel may not import model"],
  ["model/read.ts", "plimsoll/src/report/page.ts", "model may not import report"],
  [
    "concerns/ease/checks/a.ts",
    "plimsoll/src/concerns/security/b.ts",
    "no concern imports another",
  ],
  ["verbs/up/up.ts", "plimsoll/src/verbs/vet/command.ts", "never its command"],
  ["verbs/up/up.ts", "plimsoll/src/generated/verbs.ts", "only the executable"],
  ["model/read.ts", "formats/src/kit/index.ts", "model may not import kit"],
  ["kernel/check.ts", "valibot", "the kernel imports nothing"],
  ["report/page.ts", "plimsoll/src/testing/check-cases.ts", "only tests"],
])("an import turned round is caught: %s to %s", (from, to, sentence) => {
  const [found] = violations([{ from: `plimsoll/src/${from}`, to, isLazy: false }]);
  expect(found).toContain(sentence);
});

test.each([
  ["kernel/check.ts", "plimsoll/src/kernel/finding.ts"],
  ["model/read.ts", "formats/src/index.ts"],
  ["concerns/ease/checks/a.ts", "plimsoll/src/concerns/ease/b.ts"],
  ["concerns/ease/checks/a.test.ts", "plimsoll/src/testing/check-cases.ts"],
  ["verbs/up/up.ts", "plimsoll/src/verbs/vet/vet.ts"],
])("its near twin is not: %s to %s", (from, to) => {
  expect(violations([{ from: `plimsoll/src/${from}`, to, isLazy: false }])).toEqual([]);
});
