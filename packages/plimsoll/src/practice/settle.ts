import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

import { PlimsollError, reasonOf } from "../kernel/error.ts";
import type { FolderFiles } from "./build.ts";

/** Marks a folder that is being built or taken away: what an interrupted run leaves is known by it. */
const UNFINISHED = ".unfinished-";

/** Milliseconds after which an unfinished folder is nobody's: building one takes less than a second. */
const ABANDONED_AFTER = 3_600_000;

/**
 * Makes a folder hold exactly these files. It is built beside its place and renamed there, so that nobody
 * ever finds half of it.
 * @throws PlimsollError `home-unwritable` when it cannot be written.
 */
export function settle(folder: string, files: FolderFiles): void {
  try {
    if (holds(folder, files)) return;
    mkdirSync(dirname(folder), { recursive: true });
    replace(folder, files);
  } catch (error) {
    throw unwritable(folder, error);
  }
}

/**
 * Writes one file beside its place and renames it there.
 * @throws PlimsollError `home-unwritable` when it cannot be written.
 */
export function settleFile(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const workplace = mkdtempSync(prefixOf(path));
    try {
      sweep(path, workplace);
      writeFileSync(join(workplace, "new"), text);
      renameSync(join(workplace, "new"), path);
    } finally {
      rmSync(workplace, { recursive: true, force: true });
    }
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** True when the folder holds these files, byte for byte, and no other. */
function holds(folder: string, files: FolderFiles): boolean {
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  if (stat?.isDirectory() !== true) return false;
  const there = readdirSync(folder, { recursive: true, withFileTypes: true });
  const plain = there.filter((entry) => !entry.isDirectory());
  return (
    plain.length === Object.keys(files).length &&
    Object.entries(files).every(([path, content]) => isSame(join(folder, path), content))
  );
}

function isSame(path: string, content: string | Uint8Array): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  const wanted = Buffer.from(content);
  return (
    stat?.isFile() === true && stat.size === wanted.length && readFileSync(path).equals(wanted)
  );
}

function replace(folder: string, files: FolderFiles): void {
  const workplace = mkdtempSync(prefixOf(folder));
  try {
    sweep(folder, workplace);
    const fresh = join(workplace, "new");
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(fresh, path)), { recursive: true });
      writeFileSync(join(fresh, path), content);
    }
    // A folder cannot be renamed over one that holds something: the old one steps aside first.
    if (lstatSync(folder, { throwIfNoEntry: false }) !== undefined) {
      renameSync(folder, join(workplace, "old"));
    }
    renameSync(fresh, folder);
  } catch (error) {
    // Another run was faster: what matters is that the folder is as it should be.
    if (!holds(folder, files)) throw error;
  } finally {
    rmSync(workplace, { recursive: true, force: true });
  }
}

/** Removes what an interrupted run left; its age is measured by the clock of the file system. */
function sweep(folder: string, workplace: string): void {
  const now = lstatSync(workplace).mtimeMs;
  for (const name of readdirSync(dirname(folder))) {
    if (!name.startsWith(basename(prefixOf(folder)))) continue;
    const path = join(dirname(folder), name);
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat !== undefined && now - stat.mtimeMs > ABANDONED_AFTER) {
      rmSync(path, { recursive: true, force: true });
    }
  }
}

function prefixOf(path: string): string {
  return join(dirname(path), `.${basename(path)}${UNFINISHED}`);
}

function unwritable(path: string, cause: unknown): PlimsollError {
  return new PlimsollError("home-unwritable", `${path} cannot be written: ${reasonOf(cause)}`, {
    hint: "Make room, or set PLIMSOLL_HOME to a folder that you may write to.",
    cause,
  });
}
