import { compareCodePoints } from "../../kernel/code-points.ts";
import type { Unread } from "../../kernel/unread.ts";
import type { HashedFile, HashOutcome } from "../../model/hash/hash.ts";
import type { LockFile } from "../../model/lock/lock.ts";
import type { VerifiedFile } from "./verify-report.ts";

/** What is in a model's place: files that were hashed, files that were not, and what could not be listed. */
export type Found = {
  readonly outcomes: readonly HashOutcome[];
  /** Paths of files that are there and not in the lock, hashed or not. */
  readonly extra: readonly string[];
  readonly unlisted: readonly Unread[];
};

/** Holds what was found against what was locked, file by file, sorted by path. */
export function compareFiles(locked: readonly LockFile[], found: Found): VerifiedFile[] {
  const hashed = new Map<string, HashedFile>();
  const unread = new Map(found.unlisted.map((one) => [one.file, one.reason]));
  for (const outcome of found.outcomes) {
    if (outcome.kind === "hashed") hashed.set(outcome.file.path, outcome);
    else unread.set(outcome.file, outcome.reason);
  }
  const named = new Set([...locked.map(({ path }) => path), ...found.extra]);
  const renames = renamesOf(
    locked.filter(({ path }) => !hashed.has(path) && unreadReason(path, unread) === undefined),
    found.extra.flatMap((path) => hashed.get(path) ?? []),
  );
  const files: VerifiedFile[] = [
    ...locked.map((file) => lockedFile(file, hashed.get(file.path), unread, renames.to)),
    ...found.extra.map((path) => extraFile(path, renames.from)),
    ...[...unread]
      .filter(([path]) => !named.has(path))
      .map(([path, reason]) => ({ path, state: "unread", reason }) as const),
  ];
  return files.toSorted((a, b) => compareCodePoints(a.path, b.path));
}

function lockedFile(
  { path, size, sha256 }: LockFile,
  hashed: HashedFile | undefined,
  unread: ReadonlyMap<string, string>,
  renamedTo: ReadonlyMap<string, string>,
): VerifiedFile {
  const expected = { size, sha256 };
  if (hashed === undefined) {
    const reason = unreadReason(path, unread);
    if (reason !== undefined) return { path, state: "unread", reason };
    const to = renamedTo.get(path);
    return { path, state: "missing", expected, ...(to === undefined ? {} : { renamedTo: to }) };
  }
  const actual = { size: hashed.file.size, sha256: hashed.sha256 };
  if (actual.sha256 === sha256 && actual.size === size) return { path, state: "ok", sha256 };
  return { path, state: "changed", expected, actual };
}

function extraFile(path: string, renamedFrom: ReadonlyMap<string, string>): VerifiedFile {
  const from = renamedFrom.get(path);
  return { path, state: "extra", ...(from === undefined ? {} : { renamedFrom: from }) };
}

/** Why a path could not be read: for itself, or for a folder on the way to it. */
function unreadReason(path: string, unread: ReadonlyMap<string, string>): string | undefined {
  const parts = path.split("/");
  for (let length = parts.length; length > 0; length -= 1) {
    const reason = unread.get(parts.slice(0, length).join("/"));
    if (reason !== undefined) return reason;
  }
  return unread.get(".");
}

/** Files that are gone, paired with extra files of the same bytes: each extra is given to one. */
function renamesOf(
  missing: readonly LockFile[],
  extra: readonly HashedFile[],
): { readonly to: ReadonlyMap<string, string>; readonly from: ReadonlyMap<string, string> } {
  const free = new Map<string, string[]>();
  for (const { file, sha256 } of extra) free.set(sha256, [...(free.get(sha256) ?? []), file.path]);
  const to = new Map<string, string>();
  for (const { path, sha256 } of missing) {
    const target = free.get(sha256)?.shift();
    if (target !== undefined) to.set(path, target);
  }
  return { to, from: new Map([...to].map(([path, target]) => [target, path])) };
}
