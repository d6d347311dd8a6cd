import { createHash } from "node:crypto";

import { compareCodePoints } from "../kernel/code-points.ts";

/** What a snapshot's digest says of a file. */
export type DigestedFile = {
  /** Path within the snapshot, `/` between folders. */
  readonly path: string;
  /** Size in bytes. */
  readonly size: number;
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
};

/**
 * One digest for all files of a model, the same in whatever order they are listed: SHA-256 over
 * `path NUL size NUL sha256:<hex> LF` of each file, sorted by code point, written as `sha256:<hex>`.
 *
 * No path holds NUL, so that no two lists of files give the same bytes.
 */
export function snapshotDigest(files: readonly DigestedFile[]): string {
  const hash = createHash("sha256");
  for (const { path, size, sha256 } of files.toSorted((a, b) =>
    compareCodePoints(a.path, b.path),
  )) {
    hash.update(`${path}\0${size}\0sha256:${sha256}\n`);
  }
  return `sha256:${hash.digest("hex")}`;
}
