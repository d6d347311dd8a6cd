import type { Variant } from "../../../model/variant.ts";
import { CACHE_BLOCK_TOKENS, type Use } from "./cache.ts";
import { fitVariant } from "./fit.ts";

/**
 * The cheapest change that makes a variant fit, in the order of what it costs the user: a shorter
 * context, fewer conversations, both, or other weights.
 */
export type Mend =
  | { readonly kind: "context"; readonly context: number }
  | { readonly kind: "conversations"; readonly conversations: number }
  | { readonly kind: "both"; readonly context: number }
  /** Bytes of weights that would fit; 0 when even none would. */
  | { readonly kind: "weights"; readonly weights: number };

/** A conversation shorter than this is of little use: a page of text and an answer. */
const LEAST_CONTEXT = 2_048;

/** Finds the cheapest mend for a variant that does not fit in `free` bytes. */
export function cheapestMend(variant: Variant, use: Use, free: number): Mend {
  const fits = (changed: Partial<Use>): boolean => {
    const { fit } = fitVariant(variant, { ...use, ...changed }, free);
    return fit === "yes";
  };
  const context = longestContext(use.context, (shorter) => fits({ context: shorter }));
  if (context !== undefined) return { kind: "context", context };
  const conversations = most(1, use.conversations - 1, (fewer) => fits({ conversations: fewer }));
  if (conversations !== undefined) return { kind: "conversations", conversations };
  if (use.conversations > 1) {
    const alone = longestContext(use.context, (shorter) =>
      fits({ context: shorter, conversations: 1 }),
    );
    if (alone !== undefined) return { kind: "both", context: alone };
  }
  return { kind: "weights", weights: weightsThatFit(variant, use, free) };
}

/** The longest context below the given one that fits; undefined when not even the shortest of use does. */
export function longestContext(
  context: number,
  fits: (context: number) => boolean,
): number | undefined {
  const blocks = most(
    LEAST_CONTEXT / CACHE_BLOCK_TOKENS,
    Math.ceil(context / CACHE_BLOCK_TOKENS) - 1,
    (count) => fits(count * CACHE_BLOCK_TOKENS),
  );
  return blocks === undefined ? undefined : blocks * CACHE_BLOCK_TOKENS;
}

/** The largest number in a range that fits, where a smaller one never needs more. */
function most(
  least: number,
  greatest: number,
  fits: (count: number) => boolean,
): number | undefined {
  if (least > greatest || !fits(least)) return undefined;
  let low = least;
  let high = greatest;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Bytes of weights that would leave room for cache, computing and margin. */
function weightsThatFit(variant: Variant, use: Use, free: number): number {
  const weights = most(0, Math.max(0, free), (tensorBytes) => {
    const { need, fit } = fitVariant({ ...variant, tensorBytes }, use, free);
    return need.kind === "need" ? fit === "yes" : tensorBytes <= free;
  });
  return weights ?? 0;
}
