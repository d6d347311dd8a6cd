import type { TensorRef } from "@plimsoll/formats";

/** Blocks that follow one another in a model: `model.layers.0`, `model.layers.1`, … */
export type Stack = {
  /** What stands before the number: `model.layers`, `blk`. */
  readonly name: string;
  /** What each block holds: names of its tensors without their block, by its number. */
  readonly blocks: ReadonlyMap<number, ReadonlySet<string>>;
};

/** Words before the number of a block. Other numbers count parts of a block, which may be left out. */
const CONTAINERS: ReadonlySet<string> = new Set(["layers", "layer", "blocks", "block", "blk", "h"]);

/** Blocks of one stack: a name with a number of a billion is no block (CWE-770). */
const STACK_MAX_BLOCKS = 4_096;

/** Gathers tensors into stacks by the first number in their names that counts blocks. */
export function stacksOf(tensors: readonly TensorRef[]): readonly Stack[] {
  const stacks = new Map<string, Map<number, Set<string>>>();
  for (const { name } of tensors) {
    const parts = name.split(".", 32);
    const at = parts.findIndex((part) => /^\d{1,4}$/u.test(part));
    const container = parts[at - 1];
    const number = Number(parts[at]);
    if (container === undefined || !CONTAINERS.has(container) || number >= STACK_MAX_BLOCKS) {
      continue;
    }
    const stack = parts.slice(0, at).join(".");
    const blocks = stacks.get(stack) ?? new Map<number, Set<string>>();
    const held = blocks.get(number) ?? new Set<string>();
    // What quantisers add beside a weight differs from block to block by their recipe.
    if (/^(?:weight|bias)$/u.test(parts.at(-1) ?? "")) held.add(parts.slice(at + 1).join("."));
    blocks.set(number, held);
    stacks.set(stack, blocks);
  }
  return [...stacks].map(([name, blocks]) => ({ name, blocks }));
}

/** Words in names of parts that see, hear, speak or draft; the configuration's numbers are those of the language part. */
const OTHER_PARTS =
  /vis|audio|image|speech|encoder|sam_|talker|code2|mtp|draft|resampler|projector/iu;

/** True for a name within a part that is not the language part. */
export function isOtherPart(name: string): boolean {
  return OTHER_PARTS.test(name);
}

/** The stack of the language part: the deepest that is not a tower for pictures or sound. */
export function languageStack(stacks: readonly Stack[]): Stack | undefined {
  const own = stacks.filter(({ name }) => !isOtherPart(name));
  return own.toSorted((a, b) => b.blocks.size - a.blocks.size)[0];
}

/** Numbers up to the highest that no block has. */
export function holesIn({ blocks }: Stack): readonly number[] {
  const highest = Math.max(...blocks.keys());
  return Array.from({ length: highest }, (_, number) => number).filter((n) => !blocks.has(n));
}

/** A block that lacks tensors which the blocks like it have, and has none in their place. */
export type ShortBlock = { readonly number: number; readonly missing: readonly string[] };

/**
 * Finds blocks that hold only part of what most blocks hold.
 *
 * A block of another kind (dense among experts, recurrent among attention) has tensors of its own and is
 * left alone.
 */
export function shortBlocks({ blocks }: Stack): readonly ShortBlock[] {
  const usual = usualBlock([...blocks.values()]);
  if (usual === undefined) return [];
  return [...blocks].flatMap(([number, held]) => {
    if (held.size >= usual.size || ![...held].every((name) => usual.has(name))) return [];
    return [{ number, missing: [...usual].filter((name) => !held.has(name)) }];
  });
}

/** What more than half of the blocks hold, exactly; undefined when there is no such thing. */
function usualBlock(blocks: readonly ReadonlySet<string>[]): ReadonlySet<string> | undefined {
  const groups = Map.groupBy(blocks, (held) => [...held].sort().join("\n"));
  return [...groups.values()].find((group) => group.length * 2 > blocks.length)?.[0];
}
