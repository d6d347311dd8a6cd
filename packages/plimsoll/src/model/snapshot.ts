import type { Unread } from "../kernel/unread.ts";
import type { Reference } from "./reference.ts";
import { walkFile, walkFolder } from "./walk.ts";

/** One file of a model. */
export type SnapshotFile = {
  /** Path within the snapshot, `/` between folders; bytes that are not UTF-8 are written `\xff`. */
  readonly path: string;
  /** Lower-case last part of the path. */
  readonly base: string;
  /** Size in bytes when it was listed. */
  readonly size: number;
  /** Absolute path as bytes, since a name need not be UTF-8. */
  readonly location: Buffer;
};

/** The list of a model's files at one moment, with what could not be listed. */
export type Snapshot = {
  readonly reference: Reference;
  /** Sorted by path. */
  readonly files: readonly SnapshotFile[];
  readonly unread: readonly Unread[];
  /** Sum of the sizes of `files`. */
  readonly bytes: number;
};

/** Lists a model's files without opening one. */
export function takeSnapshot(reference: Reference): Snapshot {
  const listing = reference.kind === "folder" ? walkFolder(reference.path) : walkFile(reference);
  const files = listing.files.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return {
    reference,
    files,
    unread: listing.unread,
    bytes: files.reduce((sum, file) => sum + file.size, 0),
  };
}
