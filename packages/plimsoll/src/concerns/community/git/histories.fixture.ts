import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** One commit to be made. */
export type MadeCommit = {
  /** Seconds since 1970. */
  readonly at: number;
  readonly name?: string;
  readonly email?: string;
};

/** True where the machine has git; tests that need one are skipped by name where it has none. */
export const HAS_GIT = spawnSync("git", ["--version"]).status === 0;

/** Makes a repository with these commits, oldest first, in a folder that lies until `removeRepository`. */
export function makeRepository(
  commits: readonly MadeCommit[],
  tags: readonly string[] = [],
): string {
  const root = mkdtempSync(join(tmpdir(), "plimsoll-history-"));
  git(root, ["init", "-q", "--template=", "-b", "main", "."]);
  const lines = commits.map(
    ({ at, name = "Ann Author", email = "ann@example.org" }) =>
      `commit refs/heads/main\ncommitter ${name} <${email}> ${at} +0000\ndata 1\nx\n`,
  );
  const stream =
    lines.join("") + tags.map((tag) => `reset refs/tags/${tag}\nfrom refs/heads/main\n\n`).join("");
  git(root, ["fast-import", "--quiet", "--force"], stream);
  writeFileSync(join(root, "config.json"), "{}");
  return root;
}

/** Removes what `makeRepository` made. */
export function removeRepository(root: string): void {
  rmSync(root, { recursive: true, force: true });
}

/** Runs git over a repository that a test made itself. */
export function git(root: string, args: readonly string[], input = ""): string {
  const { status, stdout, stderr } = spawnSync("git", args, {
    cwd: root,
    input,
    encoding: "utf8",
    env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
  });
  if (status !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}`);
  return stdout;
}
