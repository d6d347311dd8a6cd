/**
 * Drafts a new member of the house: `npm run new -- check CONCERN/NAME`.
 *
 * It writes the code and its test, then regenerates registries and pages. Nothing else is touched.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

import { CHECKS } from "../packages/plimsoll/src/generated/checks.ts";
import {
  CONCERN_LETTERS,
  isConcern,
  type Concern,
} from "../packages/plimsoll/src/kernel/concern.ts";
import { checkDraft, checkTestDraft } from "./new/check.ts";

const ROOT = join(import.meta.dirname, "..");

const [kind, id] = process.argv.slice(2);
process.exitCode = kind === "check" && id !== undefined ? newCheck(id) : usage();

function usage(): number {
  process.stderr.write(
    "Usage: npm run new -- check CONCERN/NAME    for example: check privacy/example\n",
  );
  return 2;
}

function newCheck(wanted: string): number {
  const [concern = "", name = "", ...rest] = wanted.split("/");
  if (!isConcern(concern) || !/^[a-z][a-z0-9-]*$/u.test(name) || rest.length > 0) {
    process.stderr.write(
      `"${wanted}" is no CONCERN/NAME: the name is lower-case words joined by hyphens.\n`,
    );
    return 2;
  }
  const folder = join(ROOT, "packages/plimsoll/src/concerns", concern, "checks");
  const files = new Map([
    [join(folder, `${name}.ts`), checkDraft({ concern, name, code: nextCode(concern) })],
    [join(folder, `${name}.test.ts`), checkTestDraft(name)],
  ]);
  const taken = [...files.keys()].find((path) => existsSync(path));
  if (taken !== undefined) {
    process.stderr.write(`${relative(ROOT, taken)} exists already.\n`);
    return 2;
  }
  for (const [path, text] of files) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    process.stdout.write(`wrote ${relative(ROOT, path)}\n`);
  }
  const generated = spawnSync(process.execPath, [join(ROOT, "tools/generate.ts")], {
    stdio: "inherit",
  });
  return generated.status ?? 1;
}

/** The first number above every one in use, so that a code is never given again. */
function nextCode(concern: Concern): string {
  const prefix = `PLM-${CONCERN_LETTERS[concern]}-`;
  const used = CHECKS.filter((check) => check.code.startsWith(prefix)).map((check) =>
    Number(check.code.slice(prefix.length)),
  );
  return `${prefix}${String(Math.max(0, ...used) + 1).padStart(3, "0")}`;
}
