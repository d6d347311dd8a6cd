import { defineEvidence } from "../../kernel/define-evidence.ts";
import type { Content } from "../contents/content.ts";

declare module "../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** What each thing is that lies within a file, at any depth. */
    readonly members: readonly Content[];
  }
}

export default defineEvidence({
  name: "members",
  needs: ["contents"],
  provide: ({ contents }) => ({ value: contents.entries, unread: [] }),
});
