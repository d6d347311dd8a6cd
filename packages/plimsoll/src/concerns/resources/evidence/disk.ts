import { defineEvidence } from "../../../kernel/define-evidence.ts";
import type { System } from "../../../machine/system.ts";
import type { ModelSubject } from "../../../model/subject.ts";
import { asideOf, type Aside } from "../disk/aside.ts";

/** What lies where the model lies. */
export type Disk = {
  /** Bytes that may still be written there; null where the disk does not tell. */
  readonly free: number | null;
  /** Files that the loaders of this model's weights do not open, by what they are for. */
  readonly aside: readonly Aside[];
};

declare module "../../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** Space on the disk of the model, and what takes it beside the weights. */
    readonly disk: Disk;
  }
}

export default defineEvidence({
  name: "disk",
  needs: [],
  provide: (_evidence, { snapshot, system }: ModelSubject & { readonly system: System }) => ({
    value: {
      free: system.freeDisk?.(snapshot.reference.path) ?? null,
      aside: asideOf(snapshot.files),
    },
    unread: [],
  }),
});
