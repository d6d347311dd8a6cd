import { unread, type Unread } from "../../kernel/unread.ts";
import { snapshotDigest, type DigestedFile } from "../snapshot-digest.ts";
import { takeSnapshot, type Snapshot, type SnapshotFile } from "../snapshot.ts";
import { hashFiles, type HashedFile, type HashOptions } from "./hash.ts";
import { hasSameContent, identify } from "./identity.ts";

/** A model whose files were hashed. */
export type HashedModel = {
  readonly snapshot: Snapshot;
  readonly files: readonly HashedFile[];
  /** What could not be listed or hashed. */
  readonly unread: readonly Unread[];
  /** `sha256:<hex>` over all files; null when anything is unread, since a digest is of the whole or of nothing. */
  readonly digest: string | null;
};

/** Hashes every file of a model but the lock that lies beside it. */
export async function hashModel(snapshot: Snapshot, options: HashOptions): Promise<HashedModel> {
  const outcomes = await hashFiles(modelFiles(snapshot), options);
  return hashedModel(
    snapshot,
    outcomes.filter((outcome) => outcome.kind === "hashed"),
    [...snapshot.unread, ...outcomes.filter((outcome) => outcome.kind === "unread")],
  );
}

/**
 * Lists the model once more: a file that is no longer what was hashed, or that came since, is unread.
 *
 * What was read between the two looks is then what the digest names.
 */
export function recheckModel(hashed: HashedModel): HashedModel {
  const before = new Set(modelFiles(hashed.snapshot).map(({ path }) => path));
  const added = modelFiles(takeSnapshot(hashed.snapshot.reference)).filter(
    ({ path }) => !before.has(path),
  );
  const [same, moved] = parted(hashed.files, isStillSame);
  if (moved.length === 0 && added.length === 0) return hashed;
  return hashedModel(hashed.snapshot, same, [
    ...hashed.unread,
    ...moved.map(({ file }) => unread(file.path, "changed: it changed after it was hashed")),
    ...added.map(({ path }) => unread(path, "changed: it came after the model was hashed")),
  ]);
}

function parted<T>(all: readonly T[], belongs: (one: T) => boolean): readonly [T[], T[]] {
  const parts: readonly [T[], T[]] = [[], []];
  for (const one of all) parts[belongs(one) ? 0 : 1].push(one);
  return parts;
}

function isStillSame({ file, identity }: HashedFile): boolean {
  const now = identify(file.location);
  return now !== undefined && hasSameContent(identity, now);
}

/** The files as a lock and a digest list them. */
export function digestedFiles(hashed: HashedModel): DigestedFile[] {
  return hashed.files.map(({ file, sha256 }) => ({ path: file.path, size: file.size, sha256 }));
}

/** What we write into the folder that holds a lock; where that is the model's own folder, it is not the model. */
const LOCK_FILES = new Set(["plimsoll.lock", ".plimsoll.lock.guard", ".plimsoll.lock.new"]);

/** The files of a snapshot that are the model: all but our own lock at its top. */
export function modelFiles(snapshot: Snapshot): readonly SnapshotFile[] {
  if (snapshot.reference.kind === "file") return snapshot.files;
  return snapshot.files.filter(({ path }) => !LOCK_FILES.has(path));
}

function hashedModel(
  snapshot: Snapshot,
  files: readonly HashedFile[],
  unreads: readonly Unread[],
): HashedModel {
  const whole = { snapshot, files, unread: unreads, digest: null };
  return unreads.length > 0 ? whole : { ...whole, digest: snapshotDigest(digestedFiles(whole)) };
}
