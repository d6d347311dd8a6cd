import { defineEvidence } from "../../kernel/define-evidence.ts";
import type { TarFound } from "../contents/content.ts";

declare module "../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** Every tar archive, at any depth. One that readers see differently is unread. */
    readonly tars: readonly TarFound[];
  }
}

export default defineEvidence({
  name: "tars",
  needs: ["contents"],
  provide: ({ contents }) => ({ value: contents.tars, unread: [] }),
});
