import { defineEvidence } from "../../../kernel/define-evidence.ts";
import { readNamedTexts, type NamedText } from "../../../model/named-texts.ts";
import type { ModelSubject } from "../../../model/subject.ts";

declare module "../../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** Lists of changes and citation files in the model's top folder. */
    readonly histories: readonly NamedText[];
  }
}

const LIMITS = {
  prefix: "HISTORY",
  /** The longest lists of changes of large projects stay below two megabytes (CWE-400). */
  bytes: 2_097_152,
  /** One list and one citation are usual. */
  files: 16,
};

const NAME =
  /^(?:citation\.cff|(?:changelog|changes|history|news|release[_-]?notes)(?:\.(?:md|txt|rst))?)$/iu;

export default defineEvidence({
  name: "histories",
  needs: [],
  provide: (_evidence, { snapshot }: ModelSubject) =>
    readNamedTexts(snapshot, (path) => NAME.test(path), LIMITS),
});
