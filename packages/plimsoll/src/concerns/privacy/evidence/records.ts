import { defineEvidence } from "../../../kernel/define-evidence.ts";
import { readNamedTexts, type NamedText } from "../../../model/named-texts.ts";
import type { ModelSubject } from "../../../model/subject.ts";

declare module "../../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** Records in which experiment trackers note who ran something. */
    readonly records: readonly NamedText[];
  }
}

const LIMITS = {
  prefix: "RECORD",
  /** A record is a page (CWE-400). */
  bytes: 1_048_576,
  /** A year of runs leaves some thousands. */
  files: 10_000,
};

const NAME = /(?:^|\/)(?:wandb-metadata\.json|mlflow\.user|meta\.yaml)$/u;

export default defineEvidence({
  name: "records",
  needs: [],
  provide: (_evidence, { snapshot }: ModelSubject) =>
    readNamedTexts(snapshot, (path) => NAME.test(path.toLowerCase()), LIMITS),
});
