import { snapshotDigest } from "../snapshot-digest.ts";
import type { Lock, LockEntry } from "./lock.ts";

/** What a schema cannot say of a lock: that paths stay inside, that none is listed twice, that digests agree. */
export function entryProblems(lock: Lock): string[] {
  return Object.entries(lock.models).flatMap(([name, entry]) =>
    problemsOf(entry).map((problem) => `models.${name}: ${problem}`),
  );
}

function problemsOf(entry: LockEntry): string[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const { path } of entry.files) {
    if (!isInner(path)) problems.push(`"${shown(path)}" is no path within a model`);
    if (seen.has(path)) problems.push(`"${shown(path)}" is listed twice`);
    seen.add(path);
  }
  if (problems.length === 0 && snapshotDigest(entry.files) !== entry.digest) {
    problems.push("its digest is not that of the files it lists: one of them was edited by hand");
  }
  return problems;
}

/** True for a relative path that does not climb (CWE-22). */
function isInner(path: string): boolean {
  if (path.includes("\0")) return false;
  return path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

function shown(path: string): string {
  return path.length > 200 ? `${path.slice(0, 200)}…` : path;
}
