import { rmSync, statSync } from "node:fs";
import { setTimeout } from "node:timers/promises";

import { PlimsollError, reasonOf } from "../../kernel/error.ts";

/** How long a writer waits for another, in milliseconds: writing a lock takes a tenth of a second at most. */
const GUARD_WAIT_MS = 10_000;

/** Between two tries, in milliseconds. */
const GUARD_RETRY_MS = 20;

/**
 * Runs `action` while no other process does the same under the same `path`, which lies beside what is written.
 *
 * The lock is SQLite's, on an empty database: the kernel frees it when its holder dies, even of `kill -9`, so that
 * nobody has to guess whether a left-over file's process still lives, and a number that was given again to another
 * process cannot mislead. The file is removed at the end, so that no project is littered with it.
 * @throws PlimsollError `environment` when it cannot be made, or when another process holds it too long.
 */
export async function guarded<T>(path: string, action: () => Promise<T>): Promise<T> {
  const release = await acquire(path);
  try {
    return await action();
  } finally {
    release();
  }
}

async function acquire(path: string): Promise<() => void> {
  for (let waited = 0; ; waited += GUARD_RETRY_MS) {
    const release = await tryAcquire(path);
    if (release !== undefined) return release;
    if (waited >= GUARD_WAIT_MS) {
      throw new PlimsollError("environment", `another process is writing beside ${path}`, {
        hint: "Wait until it has ended, then run this again.",
      });
    }
    await setTimeout(GUARD_RETRY_MS);
  }
}

/** SQLITE_BUSY. */
const BUSY = 5;

/** Gives what releases it; undefined when another holds it. */
async function tryAcquire(path: string): Promise<(() => void) | undefined> {
  const { DatabaseSync } = await import("node:sqlite");
  try {
    // Opening makes the file; only a file that had its name before it was opened can be told from a later one.
    if (stampOf(path) === undefined) new DatabaseSync(path).close();
    const stamp = stampOf(path);
    const database = new DatabaseSync(path, { timeout: 0 });
    try {
      // Without the first, a journal file would appear beside it.
      database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    } catch (error) {
      database.close();
      throw error;
    }
    // A holder removes the file before it lets go: whoever opened it until then now holds a file without a name.
    if (stamp === undefined || stamp !== stampOf(path)) {
      database.close();
      return undefined;
    }
    return () => {
      remove(path);
      database.close();
    };
  } catch (error) {
    if (isBusy(error)) return undefined;
    throw new PlimsollError("environment", `${path} cannot be locked: ${reasonOf(error)}`, {
      hint: "Run this in a folder that you may write to.",
      cause: error,
    });
  }
}

/** Which file has this name now: a number may be given again to a new file, with its time of birth it is not. */
function stampOf(path: string): string | undefined {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? undefined : `${stat.dev} ${stat.ino} ${stat.birthtimeNs}`;
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Windows keeps the name of an open file: an empty file stays, which the next writer takes.
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === BUSY;
}
