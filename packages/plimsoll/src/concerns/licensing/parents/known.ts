import type { DeclaredParent, Lineage } from "../../../kernel/parents.ts";
import type { Place } from "../../../kernel/finding.ts";
import { isLocalPath, modelName } from "../../../model/model-name.ts";
import type { BaseModel, BaseModels } from "./schema.ts";

/** Parents of one model that are looked up; merges name a dozen (CWE-400). */
const PARENTS_MAX = 64;

/** A model that this one is made from, or is, with what is known of it. */
export type NamedParent = {
  /** As the files name it. */
  readonly reference: string;
  readonly at: Place;
  /** True where the relation says that only the encoding changed. */
  readonly isReencoding: boolean;
  readonly base: BaseModel | undefined;
};

/** A model that went into a merge, and the recipe that says so. */
export type MergePart = { readonly reference: string; readonly at: Place };

/**
 * The models that the files name as origin, each once, and the model itself where its header calls it by the
 * name of a well-known one.
 */
export function namedParents(
  lineage: Lineage,
  parts: readonly MergePart[],
  base: BaseModels,
): readonly NamedParent[] {
  const found = new Map<string, NamedParent>();
  const merged = parts.map((part) => ({ ...part, relation: "merge" as const }));
  for (const parent of [...lineage.parents, ...merged].slice(0, PARENTS_MAX)) {
    const name = modelName(parent.reference);
    const known = base.models.get(name);
    // A path on somebody's machine names nothing that a reader could look up, unless its end is a known name.
    if (known === undefined && isLocalPath(parent.reference)) continue;
    if (!found.has(name)) found.set(name, told(parent, known));
  }
  for (const reference of lineage.headerNames.slice(0, PARENTS_MAX)) {
    const name = modelName(reference);
    const itself = base.models.get(name);
    if (itself === undefined || found.has(name)) continue;
    found.set(name, { reference, at: {}, isReencoding: true, base: itself });
  }
  return [...found.values()];
}

function told(
  { reference, relation, at }: Pick<DeclaredParent, "reference" | "relation" | "at">,
  base: BaseModel | undefined,
): NamedParent {
  return { reference, at, isReencoding: relation === "quantized", base };
}
