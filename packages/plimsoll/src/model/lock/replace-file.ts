import {
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

/**
 * Puts text in the place of a file so that everybody, after a power cut too, reads the old or the new and never a part.
 *
 * `temporary` lies in the same folder; only one writer may use it at a time. Whatever fails before the last step
 * leaves the file as it was.
 * @throws what the file system throws: `ENOSPC`, `EACCES`.
 */
export function replaceFile(path: string, temporary: string, text: string): void {
  const mode = existsSync(path) ? statSync(path).mode & 0o777 : undefined;
  // A left-over of a killed writer, or a link that somebody laid to have us write elsewhere (CWE-59).
  rmSync(temporary, { force: true });
  try {
    writeDurably(temporary, text, mode);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
}

function writeDurably(path: string, text: string, mode: number | undefined): void {
  const descriptor = openSync(path, "wx");
  try {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
    if (mode !== undefined) fchmodSync(descriptor, mode);
    // Before the rename: some file systems put the new name on disk before the bytes.
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Puts the new name on disk. */
function syncFolder(folder: string): void {
  // Windows opens no folders, and orders names itself.
  if (process.platform === "win32") return;
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
