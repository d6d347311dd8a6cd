import type { DeclaredParent, Lineage } from "../../kernel/parents.ts";
import { isLocalPath, modelName } from "../../model/model-name.ts";

/** Two sources that name different parents. */
export type Disagreement = { readonly first: DeclaredParent; readonly second: DeclaredParent };

/**
 * Finds sources whose named parents have no name in common with those of the first source.
 *
 * Names are compared, not addresses, since a card says `org/name` where a header has a URL. Weak names
 * and local paths are left out: they say where a program looked, not what a person states.
 */
export function disagreements({ parents, headerNames }: Lineage): readonly Disagreement[] {
  const headers = new Set(headerNames.map(modelName));
  const groups = new Map<string, DeclaredParent[]>();
  for (const parent of parents) {
    if (parent.strength === "weak" || isLocalPath(parent.reference)) continue;
    const kind = sourceOf(parent);
    groups.set(kind, [...(groups.get(kind) ?? []), parent]);
  }
  const [leading, ...others] = groups.values();
  const first = leading?.[0];
  if (leading === undefined || first === undefined) return [];
  const names = new Set(leading.map(({ reference }) => modelName(reference)));
  // A quantised copy keeps its parent's header, whose own parents are then one step further back.
  const isCopy = leading.some(
    ({ reference, relation }) => relation === "quantized" || headers.has(modelName(reference)),
  );
  return others.flatMap((group) => {
    const [second] = group;
    if (isCopy && second?.at.member?.startsWith("general.") === true) return [];
    const shared = group.some(({ reference }) => names.has(modelName(reference)));
    return shared || second === undefined ? [] : [{ first, second }];
  });
}

/**
 * Who says it: the card, headers or configurations. A header's `general.source` is the model it was
 * converted from, which may be a parent of its own, so it is not held against the others.
 */
function sourceOf({ at }: DeclaredParent): string {
  const member = at.member ?? "";
  if (member.startsWith("general.source")) return `source ${at.file ?? ""} ${member}`;
  return member.startsWith("general.") ? "gguf" : member;
}
