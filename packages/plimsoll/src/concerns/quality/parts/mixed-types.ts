import type { TensorRef } from "@plimsoll/formats";

import type { Join } from "../../../model/joins/types.ts";
import { slotOf } from "./slots.ts";

/** Two neighbouring parts that store the same kinds of tensors in types of which none is common to both. */
export type TypeBreak = {
  readonly file: string;
  readonly before: string;
  readonly types: readonly string[];
  readonly typesBefore: readonly string[];
};

/** Kinds of tensors that two parts must share before their types say anything. */
const LEAST_SHARED = 3;

/** Types in which a model is trained and published; types below them are mixed on purpose, block by block. */
const FLOATS: ReadonlySet<string> = new Set(["F64", "F32", "F16", "BF16"]);

/**
 * Finds neighbouring parts between which the type of everything changes.
 *
 * Recipes mix types by what a tensor is (norms in F32, routers in F32) and quantisers by block, so that
 * neighbours have most in common; a whole part in another type comes from another conversion.
 */
export function typeBreaks({ files, tensors, format }: Join): readonly TypeBreak[] {
  const parts = new Map(files.map((file) => [file, new Map<string, Set<string>>()]));
  for (const tensor of tensors) {
    if (format === "gguf" && tensor.shape.length < 2) continue;
    const slots = parts.get(tensor.file);
    const slot = slotOf(tensor.name);
    const types = slots?.get(slot) ?? new Set<string>();
    slots?.set(slot, types.add(tensor.type));
  }
  return files.slice(1).flatMap((file, at) => {
    const before = files[at] ?? "";
    const found = breakBetween(parts.get(before), parts.get(file));
    return found === undefined ? [] : [{ file, before, ...found }];
  });
}

type Slots = ReadonlyMap<string, ReadonlySet<string>>;

function breakBetween(
  before: Slots | undefined,
  here: Slots | undefined,
): Pick<TypeBreak, "types" | "typesBefore"> | undefined {
  if (before === undefined || here === undefined) return undefined;
  const shared = [...here.keys()].filter((slot) => before.has(slot));
  if (shared.length < LEAST_SHARED) return undefined;
  const types = new Set<string>();
  const typesBefore = new Set<string>();
  for (const slot of shared) {
    const own = here.get(slot) ?? new Set<string>();
    const others = before.get(slot) ?? new Set<string>();
    if (!own.isDisjointFrom(others)) return undefined;
    for (const type of own) types.add(type);
    for (const type of others) typesBefore.add(type);
  }
  return { types: [...types].sort(), typesBefore: [...typesBefore].sort() };
}

/** True when both sides hold plain numbers, which no recipe mixes by part. */
export function isPlainBreak({ types, typesBefore }: TypeBreak): boolean {
  return [...types, ...typesBefore].every((type) => FLOATS.has(type));
}

/** Parts whose every tensor another part holds already: usually one part saved under two names. */
export function copiedParts(tensors: readonly TensorRef[]): readonly {
  readonly file: string;
  readonly of: string;
  readonly tensors: number;
}[] {
  const holder = new Map<string, string>();
  const counts = new Map<string, { all: number; again: Map<string, number> }>();
  for (const { name, file } of tensors) {
    const count = counts.get(file) ?? { all: 0, again: new Map<string, number>() };
    counts.set(file, count);
    count.all += 1;
    const first = holder.get(name);
    if (first === undefined) holder.set(name, file);
    else if (first !== file) count.again.set(first, (count.again.get(first) ?? 0) + 1);
  }
  return [...counts].flatMap(([file, { all, again }]) => {
    const of = [...again].find(([, number]) => number === all)?.[0];
    return of === undefined ? [] : [{ file, of, tensors: all }];
  });
}
