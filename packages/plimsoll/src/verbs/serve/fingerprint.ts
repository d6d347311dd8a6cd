import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { open } from "node:fs/promises";

import { PlimsollError } from "../../kernel/error.ts";

/** What lies at paths now: each with a digest of its bytes, or with a word for why it has none. */
export type Fingerprint = ReadonlyMap<string, string>;

/** Bytes of a file that are read to see whether it changed; what is larger is no configuration (CWE-400). */
const FILE_MAX_BYTES = 4_194_304;

/**
 * Looks at files. Times are not asked: they stand still where a file system counts whole seconds, go back where a
 * clock is set, and are those of another file where a link is turned to it.
 */
export async function fingerprintOf(paths: readonly string[]): Promise<Fingerprint> {
  const found = new Map<string, string>();
  for (const path of paths) found.set(path, await lookAt(path));
  return found;
}

/** Paths whose files are not what they were; a path that was not looked at before has nothing to differ from. */
export function changedSince(before: Fingerprint, now: Fingerprint): readonly string[] {
  return [...now].flatMap(([path, digest]) => {
    const known = before.get(path);
    return known === undefined || known === digest ? [] : [path];
  });
}

/**
 * Refuses what a server that runs must not begin to read: a pipe would stop it until somebody writes, and a file
 * that was there and is gone would leave it with less than it was given.
 * @throws PlimsollError `setting-invalid`.
 */
export function refuseUnreadable(begun: Fingerprint, now: Fingerprint): void {
  for (const [path, digest] of now) {
    const isGone = digest === "absent" && (begun.get(path) ?? "absent") !== "absent";
    if (!isGone && !OTHERS.has(digest)) continue;
    const what = isGone ? "is gone" : `is ${digest}`;
    throw new PlimsollError("setting-invalid", `${path} ${what}`, {
      hint: "Put the file back, or start anew without it.",
    });
  }
}

const OTHERS: ReadonlySet<string> = new Set(["unreadable", "no file", "too large"]);

async function lookAt(path: string): Promise<string> {
  let file;
  try {
    // A pipe that nobody writes to must not hold the one who opens it.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    return code === "ENOENT" || code === "ENOTDIR" ? "absent" : "unreadable";
  }
  try {
    const { size } = await file.stat().then((stat) => (stat.isFile() ? stat : NO_FILE));
    if (size === -1) return "no file";
    if (size > FILE_MAX_BYTES) return "too large";
    const bytes = Buffer.alloc(size + 1);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    return createHash("sha256").update(bytes.subarray(0, bytesRead)).digest("hex");
  } catch {
    return "unreadable";
  } finally {
    await file.close();
  }
}

const NO_FILE = { size: -1 };
