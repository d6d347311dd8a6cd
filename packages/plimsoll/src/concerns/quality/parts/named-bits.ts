import type { Join } from "../../../model/joins/types.ts";

/** A name that promises more bits a weight than the tensors have. */
export type ShortOfName = {
  readonly file: string;
  /** `Q8_0`, as the name has it. */
  readonly label: string;
  /** Bits a weight that every type of that label has at least. */
  readonly promised: number;
  /** Bits a weight of all matrices. */
  readonly found: number;
};

/** Labels of whole types. */
const WHOLE: ReadonlyMap<string, number> = new Map([
  ["F32", 32],
  ["FP32", 32],
  ["F16", 16],
  ["FP16", 16],
  ["BF16", 16],
]);

/** A recipe may take a few tensors one step lower than its name. */
const TOLERANCE = 0.9;

/**
 * Compares the quantisation in a GGUF file's name with the bits its matrices take.
 *
 * The number in a label (`Q4_K_M`, `IQ3_XXS`) is a lower bound of its bits a weight, scales included, and
 * recipes only add to it; so a file below it is not what its name says.
 */
export function shortOfName({ format, label, files, tensors }: Join): ShortOfName | undefined {
  const named = format === "gguf" ? labelIn(label) : undefined;
  const [file] = files;
  if (named === undefined || file === undefined) return undefined;
  let bits = 0;
  let weights = 0;
  for (const { shape, bytes } of tensors) {
    if (bytes === "unknown") return undefined;
    if (shape.length < 2) continue;
    bits += bytes * 8;
    weights += shape.reduce((product, length) => product * length, 1);
  }
  if (weights === 0 || bits / weights >= named.bits * TOLERANCE) return undefined;
  return { file, label: named.label, promised: named.bits, found: bits / weights };
}

/** The label in a name; of several, as in `q4_0-from-f16`, the one that promises least. */
function labelIn(path: string): { readonly label: string; readonly bits: number } | undefined {
  const words = path
    .slice(path.lastIndexOf("/") + 1)
    .toUpperCase()
    .split(/[-.]/u, 64);
  const found = words.flatMap((label) => {
    const quant = /^(?:I|T)?Q([1-8])_(?:[01]|K|K_[A-Z]{1,3}|[A-Z]{1,3})$/u.exec(label)?.[1];
    const bits = WHOLE.get(label) ?? (quant === undefined ? undefined : Number(quant));
    return bits === undefined ? [] : [{ label, bits }];
  });
  return found.toSorted((a, b) => a.bits - b.bits)[0];
}
