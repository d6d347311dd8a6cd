import { defineEvidence } from "../../../kernel/define-evidence.ts";
import { readNamedTexts, type NamedText } from "../../../model/named-texts.ts";
import type { ModelSubject } from "../../../model/subject.ts";

declare module "../../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** Pages by which projects say how to reach, help and fund them, in the places where forges look. */
    readonly paperwork: readonly NamedText[];
  }
}

const LIMITS = {
  prefix: "PAPERWORK",
  /** Pages of a screen or two (CWE-400). */
  bytes: 1_048_576,
  /** A dozen kinds in three places. */
  files: 40,
};

const NAME =
  /^(?:\.github\/|docs\/)?(?:funding\.ya?ml|(?:citation\.cff)|(?:security|support|contributing|code_of_conduct|governance|maintainers)(?:\.(?:md|rst|txt))?)$/iu;

export default defineEvidence({
  name: "paperwork",
  needs: [],
  provide: (_evidence, { snapshot }: ModelSubject) =>
    readNamedTexts(snapshot, (path) => NAME.test(path), LIMITS),
});
