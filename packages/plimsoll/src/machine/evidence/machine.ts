import { defineEvidence } from "../../kernel/define-evidence.ts";
import { probe, type Machine } from "../probe.ts";
import type { System } from "../system.ts";

declare module "../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** Cores and memory that this process may use. */
    readonly machine: Machine;
  }
}

export default defineEvidence({
  name: "machine",
  needs: [],
  provide: (_evidence, subject: { readonly system: System }) => ({
    value: probe(subject.system),
    unread: [],
  }),
});
