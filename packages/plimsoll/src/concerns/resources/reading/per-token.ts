import type { ModelShape } from "../../../model/shape.ts";
import { CACHE_BLOCK_TOKENS, cacheNeed, type Use } from "../memory/cache.ts";

/** How what a conversation keeps grows with its length. */
export type CacheGrowth = {
  /** Bytes that each further token adds, once windows are full. */
  readonly perToken: number;
  /** Bytes of windows and recurrent states, whatever the length. */
  readonly fixed: number;
  /** Bytes at the wanted context. */
  readonly wanted: number;
};

/** Tells the growth of one conversation's cache, or why it cannot be known. */
export function cacheGrowth(shape: ModelShape, use: Use): CacheGrowth | string {
  const at = (context: number): number | string => {
    const need = cacheNeed(shape, { ...use, conversations: 1, context });
    return need.kind === "range" ? need.range.likely : need.reason;
  };
  // Two lengths that no window reaches, a block apart.
  const window = shape.slidingWindow?.size ?? 0;
  const blocks = Math.ceil((2 * window + 2 * use.ubatch) / CACHE_BLOCK_TOKENS) + 4;
  const far = blocks * CACHE_BLOCK_TOKENS;
  const [wanted, near, further] = [at(use.context), at(far), at(far + CACHE_BLOCK_TOKENS)];
  if (typeof wanted === "string") return wanted;
  if (typeof near === "string") return near;
  if (typeof further === "string") return further;
  const perToken = (further - near) / CACHE_BLOCK_TOKENS;
  return { perToken, fixed: Math.max(0, near - perToken * far), wanted };
}
