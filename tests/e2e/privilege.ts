import { execFileSync } from "node:child_process";

import { EXECUTABLE } from "./run.ts";

/** The user that owns nothing. */
const NOBODY = 65_534;

/**
 * How to run as somebody who may not read everything: nothing to do where we are not root, else the user that owns
 * nothing; undefined where that user cannot reach the repository, or where there are no such users.
 */
export function unprivileged(): { readonly uid?: number } | undefined {
  if (process.getuid === undefined) return undefined;
  if (process.getuid() !== 0) return {};
  try {
    execFileSync(process.execPath, [EXECUTABLE, "--version"], {
      uid: NOBODY,
      gid: NOBODY,
      stdio: "ignore",
    });
    return { uid: NOBODY };
  } catch {
    // The repository lies where only root may go: the tests that need this user are skipped by name.
    return undefined;
  }
}
