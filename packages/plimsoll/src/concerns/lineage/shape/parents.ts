import type { DeclaredParent } from "../../../kernel/parents.ts";
import { isLocalPath, modelName } from "../../../model/model-name.ts";
import type { ModelShape } from "../../../model/shape.ts";
import type { KnownShape, KnownShapes } from "../known/schema.ts";

/** A parent whose published shape this model cannot come from. */
export type OtherShape = {
  readonly parent: DeclaredParent;
  readonly what: "width" | "blocks";
  readonly own: number;
  readonly published: number;
};

/**
 * Holds a model's shape against those of the parents it names, where all of them are well known: of several, one
 * that fits is enough, since the others may be towers for pictures.
 *
 * Training keeps the width; pruning, stacking and merging change the number of blocks, so that counts for a mere
 * re-encoding alone.
 */
export function otherShape(
  shape: ModelShape,
  parents: readonly DeclaredParent[],
  known: KnownShapes,
): OtherShape | undefined {
  const stated = parents.filter(
    ({ strength, reference }) => strength === "stated" && !isLocalPath(reference),
  );
  const found = stated.map((parent) => ({
    parent,
    published: known.get(modelName(parent.reference)),
  }));
  const differences = found.map(({ parent, published }) =>
    published === undefined ? undefined : differs(shape, parent, published),
  );
  return differences.every((one) => one !== undefined) ? differences[0] : undefined;
}

function differs(
  { embedding, layers }: ModelShape,
  parent: DeclaredParent,
  published: KnownShape,
): OtherShape | undefined {
  if (embedding !== "unknown" && embedding !== published.embedding) {
    return { parent, what: "width", own: embedding, published: published.embedding };
  }
  // One more or less: some count a block that only drafts further tokens.
  if (parent.relation === "quantized" && Math.abs(layers - published.layers) > 1) {
    return { parent, what: "blocks", own: layers, published: published.layers };
  }
  return undefined;
}
