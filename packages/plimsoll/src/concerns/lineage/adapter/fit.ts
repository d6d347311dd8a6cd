import type { LowRankPair } from "../../../model/adapter-pairs.ts";
import type { Variant } from "../../../model/variant.ts";
import { blockOf, widthOf, withinModel } from "./modules.ts";

/** What an adapter's matrices say of the model that they were made for. */
export type AdaptedSizes = {
  /** Width of the model; undefined where no module tells it, or where modules tell several. */
  readonly width: number | undefined;
  /** Blocks that the model has at least. */
  readonly blocks: number;
};

/** Reads off the pairs how wide and deep the adapted model is. */
export function adaptedSizes(pairs: readonly LowRankPair[]): AdaptedSizes {
  const widths = new Set<number>();
  let blocks = 0;
  for (const { module, inputs, outputs } of pairs) {
    const width = widthOf(module, inputs, outputs);
    if (width !== undefined) widths.add(width);
    blocks = Math.max(blocks, (blockOf(module) ?? -1) + 1);
  }
  const [width] = widths;
  return { width: widths.size === 1 ? width : undefined, blocks };
}

/** How an adapter's modules stand to the tensors of one model. */
export type Fit =
  /** The model's matrices are packed, or its table is not known: sizes cannot be compared. */
  | { readonly kind: "unknown" }
  | {
      readonly kind: "compared";
      /** Modules that the model has in the same size. */
      readonly fitting: number;
      /** The first module that the model has in another size. */
      readonly other: OtherSize | undefined;
      /** Modules that the model has not. */
      readonly absent: number;
    };

/** A module with another size than the adapter was made for. */
export type OtherSize = { readonly module: string; readonly made: string; readonly found: string };

/** Types whose shapes are those of the matrix, not of bytes that hold packed numbers. */
const PLAIN = /^(?:F64|F32|F16|BF16|F8|Q|IQ|TQ|MXFP4|NVFP4)/u;

/** Compares an adapter's modules with the tensors of a model. */
export function fitTo(pairs: readonly LowRankPair[], { tensors }: Variant): Fit {
  if (tensors === "unknown" || tensors.length === 0) return { kind: "unknown" };
  const sizes = new Map<string, { readonly shape: readonly number[]; readonly type: string }>();
  let blocks = 0;
  for (const { name, shape, type } of tensors) {
    if (!name.endsWith(".weight")) continue;
    const module = name.slice(0, -7);
    if (blockOf(module) !== undefined) blocks += 1;
    sizes.set(withinModel(module), { shape, type });
  }
  // A head or an embedding saved beside an adapter is no model.
  if (blocks === 0) return { kind: "unknown" };
  let fitting = 0;
  let absent = 0;
  let other: OtherSize | undefined;
  for (const { module, inputs, outputs } of pairs) {
    const found = sizes.get(withinModel(module));
    if (found === undefined) absent += 1;
    else if (!PLAIN.test(found.type)) return { kind: "unknown" };
    else if (isSize(found.shape, outputs, inputs)) fitting += 1;
    else other ??= { module, made: `${outputs} × ${inputs}`, found: found.shape.join(" × ") };
  }
  return { kind: "compared", fitting, other, absent };
}

/** GPT-2's matrices are stored the other way round. */
function isSize(shape: readonly number[], outputs: number, inputs: number): boolean {
  const [rows, columns] = shape;
  if (shape.length !== 2) return false;
  return (rows === outputs && columns === inputs) || (rows === inputs && columns === outputs);
}
