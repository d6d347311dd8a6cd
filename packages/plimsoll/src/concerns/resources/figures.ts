import type { JsonObject } from "../../kernel/json.ts";
import { formatCount, formatMemory } from "../../kernel/units.ts";
import type { Use } from "./memory/cache.ts";
import type { FittedVariant } from "./memory/fit.ts";
import type { ByteRange } from "./memory/range.ts";

/** Characters of a variant's name in a message: a path is foreign text of any length. */
const LABEL_SHOWN = 120;

/** Memory that may be used, and where that was read. */
export type FreeMemory = { readonly bytes: number; readonly from: string };

/** The figures of one variant as a finding carries them; all sizes in bytes. */
export type FitFigures = JsonObject & {
  readonly variant: string;
  readonly free: number;
  readonly freeFrom: string;
  readonly context: number;
  readonly conversations: number;
  /** From what it takes at least to what it takes with a margin; only the weights when no more is known. */
  readonly need: ByteRange;
  readonly weights: number;
  readonly weightsOnly: boolean;
};

/** Gathers the figures of a variant whose weights are known. */
export function figuresOf(
  { variant, need }: FittedVariant,
  weights: number,
  use: Use,
  free: FreeMemory,
): FitFigures {
  const base = {
    variant: shorten(variant.label),
    free: free.bytes,
    freeFrom: free.from,
    context: use.context,
    conversations: use.conversations,
    kvCache: use.kvCache,
    weights,
    approximate: variant.approximate,
  };
  if (need.kind === "partial") {
    return { ...base, weightsOnly: true, need: { low: weights, likely: weights, high: weights } };
  }
  const { cache, compute, margin, total } = need;
  const assumed = variant.shape.kind === "shape" ? variant.shape.defaults : [];
  return { ...base, weightsOnly: false, need: total, cache, compute, margin, assumed };
}

/** `4.9 GiB (6.2 GiB with a margin) for 1 conversation of 4,096 tokens`, or what the weights alone take. */
export function sayNeed({ need, weightsOnly, conversations, context }: FitFigures): string {
  if (weightsOnly) return `${formatMemory(need.low)} for its weights alone`;
  const talks = `${count(conversations)} ${conversations === 1 ? "conversation" : "conversations"}`;
  const range = `${formatMemory(need.likely)} (${formatMemory(need.high)} with a margin)`;
  return `${range} for ${talks} of ${count(context)} tokens`;
}

/** `12.0 GiB are free (MemAvailable)`. */
export function sayFree({ free, freeFrom }: FitFigures): string {
  return `${formatMemory(free)} may be used (${freeFrom})`;
}

/** A number with commas. */
export function count(number: number): string {
  return formatCount(number);
}

/** The first part of a long name. */
export function shorten(label: string): string {
  return label.length <= LABEL_SHOWN ? label : `${label.slice(0, LABEL_SHOWN)}…`;
}
