import type { WeightIndex } from "../evidence/indexes.ts";
import type { SafetensorsModel } from "../evidence/safetensors.ts";
import { missingNames } from "../shards.ts";
import type { JoinFault } from "./types.ts";

/** Compares shards with what their index says of them; the total only where all of them were read whole. */
export function indexFaults(
  index: WeightIndex,
  shards: readonly SafetensorsModel[],
  isWhole: boolean,
): readonly JoinFault[] {
  const faults: JoinFault[] = shards.flatMap(({ file, header }) => {
    const extra = header.tensors.map(({ name }) => name).filter((name) => !index.shards.has(name));
    const tensors = missingNames(extra);
    return extra.length === 0 ? [] : [{ kind: "unindexed", file, tensors } as const];
  });
  const { totalSize: stated } = index;
  const found = shards
    .flatMap(({ header }) => header.tensors)
    .reduce((sum, { bytes }) => sum + bytes, 0);
  if (isWhole && stated !== undefined && stated !== found) {
    faults.push({ kind: "total-size", file: index.file, stated, found });
  }
  return faults;
}
