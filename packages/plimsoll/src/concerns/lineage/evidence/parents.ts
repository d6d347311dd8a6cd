import { defineEvidence } from "../../../kernel/define-evidence.ts";
import type { Lineage } from "../../../kernel/parents.ts";
import { cardLineage } from "../declared/card.ts";
import { configLineage } from "../declared/config.ts";
import { ggufLineage } from "../declared/gguf.ts";

declare module "../../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** What card, GGUF headers and configurations say of the model's origin. */
    readonly parents: Lineage;
  }
}

export default defineEvidence({
  name: "parents",
  needs: ["card", "gguf", "configs"],
  provide: ({ card, gguf, configs }) => {
    const parts = [cardLineage(card), ggufLineage(gguf), configLineage(configs)];
    const successor = parts.find((part) => part.successor !== undefined)?.successor;
    const value: Lineage = {
      parents: parts.flatMap((part) => part.parents ?? []),
      headerNames: [...new Set(parts.flatMap((part) => part.headerNames ?? []))],
      loops: parts.flatMap((part) => part.loops ?? []),
      datasets: [...new Set(parts.flatMap((part) => part.datasets ?? []))],
      adapters: parts.flatMap((part) => part.adapters ?? []),
      malformed: parts.flatMap((part) => part.malformed ?? []),
      ...(successor === undefined ? {} : { successor }),
    };
    return { value, unread: [] };
  },
});
