import { statfsSync } from "node:fs";

/**
 * File systems that are reached over a network or through another process, by the type that Linux gives them
 * (statfs(2), linux/magic.h; read 2026-11-25). The write-ahead log is shared memory, which they do not share,
 * and some of them say that a write is on the disk before it is.
 */
const REMOTE: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0xfe534d42, "SMB"],
  [0xff534d42, "SMB (CIFS)"],
  [0x01021997, "9p"],
  [0x65735546, "FUSE"],
]);

/** Asks what kind of file system a folder lies on. */
export type FileSystemType = (folder: string) => number;

/** The system's own answer. */
export const fileSystemType: FileSystemType = (folder) => statfsSync(folder).type;

/** The name of a file system that no store may lie on; undefined for one that it may. */
export function remoteFileSystem(
  folder: string,
  typeOf: FileSystemType = fileSystemType,
): string | undefined {
  // Some systems tell it as a signed number of 32 bits.
  return REMOTE.get(typeOf(folder) >>> 0);
}
