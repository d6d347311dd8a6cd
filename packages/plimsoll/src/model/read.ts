import { fileSource, FormatError, type FileSource } from "@plimsoll/formats";

import { unread, type Unread } from "../kernel/unread.ts";
import type { SnapshotFile } from "./snapshot.ts";

/** What reading a file gave: a value, or the unread that says why not. */
export type ReadResult<T> = { readonly kind: "read"; readonly value: T } | Unread;

/**
 * Opens a file, hands it to `use`, and makes sure that it did not change meanwhile.
 *
 * Every FormatError becomes an unread with its code, so that a provider cannot lose one.
 */
export function readWith<T>(file: SnapshotFile, use: (source: FileSource) => T): ReadResult<T> {
  file.onOpen?.();
  try {
    const source = fileSource(file.location, file.path);
    try {
      const value = use(source);
      source.verifyUnchanged();
      return { kind: "read", value };
    } finally {
      source.close();
    }
  } catch (error) {
    return unreadOf(file.path, error);
  }
}

/**
 * The unread of a fault in a file.
 * @throws whatever is not a FormatError, since that is ours and not the file's.
 */
export function unreadOf(file: string, error: unknown, member?: string): Unread {
  if (!FormatError.isInstance(error)) throw error;
  return unread(file, `${error.code}: ${error.message}`, { member, offset: error.offset });
}
