import { realpathSync } from "node:fs";
import { dirname, join } from "node:path";

import { PlimsollError, reasonOf } from "../../kernel/error.ts";
import { formatLock } from "./format.ts";
import { guarded } from "./guard.ts";
import { isThere } from "./is-there.ts";
import { LOCK_MAX_CHARACTERS } from "./limits.ts";
import type { Lock } from "./lock.ts";
import { readLock } from "./read.ts";
import { replaceFile } from "./replace-file.ts";

/**
 * Changes a lock file: reads it, lets `change` say what it should be, and puts that in its place, while no other
 * process does the same. A reader sees the old lock or the new one, whatever happens to this process.
 *
 * `change` gets undefined where there is no lock yet, and gives undefined for "leave it as it is".
 * @throws PlimsollError `lock-invalid` when what is there is no lock, `environment` when it cannot be written, and
 * whatever `change` throws.
 */
export async function updateLock(
  path: string,
  change: (current: Lock | undefined) => Lock | undefined,
): Promise<"written" | "unchanged"> {
  // A link stays a link: what it leads to is replaced.
  const target = isThere(path) ? realOf(path) : path;
  const beside = (suffix: string): string => join(dirname(target), `.plimsoll.lock.${suffix}`);
  return guarded(beside("guard"), async () => {
    const current = await readLock(target);
    const next = change(current);
    if (next === undefined) return "unchanged";
    const text = formatLock(next);
    if (current !== undefined && formatLock(current) === text) return "unchanged";
    if (text.length > LOCK_MAX_CHARACTERS) throw tooLarge(path);
    try {
      replaceFile(target, beside("new"), text);
    } catch (error) {
      throw new PlimsollError("environment", `${path} cannot be written: ${reasonOf(error)}`, {
        hint: "The lock is as it was. Check that there is space and that you may write there.",
        cause: error,
      });
    }
    return "written";
  });
}

function realOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch (error) {
    throw new PlimsollError("environment", `${path} leads nowhere: ${reasonOf(error)}`, {
      hint: "Remove the link, or put a file where it leads.",
      cause: error,
    });
  }
}

function tooLarge(path: string): PlimsollError {
  return new PlimsollError("environment", `${path} would be too large to be read again`, {
    hint: "Keep locks of large fleets in several folders.",
  });
}
