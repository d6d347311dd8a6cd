import { defineEvidence } from "../../../kernel/define-evidence.ts";
import type { DeclaredParent, Lineage } from "../../../kernel/parents.ts";
import { modelName } from "../../../model/model-name.ts";
import type { ModelSubject } from "../../../model/subject.ts";
import { cardLineage } from "../declared/card.ts";
import { configLineage } from "../declared/config.ts";
import { ggufLineage } from "../declared/gguf.ts";
import { cardTitle, ownNames } from "../declared/own.ts";

declare module "../../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** What card, GGUF headers and configurations say of the model's origin. */
    readonly parents: Lineage;
  }
}

export default defineEvidence({
  name: "parents",
  needs: ["card", "gguf", "configs"],
  provide: ({ card, gguf, configs }, { snapshot }: ModelSubject) => {
    const parts = [cardLineage(card), ggufLineage(gguf), configLineage(configs)];
    const successor = parts.find((part) => part.successor !== undefined)?.successor;
    const headerNames = [...new Set(parts.flatMap((part) => part.headerNames ?? []))];
    const own = ownNames(snapshot.reference, card);
    const parents = parts.flatMap((part) => part.parents ?? []);
    const value: Lineage = {
      parents: withoutItself(parents, [...own, ...headerNames, cardTitle(card) ?? ""]),
      headerNames,
      ownNames: own,
      loops: parts.flatMap((part) => part.loops ?? []),
      datasets: [...new Set(parts.flatMap((part) => part.datasets ?? []))],
      adapters: parts.flatMap((part) => part.adapters ?? []),
      malformed: parts.flatMap((part) => part.malformed ?? []),
      ...(successor === undefined ? {} : { successor }),
    };
    return { value, unread: [] };
  },
});

/**
 * A library leaves the name of what it loaded in `config.json`: for a model saved from itself, that is its own
 * name and no parent.
 */
function withoutItself(
  parents: readonly DeclaredParent[],
  names: readonly string[],
): readonly DeclaredParent[] {
  const own = new Set(names.map(modelName));
  return parents.filter(
    ({ strength, reference }) => strength !== "weak" || !own.has(modelName(reference)),
  );
}
