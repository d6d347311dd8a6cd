import { defineEvidence } from "../../../kernel/define-evidence.ts";
import { unread } from "../../../kernel/unread.ts";
import type { ModelSubject } from "../../../model/subject.ts";
import { readHistory, type CommitHistory } from "../git/read-history.ts";

declare module "../../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** What the version history in the model's own folder counts up to; authors are numbers. */
    readonly commits: CommitHistory;
  }
}

export default defineEvidence({
  name: "commits",
  needs: [],
  provide: async (_evidence, { snapshot: { reference } }: ModelSubject) => {
    if (reference.kind !== "folder") return { value: { kind: "none" } as const, unread: [] };
    const path = process.env["PATH"] ?? "";
    const { history, faults } = await readHistory(reference.path, { path });
    return {
      value: history,
      unread: faults.map((fault) => unread(".git", `the version history was not read: ${fault}`)),
    };
  },
});
