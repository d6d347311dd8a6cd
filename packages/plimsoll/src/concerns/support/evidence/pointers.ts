import { LFS_POINTER_BYTES, readLfsPointer, type LfsPointer } from "@plimsoll/formats";

import { defineEvidence } from "../../../kernel/define-evidence.ts";
import type { Unread } from "../../../kernel/unread.ts";
import { readWith } from "../../../model/read.ts";

/** A file in whose place Git LFS left a pointer. */
export type PointerFile = LfsPointer & { readonly file: string };

declare module "../../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** Every Git LFS pointer, with the digest and size of the file that it stands for. */
    readonly pointers: readonly PointerFile[];
  }
}

export default defineEvidence({
  name: "pointers",
  needs: ["kinds"],
  provide: ({ kinds }) => {
    const value: PointerFile[] = [];
    const unreads: Unread[] = [];
    for (const { file, formats } of kinds) {
      if (!formats.some((one) => one.format === "lfs-pointer")) continue;
      const read = readWith(file, (source) => readLfsPointer(source.read(0, LFS_POINTER_BYTES)));
      if (read.kind === "unread") unreads.push(read);
      else if (read.value !== undefined) value.push({ file: file.path, ...read.value });
    }
    return { value, unread: unreads };
  },
});
