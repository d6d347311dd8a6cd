import { defineEvidence } from "../../../kernel/define-evidence.ts";
import { readNamedTexts, type NamedText } from "../../../model/named-texts.ts";
import type { ModelSubject } from "../../../model/subject.ts";

declare module "../../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** Notebooks, with what their cells answered. */
    readonly notebooks: readonly NamedText[];
  }
}

const LIMITS = {
  prefix: "NOTEBOOK",
  /** Pictures make them long; more is a data set (CWE-400). */
  bytes: 16_777_216,
  /** A course of lessons has dozens. */
  files: 200,
};

const NAME = /\.ipynb$/u;

export default defineEvidence({
  name: "notebooks",
  needs: [],
  provide: (_evidence, { snapshot }: ModelSubject) =>
    readNamedTexts(snapshot, (path) => NAME.test(path.toLowerCase()), LIMITS),
});
