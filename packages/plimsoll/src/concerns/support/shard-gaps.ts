import type { SafetensorsModel } from "../../model/evidence/safetensors.ts";
import type { WeightIndex } from "../../model/evidence/indexes.ts";
import { missingNames, shardSeries, type MissingNames } from "../../model/shards.ts";
import { isWeightName } from "./loader-files.ts";

/** Parts of a model that its index or their own names call for and that are not there. */
export type ShardGap = {
  /** The index, or one of the parts that are there. */
  readonly file: string;
  readonly missing: MissingNames;
  /** Parts in all. */
  readonly of: number;
  /** True when none of them is there, and other weights are: an index left over from another format. */
  readonly isUnused: boolean;
};

/** Tensors that an index places in a shard whose header does not have them. */
export type TensorGap = {
  readonly index: string;
  readonly shard: string;
  readonly missing: MissingNames;
  /** How many of them another shard of the index holds. */
  readonly elsewhere: number;
};

/** Finds missing parts by every index, then by the numbers in names that no index mentions. */
export function findShardGaps(
  paths: ReadonlySet<string>,
  indexes: readonly WeightIndex[],
): readonly ShardGap[] {
  const weights = [...paths].filter((path) => isWeightName(baseOf(path)));
  const gaps: ShardGap[] = [];
  const indexed = new Set<string>();
  for (const { file, folder, shards } of indexes) {
    const named = [...new Set(shards.values())].map((shard) => folder + shard).sort();
    for (const shard of named) indexed.add(shard);
    const missing = missingNames(named.filter((shard) => !paths.has(shard)));
    if (missing.count === 0) continue;
    const isUnused = missing.count === named.length && weights.some((path) => inside(path, folder));
    gaps.push({ file, missing, of: named.length, isUnused });
  }
  const free = weights.filter((path) => !indexed.has(path));
  for (const { present, missing, of } of shardSeries(free)) {
    const [file] = present;
    if (missing.count > 0 && file !== undefined) gaps.push({ file, missing, of, isUnused: false });
  }
  return gaps;
}

/** Compares every index with the headers of its safetensors shards, as far as these were read whole. */
export function findTensorGaps(
  indexes: readonly WeightIndex[],
  safetensors: readonly SafetensorsModel[],
): readonly TensorGap[] {
  const headers = new Map(safetensors.map(({ file, header }) => [file, header]));
  const gaps: TensorGap[] = [];
  for (const { file, folder, shards } of indexes) {
    const expected = new Map<string, string[]>();
    for (const [tensor, shard] of shards) {
      const list = expected.get(shard);
      if (list === undefined) expected.set(shard, [tensor]);
      else list.push(tensor);
    }
    const all = new Set(
      [...expected.keys()].flatMap(
        (shard) => headers.get(folder + shard)?.tensors.map(({ name }) => name) ?? [],
      ),
    );
    for (const [shard, tensors] of expected) {
      const header = headers.get(folder + shard);
      if (header === undefined || header.dataEnd === "unknown") continue;
      const held = new Set(header.tensors.map(({ name }) => name));
      const absent = tensors.filter((tensor) => !held.has(tensor));
      if (absent.length === 0) continue;
      const elsewhere = absent.filter((tensor) => all.has(tensor)).length;
      gaps.push({ index: file, shard: folder + shard, missing: missingNames(absent), elsewhere });
    }
  }
  return gaps;
}

function inside(path: string, folder: string): boolean {
  return path.startsWith(folder) && !path.slice(folder.length).includes("/");
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).toLowerCase();
}
