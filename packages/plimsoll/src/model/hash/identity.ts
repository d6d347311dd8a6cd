import { statSync, type BigIntStats } from "node:fs";

/**
 * What tells one state of one file from every other, without reading it.
 *
 * The time of the last change of its inode is part of it: `touch -d` can put the other time back, this one it cannot.
 */
export type FileIdentity = {
  readonly device: bigint;
  readonly inode: bigint;
  /** Bytes. */
  readonly size: bigint;
  /** Nanoseconds since 1970 of the last change of content. */
  readonly mtimeNs: bigint;
  /** Nanoseconds since 1970 of the last change of content, mode, owner or links. */
  readonly ctimeNs: bigint;
};

/** The identity in a file's status. */
export function identityOf(stat: BigIntStats): FileIdentity {
  return {
    device: stat.dev,
    inode: stat.ino,
    size: stat.size,
    mtimeNs: stat.mtimeNs,
    ctimeNs: stat.ctimeNs,
  };
}

/** Looks at a file; undefined when nothing is there or it may not be looked at. */
export function identify(location: Buffer): FileIdentity | undefined {
  try {
    return identityOf(statSync(location, { bigint: true }));
  } catch {
    // Opening it will fail as well, and says why.
    return undefined;
  }
}

/** The identity as a text, one for each state of a file. */
export function identityKey(identity: FileIdentity): string {
  const { device, inode, size, mtimeNs, ctimeNs } = identity;
  return `${device} ${inode} ${size} ${mtimeNs} ${ctimeNs}`;
}

/** True when the same file has the same size and time of content; links and modes may have changed. */
export function hasSameContent(a: FileIdentity, b: FileIdentity): boolean {
  return (
    a.device === b.device && a.inode === b.inode && a.size === b.size && a.mtimeNs === b.mtimeNs
  );
}
