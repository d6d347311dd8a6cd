import { Buffer } from "node:buffer";

/** What stands in a repository for a file that Git LFS keeps elsewhere. */
export type LfsPointer = {
  /** SHA-256 of the file it stands for, 64 lower-case hexadecimal digits. */
  readonly oid: string;
  /** Size of that file in bytes. */
  readonly size: number;
};

/** A pointer is smaller than this, by its specification. */
export const LFS_POINTER_BYTES = 1_024;

const FIRST_LINE = "version https://git-lfs.github.com/spec/v1";

/**
 * Reads a Git LFS pointer from the beginning of a file; undefined when it is anything else.
 *
 * Lines of extensions may stand between version and oid; a carriage return before a line's end is
 * let pass, since a Git that changes line ends leaves one.
 * @see https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md, read 2026-11-25
 */
export function readLfsPointer(head: Uint8Array): LfsPointer | undefined {
  if (head.length >= LFS_POINTER_BYTES) return undefined;
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString("latin1");
  const [first, ...lines] = text.split(/\r?\n/);
  if (first !== FIRST_LINE) return undefined;
  const oid = valueOf(lines, /^oid sha256:([0-9a-f]{64})$/);
  const size = valueOf(lines, /^size (0|[1-9][0-9]{0,15})$/);
  if (oid === undefined || size === undefined) return undefined;
  const bytes = Number(size);
  return Number.isSafeInteger(bytes) ? { oid, size: bytes } : undefined;
}

/** What the pattern captures in the one line that fits it. */
function valueOf(lines: readonly string[], pattern: RegExp): string | undefined {
  const values = lines.flatMap((line) => pattern.exec(line)?.[1] ?? []);
  return values.length === 1 ? values[0] : undefined;
}
