import type { SafetensorsModel } from "../../../model/evidence/safetensors.ts";
import type { WeightIndex } from "../../../model/evidence/indexes.ts";

/** Two files that hold a tensor of one name, where loaders take one of them. */
export type TwiceHeld = {
  readonly first: string;
  readonly second: string;
  readonly name: string;
  readonly count: number;
};

/** The file that transformers takes before any index. */
const WHOLE = "model.safetensors";

/**
 * Finds a whole `model.safetensors` beside the parts that an index names, when both hold the same tensors:
 * transformers takes the whole one, others the parts.
 */
export function wholeBesideParts(
  folder: string,
  files: readonly SafetensorsModel[],
  index: WeightIndex | undefined,
): TwiceHeld | undefined {
  const whole = files.find(({ file }) => file === folder + WHOLE);
  if (whole === undefined || index === undefined) return undefined;
  const parts = new Map([...index.shards].filter(([, shard]) => shard !== WHOLE));
  const present = new Set(files.map(({ file }) => file));
  const both = whole.header.tensors.flatMap(({ name }) => {
    const shard = parts.get(name);
    return shard !== undefined && present.has(folder + shard) ? [{ name, shard }] : [];
  });
  const [first] = both;
  if (first === undefined) return undefined;
  return { first: whole.file, second: folder + first.shard, name: first.name, count: both.length };
}

/** Finds tensors that two parts of one index hold: programs that read every part take the later one. */
export function heldTwice(
  folder: string,
  files: readonly SafetensorsModel[],
  index: WeightIndex | undefined,
): TwiceHeld | undefined {
  if (index === undefined) return undefined;
  const parts = new Set([...index.shards.values()].map((shard) => folder + shard));
  const holder = new Map<string, string>();
  const twice: Omit<TwiceHeld, "count">[] = [];
  for (const { file, header } of files) {
    if (!parts.has(file)) continue;
    for (const { name } of header.tensors) {
      const first = holder.get(name);
      if (first === undefined) holder.set(name, file);
      else if (first !== file) twice.push({ first, second: file, name });
    }
  }
  const [found] = twice;
  return found === undefined ? undefined : { ...found, count: twice.length };
}
