/**
 * Runs the tests of the built program, and with `--python VENV` the snippets of the guides that need Python's clients:
 *
 * `python3 -m venv VENV && VENV/bin/pip install openai anthropic langchain-openai`
 *
 * `npm run e2e -- --python VENV [what else vitest takes]`
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = join(import.meta.dirname, "..");
const VITEST = join(ROOT, "node_modules/vitest/vitest.mjs");

const args = process.argv.slice(2);
const at = args.indexOf("--python");
const [, venv] = at === -1 ? [] : args.splice(at, 2);
if (at !== -1 && (venv === undefined || !existsSync(resolve(venv)))) {
  process.stderr.write("--python wants the folder of a virtual environment\n");
  process.exitCode = 2;
} else {
  const python = venv === undefined ? {} : { PLIMSOLL_TEST_PYTHON: resolve(venv) };
  const ran = spawnSync(process.execPath, [VITEST, "run", "--project", "e2e", ...args], {
    cwd: ROOT,
    env: { ...process.env, ...python },
    stdio: "inherit",
  });
  process.exitCode = ran.status ?? 1;
}
