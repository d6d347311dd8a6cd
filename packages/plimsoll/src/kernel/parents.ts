import type { Place } from "./finding.ts";

/** How a model is said to come from another. */
export type ParentRelation = "finetune" | "adapter" | "merge" | "quantized" | "unstated";

/** A model that the files name as this one's origin. Anybody can write such a line: it is a claim, not a fact. */
export type DeclaredParent = {
  /** As written, such as `org/name`; at most 300 characters of it. */
  readonly reference: string;
  readonly revision?: string;
  readonly relation: ParentRelation;
  /** Declared until weights were compared, which this version does not do. */
  readonly state: "declared";
  /** `weak` where a program left the name behind, rather than a person stating an origin. */
  readonly strength: "stated" | "weak";
  /** Where it is written. */
  readonly at: Place;
};

/** Everything that the files say of where a model comes from and where it went. */
export type Lineage = {
  /** In the order of the files that say so. */
  readonly parents: readonly DeclaredParent[];
  /** What GGUF headers call the model: where a card names this as its parent, the header speaks of the parent's parents. */
  readonly headerNames: readonly string[];
  /** What folder and card call the model. */
  readonly ownNames: readonly string[];
  /** Places where the model is named as its own parent. */
  readonly loops: readonly Place[];
  /** Data sets named as training data. */
  readonly datasets: readonly string[];
  /** The model that the publisher says replaces this one. */
  readonly successor?: { readonly reference: string; readonly at: Place };
  /** Files that only adapt another model, and so need a parent. */
  readonly adapters: readonly string[];
  /** Fields of origin that are not texts. */
  readonly malformed: readonly Place[];
};
