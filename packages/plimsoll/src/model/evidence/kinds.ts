import { sniffSource, type Sniffed } from "@plimsoll/formats";

import { defineEvidence } from "../../kernel/define-evidence.ts";
import type { Unread } from "../../kernel/unread.ts";
import { readWith } from "../read.ts";
import type { SnapshotFile } from "../snapshot.ts";
import type { ModelSubject } from "../subject.ts";

/** A file with what its bytes say it is; its name is only a claim. */
export type FileKind = {
  readonly file: SnapshotFile;
  /** Every format that its beginning matches, surest first, then those that readers find further on. */
  readonly formats: readonly Sniffed[];
};

declare module "../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** What each file is, by its bytes. Files that cannot be listed or opened are unread. */
    readonly kinds: readonly FileKind[];
  }
}

export default defineEvidence({
  name: "kinds",
  needs: [],
  provide: (_evidence, { snapshot }: ModelSubject) => {
    const value: FileKind[] = [];
    const unreads: Unread[] = [...snapshot.unread];
    for (const file of snapshot.files) {
      const read = readWith(file, sniffSource);
      if (read.kind === "unread") unreads.push(read);
      else value.push({ file, formats: read.value });
    }
    return { value, unread: unreads };
  },
});
