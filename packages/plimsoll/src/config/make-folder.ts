import { mkdirSync, statfsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** Folders within one another that are made at once: a longer path is no place where somebody keeps things. */
const DEPTH_MAX = 200;

/**
 * Makes a folder and those above it that are missing, one at a time.
 *
 * Node's own way never returns where a file system lets nobody make folders and says that the path is missing, as
 * `/proc` does (CWE-835): what is missing is then made above for ever.
 * @throws Error of the system, when one cannot be made.
 */
export function makeFolder(path: string, mode = 0o777): void {
  const missing: string[] = [];
  for (let at = resolve(path); !isFolder(at); at = dirname(at)) {
    missing.push(at);
    if (missing.length > DEPTH_MAX) throw new RangeError(`${path} lies too deep`);
  }
  for (const folder of missing.toReversed()) makeOne(folder, mode);
}

/** File systems that are no storage: procfs and sysfs (statfs(2), linux/magic.h; read 2026-11-25). */
const VIRTUAL: ReadonlySet<number> = new Set([0x9fa0, 0x62656572]);

/**
 * True for a place under `/proc` or `/sys`, whether it is there or not: Node's own making of folders never returns
 * there (CWE-835).
 */
export function isVirtual(path: string): boolean {
  if (process.platform !== "linux") return false;
  let at = resolve(path);
  for (let step = 0; !isFolder(at) && step < DEPTH_MAX; step += 1) at = dirname(at);
  try {
    return VIRTUAL.has(statfsSync(at).type);
  } catch {
    // What cannot be asked is told by whoever makes a folder there.
    return false;
  }
}

/** Another process may make the same folder at the same time. */
function makeOne(folder: string, mode: number): void {
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    if (isFolder(folder)) return;
    const isOther = error instanceof Error && "code" in error && error.code === "EEXIST";
    throw isOther ? new RangeError(`${folder} is no folder`) : error;
  }
}

/** The root always is one, so that looking upwards ends. */
function isFolder(path: string): boolean {
  if (path === dirname(path)) return true;
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch {
    // A link to itself, or a way that may not be gone: whoever makes a folder there is told.
    return false;
  }
}
