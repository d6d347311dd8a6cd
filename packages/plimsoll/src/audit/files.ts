import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from "node:fs";
import { open, rename } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Events of one segment; segments, tiles and pruning share this border. */
export const SEGMENT_EVENTS = 65_536;

/** Where the parts of a log lie. */
export type LogFiles = {
  readonly folder: string;
  readonly segments: string;
  readonly checkpoint: string;
  /** The right edge of the tree at the checkpoint, so that a start need not read the whole log. */
  readonly frontier: string;
  readonly key: string;
  /** The key to check with: this one is handed on and pinned. */
  readonly verifier: string;
};

/** The files of the log in a folder. */
export function logFiles(folder: string): LogFiles {
  return {
    folder,
    segments: join(folder, "segments"),
    checkpoint: join(folder, "checkpoint"),
    frontier: join(folder, "frontier.json"),
    key: join(folder, "log.key"),
    verifier: join(folder, "log.vkey"),
  };
}

/** Name of the segment that begins with an event. */
export function segmentName(first: number): string {
  return `${String(first).padStart(16, "0")}.jsonl`;
}

/** Name of the hashes beside a segment: 32 bytes an event. They can be made anew from it, and tell which line changed. */
export function hashesName(segment: string): string {
  return segment.replace(/jsonl$/u, "hashes");
}

/** A segment on the disk. */
export type Segment = { readonly path: string; readonly first: number; readonly bytes: number };

/** The segments of a log, in order; a folder that is not there has none. */
export function segmentsOf({ segments }: LogFiles): readonly Segment[] {
  let names: string[];
  try {
    names = readdirSync(segments);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
  return names
    .filter((name) => /^\d{16}\.jsonl$/u.test(name))
    .toSorted()
    .map((name) => {
      const path = join(segments, name);
      return { path, first: Number(name.slice(0, 16)), bytes: statSync(path).size };
    });
}

/** Makes a folder that only its owner enters. */
export function makePrivateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
}

/** Writes a file so that after a crash it is the old one or the new one, and syncs its folder. */
export function replaceSynced(path: string, text: string, mode = 0o600): void {
  const temporary = `${path}.new`;
  const file = openSync(temporary, "w", mode);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  syncFolder(dirname(path));
}

/** The same without stopping the program: for what is written while requests are served. */
export async function replaceSoon(path: string, text: string, mode: number): Promise<void> {
  const temporary = `${path}.new`;
  const file = await open(temporary, "w", mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Makes the names in a folder durable. */
export function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** A file's text; undefined when it is not there. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
