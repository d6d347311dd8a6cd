import { lstatSync, mkdirSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { join } from "node:path";

import { dataFolder, type HomeEnvironment } from "./home.ts";

/** Bits by which others than its owner may write to a folder. */
const OTHERS_WRITE = 0o022;

/**
 * Lets the engine keep what it compiles of this program, so that the next start takes half the time.
 *
 * Does nothing where a person has chosen a place (`NODE_COMPILE_CACHE`), and where the folder cannot be made or could
 * be written by others: what lies in it is run (CWE-426). The variable is set for this program's own workers.
 */
export function keepCompiled(where: HomeEnvironment, user: number | undefined): void {
  if (where.env["NODE_COMPILE_CACHE"] !== undefined) return;
  const folder = compiledFolder(where, user);
  if (folder === undefined) return;
  enableCompileCache(folder);
  process.env["NODE_COMPILE_CACHE"] = folder;
}

/** The folder for compiled code, made where it is not there; undefined where it cannot be trusted. `user` is the id of who runs this. */
export function compiledFolder(
  where: HomeEnvironment,
  user: number | undefined,
): string | undefined {
  const folder = join(dataFolder(where), "cache", "compiled");
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { uid, mode } = lstatSync(folder);
    // Systems without user ids keep a person's data folder to that person.
    return user === undefined || (uid === user && (mode & OTHERS_WRITE) === 0) ? folder : undefined;
  } catch {
    // A home that cannot be written to is no fault: the program starts as before, only slower.
    return undefined;
  }
}
