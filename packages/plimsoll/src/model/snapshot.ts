import { unread, type Unread } from "../kernel/unread.ts";
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
  /** Told each time the file is opened, so that whoever waits knows where time goes. */
  readonly onOpen?: (() => void) | undefined;
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

/** What else is wanted of a snapshot. */
export type SnapshotOptions = {
  /** Files not to open, with the reason: they are unread. */
  readonly skip?: ReadonlyMap<string, string>;
  /** Told the path of each file as it is opened. */
  readonly onOpen?: (path: string) => void;
};

/** Lists a model's files without opening one. */
export function takeSnapshot(reference: Reference, options: SnapshotOptions = {}): Snapshot {
  const listing = reference.kind === "folder" ? walkFolder(reference.path) : walkFile(reference);
  const { skip = new Map<string, string>(), onOpen } = options;
  const sorted = listing.files.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const files = sorted
    .filter(({ path }) => !skip.has(path))
    .map((file) => (onOpen === undefined ? file : { ...file, onOpen: () => onOpen(file.path) }));
  const skipped = [...skip].map(([path, reason]) => unread(path, reason));
  return {
    reference,
    files,
    unread: [...listing.unread, ...skipped],
    bytes: sorted.reduce((sum, file) => sum + file.size, 0),
  };
}
