import { FormatError } from "@plimsoll/formats";

import { unread, type Unread } from "../kernel/unread.ts";
import { decodeText } from "./decode-text.ts";
import { readWith } from "./read.ts";
import type { Snapshot } from "./snapshot.ts";

/** A text file that was chosen by its name. */
export type NamedText = { readonly file: string; readonly base: string; readonly text: string };

/** Reads the few text files whose names are `wanted`; what cannot be read of them is unread, the rest is not looked at. */
export function readNamedTexts(
  snapshot: Snapshot,
  wanted: (path: string) => boolean,
  limits: { readonly prefix: string; readonly bytes: number; readonly files: number },
): { readonly value: readonly NamedText[]; readonly unread: readonly Unread[] } {
  const value: NamedText[] = [];
  const unreads: Unread[] = snapshot.unread.filter((one) => wanted(one.file));
  const found = snapshot.files.filter((file) => wanted(file.path));
  for (const file of found.slice(0, limits.files)) {
    const read = readWith(file, (source) => {
      if (source.size > limits.bytes) {
        throw FormatError.limit(`${limits.prefix}_MAX_BYTES`, limits.bytes, 0);
      }
      return decodeText(source.read(0, source.size));
    });
    if (read.kind === "unread") unreads.push(read);
    else value.push({ file: file.path, base: file.base, text: read.value });
  }
  if (found.length > limits.files) {
    const rest = found.length - limits.files;
    const reason = `limit ${limits.prefix}_MAX_FILES (${limits.files}) reached: ${rest} more files`;
    unreads.push(unread(".", reason));
  }
  return { value, unread: unreads };
}
