/**
 * Repeats `npm ci` in a clean copy of what git holds: with and without install scripts, and when this
 * runs as root also as a user without any rights. A lock that only works where it was made ends here.
 */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");

/** The user `nobody`, as most systems number it. */
const NOBODY = 65_534;

type Run = { readonly name: string; readonly flags: readonly string[]; readonly uid?: number };

const isRoot = process.getuid?.() === 0;
const runs: Run[] = [
  { name: "with install scripts", flags: [] },
  { name: "without install scripts", flags: ["--ignore-scripts"] },
  ...(isRoot ? [{ name: "as a user without rights", flags: [], uid: NOBODY }] : []),
];

for (const run of runs) {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-clean-"));
  try {
    copyTracked(folder, run.uid);
    const home = join(folder, ".home");
    mkdirSync(home);
    if (run.uid !== undefined) own(folder, run.uid);
    // A user without rights cannot read root's cache of packages, so that run has its own.
    const cache =
      run.uid === undefined ? {} : { npm_config_cache: join(home, "cache"), HOME: home };
    const who = run.uid === undefined ? {} : { uid: run.uid, gid: run.uid };
    must(run.name, "npm", ["ci", "--prefer-offline", ...run.flags], {
      cwd: folder,
      env: { ...process.env, ...cache },
      ...who,
    });
    must(run.name, "npx", ["plimsoll", "--version"], {
      cwd: folder,
      env: { ...process.env, ...cache },
      ...who,
    });
    process.stdout.write(`npm ci ${run.name}: passed\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function copyTracked(folder: string, uid: number | undefined): void {
  must("copy", "git", ["checkout-index", "--all", "--force", `--prefix=${folder}/`], { cwd: ROOT });
  chmodSync(folder, 0o755);
  if (uid !== undefined && !existsSync(join(folder, "package-lock.json"))) {
    throw new Error("the copy has no package-lock.json: commit or stage it first");
  }
}

function own(folder: string, uid: number): void {
  chownSync(folder, uid, uid);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) own(path, uid);
    else chownSync(path, uid, uid);
  }
}

function must(
  name: string,
  command: string,
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly env?: NodeJS.ProcessEnv;
    readonly uid?: number;
    readonly gid?: number;
  },
): void {
  const result = spawnSync(command, args, {
    ...options,
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
  });
  if (result.status === 0) return;
  process.stderr.write(`${result.stdout ?? ""}${result.stderr ?? ""}\n`);
  process.stderr.write(
    `${name}: ${command} ${args.join(" ")} ended with ${result.status ?? result.signal ?? result.error?.message}\n`,
  );
  process.exit(1);
}
