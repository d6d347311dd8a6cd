import type { Variant } from "../../../model/variant.ts";
import type { Use } from "./cache.ts";
import { memoryNeed, type MemoryNeed, type PartialNeed } from "./need.ts";

/**
 * Whether a variant fits: `yes` with its margin, `tight` without it, `no`, or `unknown` when only its
 * weights are known and they alone would fit.
 */
export type Fit = "yes" | "tight" | "no" | "unknown";

/** One variant with what it needs and whether that is there. */
export type FittedVariant = {
  readonly variant: Variant;
  readonly need: MemoryNeed | PartialNeed;
  readonly fit: Fit;
};

/** Compares what a variant needs with the bytes that are free. */
export function fitVariant(variant: Variant, use: Use, free: number): FittedVariant {
  const need = memoryNeed(variant, use);
  return { variant, need, fit: fitOf(need, free) };
}

function fitOf(need: MemoryNeed | PartialNeed, free: number): Fit {
  if (need.kind === "partial") {
    return need.weights !== "unknown" && need.weights > free ? "no" : "unknown";
  }
  if (need.total.high <= free) return "yes";
  return need.total.likely <= free ? "tight" : "no";
}
