import { defineEvidence } from "../../kernel/define-evidence.ts";
import type { ZipFound } from "../contents/content.ts";

declare module "../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /**
     * Every zip archive, at any depth. One whose directories disagree is unread: two loaders would see different
     * files. Its members are here all the same, so that what they hold is not hidden by the damage.
     */
    readonly archives: readonly ZipFound[];
  }
}

export default defineEvidence({
  name: "archives",
  needs: ["contents"],
  provide: ({ contents }) => ({ value: contents.zips, unread: [] }),
});
