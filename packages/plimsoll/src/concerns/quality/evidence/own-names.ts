import { defineEvidence } from "../../../kernel/define-evidence.ts";
import type { ModelSubject } from "../../../model/subject.ts";

declare module "../../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** What this model is called by whoever keeps it: its folder, and its GGUF files without their endings. */
    readonly ownNames: readonly string[];
  }
}

/** Names that are taken from files: a folder of a thousand quantisations has one name. */
const FILE_NAMES = 20;

export default defineEvidence({
  name: "ownNames",
  needs: [],
  provide: (_evidence, { snapshot }: ModelSubject) => {
    const { reference, files } = snapshot;
    const stems = files
      .filter(({ base }) => base.endsWith(".gguf"))
      .map(({ path }) => path.slice(path.lastIndexOf("/") + 1, -".gguf".length));
    return { value: [reference.name, ...stems.slice(0, FILE_NAMES)], unread: [] };
  },
});
