import type { WeightIndex } from "./evidence/indexes.ts";
import { missingNames, shardSeries, type MissingNames } from "./shards.ts";
import { weightFormatOf, type WeightFormat } from "./weight-names.ts";

/** Files that are loaded together. */
export type WeightGroup = {
  readonly label: string;
  readonly format: WeightFormat;
  readonly files: readonly string[];
  readonly missing: MissingNames;
};

/**
 * Gathers weight files into what a loader loads at once: by an index, by the numbers in their names,
 * else each alone.
 */
export function groupWeights(
  files: ReadonlyMap<string, WeightFormat>,
  indexes: readonly WeightIndex[],
): readonly WeightGroup[] {
  const free = new Map(files);
  const groups: WeightGroup[] = [];
  const take = (group: WeightGroup): void => {
    for (const file of group.files) free.delete(file);
    groups.push(group);
  };
  for (const index of indexes) {
    const group = indexedGroup(index, free);
    if (group !== undefined) take(group);
  }
  for (const series of shardSeries([...free.keys()])) {
    const format = formatOf(series.present, free);
    if (format === undefined) continue;
    take({ label: series.label, format, files: series.present, missing: series.missing });
  }
  for (const parts of modelParallelParts([...free.keys()])) {
    take({ ...parts, format: "pickle", missing: missingNames([]) });
  }
  for (const [file, format] of free) {
    groups.push({ label: file, format, files: [file], missing: missingNames([]) });
  }
  return groups.sort((a, b) => (a.label < b.label ? -1 : 1));
}

/** The shards that an index names; undefined when none of them is there, or another index has them already. */
function indexedGroup(
  index: WeightIndex,
  files: ReadonlyMap<string, WeightFormat>,
): WeightGroup | undefined {
  const named = [...new Set(index.shards.values())].map((shard) => index.folder + shard);
  const present = named.filter((file) => files.has(file)).sort();
  const format = formatOf(present, files);
  if (format === undefined) return undefined;
  return {
    label: index.file.replace(/\.index\.json$/u, ""),
    format,
    files: present,
    missing: missingNames(named.filter((file) => !files.has(file)).sort()),
  };
}

function formatOf(
  paths: readonly string[],
  files: ReadonlyMap<string, WeightFormat>,
): WeightFormat | undefined {
  const [first] = paths;
  return first === undefined ? undefined : files.get(first);
}

/** `consolidated.00.pth`, `consolidated.01.pth`, …: one file a processor, all of them one model. */
function modelParallelParts(
  paths: readonly string[],
): readonly { readonly label: string; readonly files: readonly string[] }[] {
  const groups = new Map<string, string[]>();
  for (const path of paths) {
    const match = /^(.*consolidated\.)\d{2}(\.pth)$/u.exec(path);
    if (match?.[1] === undefined || weightFormatOf(path.toLowerCase()) !== "pickle") continue;
    const label = `${match[1]}*${match[2] ?? ""}`;
    groups.set(label, [...(groups.get(label) ?? []), path]);
  }
  return [...groups].map(([label, files]) => ({ label, files: files.sort() }));
}
