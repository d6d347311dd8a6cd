import { defineEvidence } from "../../../kernel/define-evidence.ts";
import { unread } from "../../../kernel/unread.ts";
import { readNamedTexts } from "../../../model/named-texts.ts";
import type { ModelSubject } from "../../../model/subject.ts";
import { isResultsFile, readResults } from "../stated/files.ts";
import type { StatedResult } from "../stated/record.ts";

declare module "../../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** Results in files that trainers, harnesses and the hub write beside a model. */
    readonly evaluations: readonly StatedResult[];
  }
}

const LIMITS = {
  prefix: "EVALUATION",
  /** Results of thousands of tasks take a few megabytes; logs of every sample belong elsewhere (CWE-770). */
  bytes: 8_388_608,
  /** A file a checkpoint is usual; a folder of thousands is a log. */
  files: 200,
};

export default defineEvidence({
  name: "evaluations",
  needs: [],
  provide: (_evidence, { snapshot }: ModelSubject) => {
    const files = readNamedTexts(snapshot, isResultsFile, LIMITS);
    const read = files.value.map((file) => ({ file, results: readResults(file) }));
    return {
      value: read.flatMap(({ results }) => (results.kind === "read" ? results.results : [])),
      unread: [
        ...files.unread,
        ...read.flatMap(({ file, results }) =>
          results.kind === "bad" ? [unread(file.file, results.reason)] : [],
        ),
      ],
    };
  },
});
